// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace estate::detail {

/// The form of the file: a SQLite database with an application number of its own, and the version of its tables.
inline constexpr std::uint32_t store_application = 0x65737454;  // "estT"

/// What the first bytes of a file say, without its being opened as a database, which would write beside it.
///
/// Read by SQLite's own files, and not by open() and close(): with any descriptor of a file that is closed end all
/// POSIX locks that the process has there, those of its open databases among them. SQLite waits with closing.
/// Source  https://sqlite.org/howtocorrupt.html section 2.2, https://sqlite.org/fileformat2.html section 1.3
struct FileHeader {
    enum class Kind : std::uint8_t { absent, store, other, unreadable };
    Kind kind = Kind::absent;  ///< or empty
    std::uint32_t version = 0;

    [[nodiscard]] static FileHeader read(const std::string& path) noexcept {
        constexpr FileHeader unreadable{Kind::unreadable};
        sqlite3_vfs* const files = sqlite3_vfs_find(nullptr);
        if (files == nullptr) return unreadable;
        const Memory full{sqlite3_malloc(files->mxPathname + 1)};
        const Memory memory{sqlite3_malloc(files->szOsFile)};
        if (full == nullptr || memory == nullptr) return unreadable;
        auto* const full_path = static_cast<char*>(full.get());
        const int named = files->xFullPathname(files, path.c_str(), files->mxPathname + 1, full_path);
        if ((named & 0xFF) != SQLITE_OK) return unreadable;  // or SQLITE_OK_SYMLINK
        int is_there = 0;
        if (files->xAccess(files, full_path, SQLITE_ACCESS_EXISTS, &is_there) != SQLITE_OK) return unreadable;
        if (is_there == 0) return {};
        const Name name{sqlite3_create_filename(full_path, "", "", 0, nullptr)};
        if (name == nullptr) return unreadable;
        File file{static_cast<sqlite3_file*>(memory.get())};
        if (!file.open(*files, name.get())) return unreadable;
        sqlite3_int64 size = 0;
        if (file.methods().xFileSize(file.get(), &size) != SQLITE_OK) return unreadable;
        if (size == 0) return {};
        Bytes bytes{};
        const int read = file.methods().xRead(file.get(), bytes, sizeof bytes, 0);
        if (read == SQLITE_IOERR_SHORT_READ) return {Kind::other};
        return read == SQLITE_OK ? of(bytes) : unreadable;  // a folder, whose size is anything
    }

private:
    using Bytes = unsigned char[100];
    template <auto Free>
    struct Freed {
        template <class Value>
        void operator()(Value* value) const noexcept {
            Free(value);
        }
    };
    using Memory = std::unique_ptr<void, Freed<&sqlite3_free>>;
    using Made = decltype(sqlite3_create_filename("", "", "", 0, nullptr));  // const since SQLite 3.41
    using Name = std::unique_ptr<std::remove_pointer_t<Made>, Freed<&sqlite3_free_filename>>;

    class File {
    public:
        explicit File(sqlite3_file* file) noexcept : file_{file} { file_->pMethods = nullptr; }
        File(const File&) = delete;
        File& operator=(const File&) = delete;
        ~File() {
            if (file_->pMethods != nullptr) file_->pMethods->xClose(file_);
        }
        [[nodiscard]] bool open(sqlite3_vfs& files, const char* name) noexcept {
            constexpr int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
            int opened = 0;
            return files.xOpen(&files, name, file_, flags, &opened) == SQLITE_OK;
        }
        [[nodiscard]] sqlite3_file* get() const noexcept { return file_; }
        [[nodiscard]] const sqlite3_io_methods& methods() const noexcept { return *file_->pMethods; }

    private:
        sqlite3_file* file_;
    };

    static FileHeader of(const Bytes& bytes) noexcept {
        const auto number = [&](int at) {
            return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
                   std::uint32_t{bytes[at + 2]} << 8 | std::uint32_t{bytes[at + 3]};
        };
        constexpr std::string_view magic{"SQLite format 3\0", 16};
        const bool is_sqlite = std::string_view{reinterpret_cast<const char*>(bytes), magic.size()} == magic;
        if (!is_sqlite || number(68) != store_application) return {Kind::other};
        return {Kind::store, number(60)};
    }
};

}  // namespace estate::detail
