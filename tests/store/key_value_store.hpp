// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <estate/store/etcd/block_request.hpp>
#include <map>
#include <optional>

namespace estate::test {

/// What etcd does for the protocol: each request is one transaction.
class KeyValueStore {
public:
    explicit KeyValueStore(const BlockTerms& terms) : terms_{terms} {}

    /// Empty where etcd gives no answer but an error.
    std::optional<BlockAnswer> apply(const std::string& host, const BlockRequest& request, std::int64_t now) {
        expire(now);
        using Kind = BlockRequest::Kind;
        BlockAnswer answer;
        answer.number = request.number;
        const auto at = records_.find(request.block);
        const bool as_seen = (at != records_.end() ? at->second.revision : 0) == request.revision;
        switch (request.kind) {
            case Kind::grant:
                answer.done = true;
                answer.session = ++sessions_;
                ends_[answer.session] = now + terms_.time_to_live;
                break;
            case Kind::announce:
                if (!ends_.contains(request.session)) return std::nullopt;  // HTTP 404
                answer.done = hosts_.try_emplace(host, request.session).first->second == request.session;
                break;
            case Kind::keep_alive: {
                const auto session = ends_.find(request.session);
                answer.done = session != ends_.end();
                if (answer.done) session->second = now + terms_.time_to_live;
                break;
            }
            case Kind::list:
                answer.done = true;
                for (const auto& [block, record] : records_) answer.records.push_back(record);
                for (const auto& [name, session] : hosts_) answer.live_hosts.push_back(name);
                break;
            case Kind::claim:
                answer.done = as_seen && lives(host, request.session);
                if (answer.done) put({request.block, 0, host, request.session, false});
                break;
            case Kind::mark:
                answer.done = as_seen && !hosts_.contains(request.host);
                if (answer.done) put({request.block, 0, request.host, request.host_session, true});
                break;
            case Kind::give_up:
                answer.done = as_seen && at != records_.end();
                if (answer.done) put({request.block, 0, at->second.host, at->second.session, true});
                break;
            case Kind::erase:
                answer.done = as_seen;
                if (answer.done) records_.erase(request.block), ++revision_;
                break;
        }
        answer.revision = revision_;
        return answer;
    }
    const std::map<std::uint32_t, BlockRecord>& records() const { return records_; }

private:
    bool lives(const std::string& host, std::uint64_t session) const {
        const auto at = hosts_.find(host);
        return at != hosts_.end() && at->second == session;
    }
    void put(BlockRecord record) {
        record.revision = ++revision_;
        records_[record.block] = record;
    }
    void expire(std::int64_t now) {
        for (auto at = ends_.begin(); at != ends_.end();) {
            if (at->second > now) {
                ++at;
                continue;
            }
            std::erase_if(hosts_, [&](const auto& host) { return host.second == at->first; });
            at = ends_.erase(at);
        }
    }

    BlockTerms terms_;
    std::uint64_t revision_ = 0;
    std::uint64_t sessions_ = 0;
    std::map<std::uint32_t, BlockRecord> records_;
    std::map<std::string, std::uint64_t> hosts_;  // the sessions that live and were announced
    std::map<std::uint64_t, std::int64_t> ends_;
};

}  // namespace estate::test
