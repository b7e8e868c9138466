// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <estate/net/detail/decimal.hpp>
#include <estate/store/etcd/block_request.hpp>
#include <estate/store/etcd/etcd_gateway.hpp>
#include <estate/store/store_errc.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace estate {

/// Does what a BlockRequest asks, by the JSON gateway of etcd 3.4 or later. libcurl and nlohmann-json do the work.
/// Thread safety: one thread at a time.
/// Source  https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/
class EtcdClient {
public:
    explicit EtcdClient(EtcdSettings settings) : settings_{std::move(settings)}, gateway_{settings_} {}

    /// Whether it can ask.
    /// Errors  errc::invalid_argument (no endpoints; a pool without a name, or with a "/" in it; a patience that is not
    ///         positive, or longer than a hundred days; a user or a password that is not UTF-8); ENOMEM.
    [[nodiscard]] result<void> ready() const { return gateway_.ready(); }
    /// Errors  store_errc::failed (no answer, or none that can be read: whether it was done is not known); those of
    ///         ready().
    [[nodiscard]] result<BlockAnswer> ask(const BlockRequest& request) {
        using Kind = BlockRequest::Kind;
        if (const auto ready = gateway_.ready(); !ready) return ready.assume_error();
        BlockAnswer answer;
        answer.number = request.number;
        if (request.kind == Kind::grant) {
            const auto reply = post("lease/grant", {{"TTL", settings_.time_to_live / 1'000'000'000}});
            answer.session = number(reply, "ID");
            answer.done = answer.session != 0;
            if (!answer.done) return store_errc::failed;
            return answer;
        }
        if (request.kind == Kind::keep_alive) {
            const auto reply = post("lease/keepalive", {{"ID", std::to_string(request.session)}});
            if (!reply.contains("result")) return store_errc::failed;
            answer.done = number(reply["result"], "TTL") != 0;
            return answer;
        }
        const auto reply = post("kv/txn", transaction(request));
        if (!reply.contains("header")) return store_errc::failed;
        const auto succeeded = reply.find("succeeded");  // false is left out
        if (succeeded != reply.end() && !succeeded->is_boolean()) return store_errc::failed;
        answer.done = succeeded != reply.end() && succeeded->get<bool>();
        answer.revision = number(reply["header"], "revision");
        if (request.kind == Kind::announce && !answer.done) {  // an answer to the same request was lost
            const auto rows = found(reply, 0);
            if (!rows) return rows.assume_error();
            for (const Row& row : rows.assume_value()) answer.done = row.value == session_text(request);
        }
        if (request.kind == Kind::list) {
            if (const auto read = read_list(reply, answer); !read) return read.assume_error();
        }
        return answer;
    }

    /// The terms that the first host of the pool wrote down, which are these where none did.
    /// Errors  as ask().
    [[nodiscard]] result<std::string> agree(const std::string& terms) {
        if (const auto ready = gateway_.ready(); !ready) return ready.assume_error();
        const std::string key = prefix() + "terms";
        const Json range = {{"requestRange", {{"key", base64(key)}}}};
        const auto reply = post("kv/txn",
            {{"compare", Json::array({{{"key", base64(key)}, {"target", "CREATE"}, {"result", "EQUAL"},
                                       {"create_revision", "0"}}})},
             {"success", Json::array({{{"requestPut", {{"key", base64(key)}, {"value", base64(terms)}}}}})},
             {"failure", Json::array({range})}});
        if (!reply.contains("header")) return store_errc::failed;
        const auto succeeded = reply.find("succeeded");
        if (succeeded != reply.end() && succeeded->is_boolean() && succeeded->get<bool>()) return terms;
        const auto rows = found(reply, 0);
        if (!rows || rows.assume_value().size() != 1) return store_errc::failed;
        return rows.assume_value().front().value;
    }
    /// The terms that are written down, empty where there are none. Errors  as ask().
    [[nodiscard]] result<std::string> terms() {
        if (const auto ready = gateway_.ready(); !ready) return ready.assume_error();
        const auto reply = post("kv/range", {{"key", base64(prefix() + "terms")}});
        if (!reply.contains("header")) return store_errc::failed;
        const auto rows = found({{"responses", Json::array({{{"response_range", reply}}})}}, 0);
        if (!rows) return rows.assume_error();
        return rows.assume_value().empty() ? std::string{} : rows.assume_value().front().value;
    }

private:
    using Json = nlohmann::json;
    struct Row {
        std::string key;
        std::string value;
        std::uint64_t revision;
    };

    [[nodiscard]] Json transaction(const BlockRequest& request) const {
        using Kind = BlockRequest::Kind;
        const std::string block = block_key(request.block);
        const Json as_read = {{"key", base64(block)}, {"target", "MOD"}, {"result", "EQUAL"},
                              {"mod_revision", std::to_string(request.revision)}};
        const auto put = [&](const std::string& key, const std::string& value, std::uint64_t lease = 0) {
            Json made = {{"key", base64(key)}, {"value", base64(value)}};
            if (lease != 0) made["lease"] = std::to_string(lease);
            return Json{{"requestPut", made}};
        };
        const auto range = [&](const std::string& key, bool below) {
            Json made = {{"key", base64(key)}};
            if (below) made["range_end"] = base64(key.substr(0, key.size() - 1) + '0');  // '0' comes after '/'
            return Json{{"requestRange", made}};
        };
        const auto is_absent = [&](const std::string& key) {
            return Json{{"key", base64(key)}, {"target", "CREATE"}, {"result", "EQUAL"}, {"create_revision", "0"}};
        };
        const auto is_session = [&](const std::string& key) {
            return Json{{"key", base64(key)}, {"target", "VALUE"}, {"result", "EQUAL"},
                        {"value", base64(session_text(request))}};
        };
        switch (request.kind) {
            case Kind::announce:
                return {{"compare", Json::array({is_absent(host_key(settings_.host))})},
                        {"success",
                         Json::array({put(host_key(settings_.host), session_text(request), request.session)})},
                        {"failure", Json::array({range(host_key(settings_.host), false)})}};
            case Kind::claim:
                return {{"compare", Json::array({as_read, is_session(host_key(settings_.host))})},
                        {"success", Json::array({put(block, value_of("owned", request))})}};
            case Kind::mark:
                return {{"compare", Json::array({as_read, is_absent(host_key(request.host))})},
                        {"success", Json::array({put(block, "waits " + request.host + ' ' +
                                                            std::to_string(request.host_session))})}};
            case Kind::give_up:
                return {{"compare", Json::array({as_read})},
                        {"success", Json::array({put(block, value_of("waits", request))})}};
            case Kind::erase:
                return {{"compare", Json::array({as_read})},
                        {"success", Json::array({Json{{"requestDeleteRange", {{"key", base64(block)}}}}})}};
            default:
                return {{"success", Json::array({range(prefix() + "block/", true), range(prefix() + "host/", true)})}};
        }
    }
    [[nodiscard]] result<void> read_list(const Json& reply, BlockAnswer& answer) const {
        const std::size_t after_block = prefix().size() + 6;
        const std::size_t after_host = prefix().size() + 5;
        const auto blocks = found(reply, 0);
        const auto hosts = found(reply, 1);
        if (!blocks || !hosts) return store_errc::failed;
        for (const auto& [key, value, revision] : blocks.assume_value()) {
            BlockRecord record;
            const std::size_t host = value.find(' ');
            const std::size_t session = value.rfind(' ');
            if (key.size() <= after_block || host == value.npos || session <= host) continue;
            const std::uint64_t block = detail::decimal(std::string_view{key}.substr(after_block));
            if (block > (std::numeric_limits<std::uint32_t>::max)()) continue;
            record.block = static_cast<std::uint32_t>(block);
            record.revision = revision;
            record.waits = value.substr(0, host) == "waits";
            record.host = value.substr(host + 1, session - host - 1);
            record.session = std::strtoull(value.c_str() + session + 1, nullptr, 10);
            answer.records.push_back(std::move(record));
        }
        for (const Row& row : hosts.assume_value()) {
            if (row.key.size() > after_host) answer.live_hosts.push_back(row.key.substr(after_host));
        }
        std::sort(answer.live_hosts.begin(), answer.live_hosts.end());  // whatever a member answers
        answer.done = true;
        return success();
    }
    /// The rows that one part of a transaction found.
    /// Errors  store_errc::failed (something is of another type than it has in etcd).
    [[nodiscard]] static result<std::vector<Row>> found(const Json& reply, std::size_t part) {
        static const Json nothing = Json::array();
        const auto in = [](const Json& object, const char* name) -> const Json& {  // what is empty is left out
            const auto member = object.find(name);
            return member != object.end() ? *member : nothing;
        };
        std::vector<Row> rows;
        const Json& responses = in(reply, "responses");
        if (!responses.is_array()) return store_errc::failed;
        if (responses.size() <= part) return rows;
        if (!responses[part].is_object()) return store_errc::failed;
        const Json& range = in(responses[part], "response_range");
        const Json& found = range.is_object() ? in(range, "kvs") : range;
        if (!found.is_array()) return store_errc::failed;
        for (const Json& row : found) {
            const auto* const key = text(row, "key");
            const auto* const value = text(row, "value");
            if (key == nullptr || value == nullptr) return store_errc::failed;
            rows.push_back({plain(*key), plain(*value), number(row, "mod_revision")});
        }
        return rows;
    }
    /// Null where it is something else; empty ones are left out.
    [[nodiscard]] static const std::string* text(const Json& object, const char* name) {
        static const std::string empty;
        if (!object.is_object()) return nullptr;
        const auto member = object.find(name);
        return member == object.end() ? &empty : member->get_ptr<const std::string*>();
    }

    [[nodiscard]] std::string prefix() const { return "pool/" + settings_.pool + '/'; }
    [[nodiscard]] std::string block_key(std::uint32_t block) const {
        return prefix() + "block/" + std::to_string(block);
    }
    /// Of a block that is, or was, this host's.
    [[nodiscard]] std::string value_of(const char* state, const BlockRequest& request) const {
        return std::string(state) + ' ' + settings_.host + ' ' + session_text(request);
    }
    [[nodiscard]] std::string host_key(const std::string& host) const { return prefix() + "host/" + host; }
    [[nodiscard]] static std::string session_text(const BlockRequest& request) {
        return std::to_string(request.session);
    }
    /// The gateway writes 64-bit numbers as text, and leaves zeros out.
    [[nodiscard]] static std::uint64_t number(const Json& object, const char* name) {
        if (!object.is_object() || !object.contains(name)) return 0;
        const Json& value = object[name];
        if (value.is_number_unsigned()) return value.get<std::uint64_t>();
        return value.is_string() ? std::strtoull(value.get_ref<const std::string&>().c_str(), nullptr, 10) : 0;
    }

    [[nodiscard]] Json post(const char* path, const Json& body) { return gateway_.post(path, body); }
    [[nodiscard]] static std::string base64(std::string_view bytes) { return detail::base64(bytes); }
    [[nodiscard]] static std::string plain(std::string_view text) { return detail::plain(text); }

    EtcdSettings settings_;
    detail::EtcdGateway gateway_;
};

}  // namespace estate
