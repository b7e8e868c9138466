// SPDX-License-Identifier: BSL-1.0
// libFuzzer target: whatever a member of etcd answers, EtcdClient makes an answer of it or names an error; what it made
// keeps what BlockAnswer promises. The first byte chooses the request. The rest is the answer, whole, or as lines that
// stand for the values of one that is well formed. The client speaks through libcurl to a member in a thread.
//
// clang++-19 -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude tests/fuzz/store_etcd_answers.cpp -lcurl
// ./a.out -max_len=400 -max_total_time=60
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <estate/store/etcd/etcd_client.hpp>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "require.hpp"

namespace {
using namespace estate;
using test::require;
using nlohmann::json;

/// A member that gives each connection the same answer, whatever it asks.
class Member {
public:
    Member() : listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        require(::bind(listener_, generic, size) == 0 && ::listen(listener_, 8) == 0 &&
                    ::getsockname(listener_, generic, &size) == 0,
                "a member listens");
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        std::thread([this] {
            for (;;) talk(::accept(listener_, nullptr, nullptr));
        }).detach();
    }
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

    void answer(std::string text) {
        const std::lock_guard lock(mutex_);
        answer_ = std::move(text);
    }
    [[nodiscard]] const std::string& url() const { return url_; }

private:
    void talk(int peer) {
        std::string said;
        {
            const std::lock_guard lock(mutex_);
            said = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(answer_.size()) +
                   "\r\n\r\n" + answer_;
        }
        char room[4096];
        require(::recv(peer, room, sizeof room, 0) > 0, "a client asks");
        require(::send(peer, said.data(), said.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(said.size()),
                "an answer fits into the buffer of a socket");
        ::shutdown(peer, SHUT_WR);
        while (::recv(peer, room, sizeof room, 0) > 0) {}
        ::close(peer);
    }

    int listener_;
    std::string url_;
    std::mutex mutex_;
    std::string answer_;
};
Member& member() {
    static Member* const made = new Member;  // its thread lives as long as the program
    return *made;
}

void probe(BlockRequest::Kind kind, std::string answer) {
    static EtcdClient client = [] {
        EtcdSettings settings;
        settings.endpoints = {member().url()};
        settings.host = "here";
        settings.patience_ms = 60'000;
        settings.configure = [](CURL* curl) { curl_easy_setopt(curl, CURLOPT_NOPROXY, "*"); };
        return EtcdClient{settings};
    }();
    member().answer(std::move(answer));
    BlockRequest request;
    request.kind = kind;
    request.number = 7;
    request.session = 42;
    request.host = "there";
    const auto made = client.ask(request);
    if (!made) {
        require(*made.assume_error().message() != '\0', "a refusal has a name");
        return;
    }
    const BlockAnswer& is = made.assume_value();
    require(is.number == 7, "an answer is that of its request");
    require(kind == BlockRequest::Kind::list || (is.records.empty() && is.live_hosts.empty()),
            "records are of a list alone");
    require(std::is_sorted(is.live_hosts.begin(), is.live_hosts.end()), "the hosts of a list are sorted");
    for (const std::string& host : is.live_hosts) require(!host.empty(), "a host that lives has a name");
}

/// The lines, one after the other, as JSON where they are and as text where they are not.
json next(std::string_view& left, const char* otherwise) {
    const std::size_t end = left.find('\n');
    const std::string_view line = left.substr(0, end);
    left = end == left.npos ? std::string_view{} : left.substr(end + 1);
    if (line.empty()) return otherwise;
    json read = json::parse(line, nullptr, false);
    return read.is_discarded() ? json(std::string(line)) : read;
}
json row(std::string_view& left, const char* key, const char* value) {
    return {{"key", next(left, key)}, {"value", next(left, value)}, {"mod_revision", next(left, "8")}};
}
std::string base64(std::string_view bytes) {
    static constexpr const char* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string made;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = bits << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            made += at + i > bytes.size() ? '=' : digits[bits >> (18 - 6 * i) & 63];
        }
    }
    return made;
}
/// A host of that name lives.
json host_row(std::string_view& left, const char* otherwise) {
    const json name = next(left, otherwise);
    const std::string text = name.is_string() ? name.get<std::string>() : name.dump();
    return {{"key", base64("pool/estate/host/" + text)}, {"value", "MTc="}};
}
std::string list_of(std::string_view left) {
    json names = json::array({host_row(left, "abc"), host_row(left, "there")});
    const json blocks = {{"response_range", {{"kvs", {row(left, "cG9vbC9lc3RhdGUvYmxvY2svNQ==", "b3duZWQgdGhlcmUgMTc="),
                                                      row(left, "cG9vbC9lc3RhdGUvYmxvY2svNg==", "eA==")}}}}};
    names.push_back(row(left, "cG9vbC9lc3RhdGUvaG9zdC94eXo=", "MTc="));
    const json hosts = {{"response_range", {{"kvs", std::move(names)}}}};
    const json whole = {{"header", {{"revision", next(left, "9")}}},
                        {"succeeded", true},
                        {"responses", json::array({blocks, hosts})}};
    return whole.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 8'000) return 0;
    const auto kind = static_cast<BlockRequest::Kind>(data[0] % 8);
    const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
    probe(kind, std::string(text));
    probe(BlockRequest::Kind::list, list_of(text));
    return 0;
}
