// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sqlite3.h>

#include <csignal>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <unistd.h>
#include <vector>

namespace estate::test {

/// What SQLite writes through, as its default VFS: counts what it writes, and does something at one of these writes.
/// One in a program, and one connection a file.
class FaultyDisk {
public:
    enum class Fault {
        none,
        kill,        ///< the process ends in the middle, as by kill -9
        power,       ///< so does the machine: what was not synced is there, half there or missing, by the seed
        fail,        ///< this write fails, and each one after it until repair()
        full,        ///< the same, for lack of room
        unread,      ///< what asks without writing fails, from this call of it on until repair()
    };

    static FaultyDisk& instance() {
        static FaultyDisk disk;
        return disk;
    }
    /// The fault comes at the write of this number from now on, the first one is 1.
    void set(Fault fault, std::uint64_t at, std::uint64_t seed = 1) {
        fault_ = fault;
        left_ = at;
        seed_ = seed;
        writes_ = 0;
    }
    void repair() { set(Fault::none, 0); }
    std::uint64_t writes() const { return writes_; }

private:
    struct Write {
        sqlite3_int64 offset;
        std::string bytes;
    };
    struct Opened {  // what xOpen is given, and the file below behind it
        sqlite3_file base;
        const char* path;
        sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    };

    FaultyDisk() {
        below_ = sqlite3_vfs_find(nullptr);
        vfs_ = *below_;
        vfs_.zName = "faulty";
        vfs_.szOsFile = static_cast<int>(sizeof(Opened)) + below_->szOsFile;
        vfs_.pNext = nullptr;
        vfs_.xOpen = [](sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out) {
            return instance().open(path, file, flags, out);
        };
        vfs_.xDelete = [](sqlite3_vfs*, const char* path, int sync) {
            FaultyDisk& disk = instance();
            if (const int fault = disk.write_begins()) return fault;
            disk.unsynced_.erase(path);
            return disk.below_->xDelete(disk.below_, path, sync);
        };
        vfs_.xFullPathname = [](sqlite3_vfs*, const char* path, int room, char* full) {
            if (instance().read_fails()) return SQLITE_CANTOPEN;
            return instance().below_->xFullPathname(instance().below_, path, room, full);
        };
        vfs_.xAccess = [](sqlite3_vfs*, const char* path, int flags, int* found) {
            if (instance().read_fails()) return SQLITE_IOERR_ACCESS;
            return instance().below_->xAccess(instance().below_, path, flags, found);
        };
        methods_ = {3, close, read, write, truncate, sync, size, lock, unlock, is_reserved, control, sector, device,
                    map, map_lock, barrier, unmap, fetch, unfetch};
        sqlite3_vfs_register(&vfs_, 1);
    }

    int open(const char* path, sqlite3_file* file, int flags, int* out) {
        auto* const opened = reinterpret_cast<Opened*>(file);
        opened->base.pMethods = nullptr;
        if (read_fails()) return SQLITE_CANTOPEN;
        const int code = below_->xOpen(below_, path, opened->below(), flags, out);
        if (code != SQLITE_OK) return code;
        opened->base.pMethods = &methods_;
        opened->path = path != nullptr ? path : "";
        return code;
    }
    /// 0, or the error of the write that begins.
    int write_begins() {
        ++writes_;
        if (fault_ == Fault::none || fault_ == Fault::unread || (left_ > 0 && --left_ > 0)) return 0;
        if (fault_ == Fault::kill) ::raise(SIGKILL);
        if (fault_ == Fault::power) lose_power();
        return fault_ == Fault::full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
    bool read_fails() { return fault_ == Fault::unread && (left_ == 0 || --left_ == 0); }
    [[noreturn]] void lose_power() {
        for (auto& [path, opened] : unsynced_) {
            for (const Write& each : opened.writes) {
                seed_ = seed_ * 6364136223846793005 + 1442695040888963407;
                const auto kept = seed_ >> 62 == 0   ? 0
                                  : seed_ >> 62 == 1 ? each.bytes.size() / 2
                                                     : each.bytes.size();
                if (kept != 0 && opened.file != nullptr)
                    opened.file->pMethods->xWrite(opened.file, each.bytes.data(), static_cast<int>(kept), each.offset);
            }
        }
        ::raise(SIGKILL);
        ::_exit(1);
    }

    static Opened& at(sqlite3_file* file) { return *reinterpret_cast<Opened*>(file); }
    static sqlite3_file* below(sqlite3_file* file) { return at(file).below(); }
    static const sqlite3_io_methods& real(sqlite3_file* file) { return *below(file)->pMethods; }

    static int close(sqlite3_file* file) {
        put_down(file);
        instance().unsynced_.erase(at(file).path);
        return real(file).xClose(below(file));
    }
    /// Everything reaches the file below.
    static void put_down(sqlite3_file* file) {
        auto& writes = instance().unsynced_[at(file).path].writes;
        for (const Write& each : writes)
            real(file).xWrite(below(file), each.bytes.data(), static_cast<int>(each.bytes.size()), each.offset);
        writes.clear();
    }
    static int read(sqlite3_file* file, void* to, int count, sqlite3_int64 offset) {
        if (instance().read_fails()) return SQLITE_IOERR_READ;
        const int code = real(file).xRead(below(file), to, count, offset);
        if (instance().fault_ != Fault::power) return code;
        sqlite3_int64 end = 0;
        for (const Write& each : instance().unsynced_[at(file).path].writes) {
            const sqlite3_int64 first = std::max(each.offset, offset);
            const sqlite3_int64 last = std::min(each.offset + static_cast<sqlite3_int64>(each.bytes.size()),
                                                offset + count);
            if (first >= last) continue;
            std::memcpy(static_cast<char*>(to) + (first - offset), each.bytes.data() + (first - each.offset),
                        static_cast<std::size_t>(last - first));
            end = std::max(end, last);
        }
        return code == SQLITE_IOERR_SHORT_READ && end >= offset + count ? SQLITE_OK : code;
    }
    static int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
        FaultyDisk& disk = instance();
        if (const int fault = disk.write_begins()) return fault;
        if (disk.fault_ != Fault::power) return real(file).xWrite(below(file), from, count, offset);
        auto& opened = disk.unsynced_[at(file).path];
        opened.file = below(file);
        opened.writes.push_back({offset, {static_cast<const char*>(from), static_cast<std::size_t>(count)}});
        return SQLITE_OK;
    }
    static int truncate(sqlite3_file* file, sqlite3_int64 to) {
        if (const int fault = instance().write_begins()) return fault;
        put_down(file);
        return real(file).xTruncate(below(file), to);
    }
    static int sync(sqlite3_file* file, int flags) {
        if (const int fault = instance().write_begins()) return fault;
        put_down(file);
        return real(file).xSync(below(file), flags);
    }
    static int size(sqlite3_file* file, sqlite3_int64* found) {
        if (instance().read_fails()) return SQLITE_IOERR_FSTAT;
        const int code = real(file).xFileSize(below(file), found);
        for (const Write& each : instance().unsynced_[at(file).path].writes)
            *found = std::max(*found, each.offset + static_cast<sqlite3_int64>(each.bytes.size()));
        return code;
    }
    static int lock(sqlite3_file* file, int kind) { return real(file).xLock(below(file), kind); }
    static int unlock(sqlite3_file* file, int kind) { return real(file).xUnlock(below(file), kind); }
    static int is_reserved(sqlite3_file* file, int* found) { return real(file).xCheckReservedLock(below(file), found); }
    static int control(sqlite3_file* file, int what, void* with) {
        return real(file).xFileControl(below(file), what, with);
    }
    static int sector(sqlite3_file* file) { return real(file).xSectorSize(below(file)); }
    static int device(sqlite3_file* file) { return real(file).xDeviceCharacteristics(below(file)); }
    static int map(sqlite3_file* file, int page, int size, int extend, void volatile** found) {
        return real(file).xShmMap(below(file), page, size, extend, found);
    }
    static int map_lock(sqlite3_file* file, int first, int count, int flags) {
        return real(file).xShmLock(below(file), first, count, flags);
    }
    static void barrier(sqlite3_file* file) { real(file).xShmBarrier(below(file)); }
    static int unmap(sqlite3_file* file, int remove) { return real(file).xShmUnmap(below(file), remove); }
    static int fetch(sqlite3_file*, sqlite3_int64, int, void** found) {
        *found = nullptr;
        return SQLITE_OK;
    }
    static int unfetch(sqlite3_file*, sqlite3_int64, void*) { return SQLITE_OK; }

    struct Unsynced {
        sqlite3_file* file = nullptr;
        std::vector<Write> writes;
    };

    sqlite3_vfs* below_ = nullptr;
    sqlite3_vfs vfs_{};
    sqlite3_io_methods methods_{};
    Fault fault_ = Fault::none;
    std::uint64_t left_ = 0;
    std::uint64_t seed_ = 1;
    std::uint64_t writes_ = 0;
    std::map<std::string, Unsynced> unsynced_;
};

}  // namespace estate::test
