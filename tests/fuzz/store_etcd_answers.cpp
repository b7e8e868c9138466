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

#include "lines.hpp"
#include "require.hpp"

namespace {
using namespace estate;
using test::Lines;
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

json row(Lines& left, const char* key, const char* value) {
    return {{"key", left.next(key)}, {"value", left.next(value)}, {"mod_revision", left.next("8")}};
}
/// A host of that name lives.
json host_row(Lines& left, const char* otherwise) {
    const json name = left.next(otherwise);
    const std::string text = name.is_string() ? name.get<std::string>() : name.dump();
    return {{"key", detail::base64("pool/estate/host/" + text)}, {"value", "MTc="}};
}
std::string list_of(std::string_view text) {
    Lines left{text};
    json names = json::array({host_row(left, "abc"), host_row(left, "there")});
    const json blocks = {{"response_range", {{"kvs", {row(left, "cG9vbC9lc3RhdGUvYmxvY2svNQ==", "b3duZWQgdGhlcmUgMTc="),
                                                      row(left, "cG9vbC9lc3RhdGUvYmxvY2svNg==", "eA==")}}}}};
    names.push_back(row(left, "cG9vbC9lc3RhdGUvaG9zdC94eXo=", "MTc="));
    const json hosts = {{"response_range", {{"kvs", std::move(names)}}}};
    const json whole = {{"header", {{"revision", left.next("9")}}},
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
