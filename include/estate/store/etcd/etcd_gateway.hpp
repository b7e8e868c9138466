// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <curl/curl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <estate/error/result.hpp>
#include <estate/store/etcd/block_request.hpp>
#include <memory>
#include <new>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace estate {

/// How a host reaches etcd.
struct EtcdSettings {
    std::vector<std::string> endpoints{"http://127.0.0.1:2379"};  ///< members; one is asked until it fails
    std::string pool = "estate";                ///< its keys begin with "pool/NAME/"; no "/" in it
    std::string host{};                         ///< the name of this host, without blanks; no other has it
    std::int64_t time_to_live = 10'000'000'000; ///< as in BlockTerms, nanoseconds; whole seconds
    long patience_ms = 2000;                    ///< how long an answer is waited for
    std::string user{};                         ///< of etcd, where it wants one; with `password`; both are UTF-8
    std::string password{};
    std::string authority_file{};               ///< certificates that members' are signed by; empty: the system's
    std::string certificate_file{};             ///< of this host, and its key, where etcd wants one
    std::string key_file{};
    /// Further options of libcurl for each request. May be null.
    void (*configure)(CURL*) = nullptr;
};

/// URLs with commas between them, as EtcdSettings::endpoints.
[[nodiscard]] inline std::vector<std::string> endpoints_of(std::string_view text) {
    std::vector<std::string> made;
    while (!text.empty()) {
        const std::size_t comma = (std::min)(text.find(','), text.size());
        if (comma != 0) made.emplace_back(text.substr(0, comma));
        text.remove_prefix((std::min)(comma + 1, text.size()));
    }
    return made;
}

namespace detail {

inline constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Source  RFC 4648 section 4
[[nodiscard]] inline std::string base64(std::string_view bytes) {
    std::string made;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char byte : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(byte);
        for (count += 8; count >= 6; count -= 6) made += base64_digits[bits >> (count - 6) & 63];
    }
    if (count != 0) made += base64_digits[bits << (6 - count) & 63];
    while (made.size() % 4 != 0) made += '=';
    return made;
}
[[nodiscard]] inline std::string plain(std::string_view text) {
    std::string made;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char digit : text) {
        const std::size_t value = base64_digits.find(digit);
        if (value == std::string_view::npos) break;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        if ((count += 6) < 8) continue;
        count -= 8;
        made += static_cast<char>(bits >> count & 0xFF);
    }
    return made;
}

/// The JSON gateway of a cluster of etcd, by libcurl.
/// Thread safety: one thread at a time.
class EtcdGateway {
public:
    using Json = nlohmann::json;

    explicit EtcdGateway(EtcdSettings settings) : settings_{std::move(settings)}, curl_{curl_easy_init()} {}

    /// Errors  errc::invalid_argument (no endpoints; a pool without a name, or with a "/" in it; a patience that is not
    ///         positive, or longer than a hundred days; a user or a password that is not UTF-8, which JSON cannot say);
    ///         ENOMEM.
    [[nodiscard]] result<void> ready() const {
        const bool has_pool = !settings_.pool.empty() && settings_.pool.find('/') == std::string::npos;
        const std::int64_t patience = settings_.patience_ms;
        if (settings_.endpoints.empty() || !has_pool) return errc::invalid_argument;
        if (patience <= 0 || patience > longest_term / 1'000'000) return errc::invalid_argument;
        if (!is_utf8(settings_.user) || !is_utf8(settings_.password)) return errc::invalid_argument;
        if (curl_ == nullptr) return Error::system(ENOMEM);
        return success();
    }
    /// An empty object where there is no answer within the patience; then the next member is asked the next time. A
    /// name and its password are asked for a token first, and once more where the token is not taken any more.
    /// Source  https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/
    [[nodiscard]] Json post(const char* path, const Json& body) {
        const bool is_named = !settings_.user.empty();
        bool is_new = false;
        for (end_ = Time::clock::now() + std::chrono::milliseconds{settings_.patience_ms};;) {
            if (is_named && token_.empty()) {
                long status = 0;
                const Json body_of_name = {{"name", settings_.user}, {"password", settings_.password}};
                const Json made = send("auth/authenticate", body_of_name, status);
                const auto token = made.find("token");
                if (token == made.end() || !token->is_string()) return Json::object();
                token_ = token->get<std::string>();
                is_new = true;
            }
            long status = 0;
            Json made = send(path, body, status);
            const bool is_refused = status == 401 || status == 400;  // nothing was done
            if (is_named && is_refused) token_.clear();
            if (!is_named || !is_refused || is_new) return made;
        }
    }

private:
    using Time = std::chrono::steady_clock::time_point;

    [[nodiscard]] static bool is_utf8(const Json& text) {
        return Json::parse(text.dump(-1, ' ', false, Json::error_handler_t::replace), nullptr, false) == text;
    }
    /// `status`  0 before; it stays so where there is no answer.
    [[nodiscard]] Json send(const char* path, const Json& body, long& status) {
        const std::string url = settings_.endpoints[member_ % settings_.endpoints.size()] + "/v3/" + path;
        const std::string text = body.dump();
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Time::clock::now()).count();
        std::string reply;
        CURL* const curl = curl_.get();
        curl_easy_reset(curl);
        curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(text.size()));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, text.c_str());
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (std::max)(static_cast<long>(left), 1L));
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &append);
        const auto file = [&](CURLoption option, const std::string& name) {
            if (!name.empty()) curl_easy_setopt(curl, option, name.c_str());
        };
        file(CURLOPT_CAINFO, settings_.authority_file);
        file(CURLOPT_SSLCERT, settings_.certificate_file);
        file(CURLOPT_SSLKEY, settings_.key_file);
        if (settings_.configure != nullptr) settings_.configure(curl);
        const std::string header = "Authorization: " + token_;
        const Headers headers{token_.empty() ? nullptr : curl_slist_append(nullptr, header.c_str())};
        if (headers != nullptr) curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
        if (curl_easy_perform(curl) == CURLE_OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        if (headers != nullptr) curl_easy_setopt(curl, CURLOPT_HTTPHEADER, nullptr);
        Json made = status == 200 ? Json::parse(reply, nullptr, false) : Json{};
        if (made.is_object()) return made;
        ++member_;
        return Json::object();
    }

    /// Less than all where memory is short, which libcurl reports: nothing may be thrown through its frames.
    static std::size_t append(char* data, std::size_t one, std::size_t count, void* to) noexcept {
#if defined(__cpp_exceptions)
        try {
#endif
            static_cast<std::string*>(to)->append(data, one * count);
            return one * count;
#if defined(__cpp_exceptions)
        } catch (const std::bad_alloc&) {
            return 0;
        }
#endif
    }
    struct Freed {
        void operator()(CURL* curl) const noexcept { curl_easy_cleanup(curl); }
        void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
    };
    using Headers = std::unique_ptr<curl_slist, Freed>;

    EtcdSettings settings_;
    std::unique_ptr<CURL, Freed> curl_;
    std::string token_;
    std::size_t member_ = 0;
    Time end_{};  // of the patience with what is asked
};

}  // namespace detail
}  // namespace estate
