// SPDX-License-Identifier: BSL-1.0
// What EtcdClient makes of the answers of a member. That of these tests says what it is told to;
// examples/pool_hosts.cpp talks to real ones.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <estate/store/etcd/etcd_client.hpp>
#include <estate/store_etcd.hpp>
#include <mutex>
#include <thread>

#include "support/check.hpp"
#include "support/failing_memory.hpp"

namespace {
using namespace estate;
using test::fails_with;
using test::succeeds;
using Kind = BlockRequest::Kind;

/// What a member says: a body, and a status before it; with 0 it closes without a word, with 1 it never says a thing.
struct Said {
    Said(std::string what) : body{std::move(what)} {}
    Said(const char* what) : body{what} {}
    Said(int code, std::string what = {}) : status{code}, body{std::move(what)} {}
    int status = 200;
    std::string body;
};

/// Gives these answers, one a connection, and then none.
class Member {
public:
    explicit Member(std::vector<Said> answers) : listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        BOOST_REQUIRE(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
        BOOST_REQUIRE(::listen(listener_, 8) == 0);
        BOOST_REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        thread_ = std::thread([this, given = std::move(answers)] {
            for (const Said& answer : given) {
                const int peer = ::accept(listener_, nullptr, nullptr);
                if (peer < 0) return;
                talk(peer, answer);
                ::close(peer);
            }
        });
    }
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;
    ~Member() {
        ::shutdown(listener_, SHUT_RDWR);  // ends accept()
        thread_.join();
        ::close(listener_);
    }
    const std::string& url() const { return url_; }
    /// What it was asked last.
    nlohmann::json asked() {
        const std::lock_guard locked{lock_};
        return nlohmann::json::parse(asked_);
    }
    /// The first letters of the token of each request; "-" where it had none.
    std::string tokens() {
        const std::lock_guard locked{lock_};
        return tokens_;
    }

private:
    void talk(int peer, const Said& answer) {
        std::string heard;
        char bytes[4096];
        for (;;) {
            const auto head = heard.find("\r\n\r\n");
            const auto length = heard.find("Content-Length: ");
            if (head != heard.npos && length != heard.npos &&
                heard.size() >= head + 4 + std::strtoul(heard.c_str() + length + 16, nullptr, 10))
                break;
            const ssize_t got = ::recv(peer, bytes, sizeof bytes, 0);
            if (got <= 0) return;  // it has waited long enough
            heard.append(bytes, static_cast<std::size_t>(got));
        }
        {
            const std::lock_guard locked{lock_};
            asked_ = heard.substr(heard.find("\r\n\r\n") + 4);
            const auto token = heard.find("Authorization: ");
            tokens_ += token != heard.npos ? heard.substr(token + 15, 3) : "-";
            tokens_ += ' ';
        }
        if (answer.status == 0) return;
        if (answer.status == 1) {
            while (::recv(peer, bytes, sizeof bytes, 0) > 0) {}  // until it goes
            return;
        }
        const std::string said = "HTTP/1.1 " + std::to_string(answer.status) + " Said\r\nConnection: close\r\n" +
                                 "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body;
        static_cast<void>(::send(peer, said.data(), said.size(), MSG_NOSIGNAL));
    }

    int listener_;
    std::string url_;
    std::mutex lock_;
    std::string asked_;
    std::string tokens_;
    std::thread thread_;
};

EtcdSettings settings_of(std::vector<std::string> endpoints, long patience_ms) {
    EtcdSettings settings;
    settings.endpoints = std::move(endpoints);
    settings.host = "here";
    settings.patience_ms = patience_ms;
    settings.configure = [](CURL* curl) { curl_easy_setopt(curl, CURLOPT_NOPROXY, "*"); };
    return settings;
}
EtcdClient client_of(std::vector<std::string> endpoints, long patience_ms = 60'000) {
    return EtcdClient{settings_of(std::move(endpoints), patience_ms)};
}
BlockRequest request(Kind kind) {
    BlockRequest made;
    made.kind = kind;
    made.number = 7;
    made.session = 42;
    return made;
}
/// The one answer of a member to this request.
result<BlockAnswer> answered(Kind kind, const std::string& answer) {
    const Member member{{answer}};
    return client_of({member.url()}).ask(request(kind));
}

/// The memory of libcurl, of which there can be none.
struct CurlMemory {
    static inline bool is_short = false;
    static inline const CURLcode begun = curl_global_init_mem(
        CURL_GLOBAL_DEFAULT, [](std::size_t size) { return is_short ? nullptr : std::malloc(size); }, &std::free,
        [](void* memory, std::size_t size) { return is_short ? nullptr : std::realloc(memory, size); },
        [](const char* text) { return is_short ? nullptr : ::strdup(text); },
        [](std::size_t count, std::size_t size) {
            void* const made = is_short ? nullptr : std::malloc(count * size);  // calloc() fails with operator new
            return made != nullptr ? std::memset(made, 0, count * size) : nullptr;
        });
};

BOOST_AUTO_TEST_SUITE(etcd_client)

BOOST_AUTO_TEST_CASE(without_memory_for_libcurl_nobody_can_be_asked) {
    BOOST_TEST_REQUIRE(CurlMemory::begun == CURLE_OK);
    CurlMemory::is_short = true;
    EtcdClient client{EtcdSettings{}};
    CurlMemory::is_short = false;
    BOOST_TEST(fails_with(client.ready(), std::errc::not_enough_memory));
    BOOST_TEST(fails_with(client.ask(request(Kind::list)), std::errc::not_enough_memory));
}
#if ESTATE_TEST_FAILS_MEMORY
BOOST_AUTO_TEST_CASE(without_memory_for_an_answer_there_is_none_and_the_next_one_is_heard) {
    const std::string fine = R"({"header":{"revision":"9"},"succeeded":true})";
    const Member member{{fine, fine}};
    EtcdSettings settings = settings_of({member.url()}, 2'000);
    static int short_for = 1;
    settings.configure = [](CURL* curl) {
        curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
        if (short_for-- > 0) test::requests_until_failure = 0;  // the next one, which is for what comes
    };
    EtcdClient client{settings};
    BOOST_TEST(fails_with(client.ask(request(Kind::claim)), store_errc::failed));
    BOOST_TEST(test::requests_until_failure < 0);
    BOOST_TEST(succeeds(client.ask(request(Kind::claim))));
}
#endif

BOOST_AUTO_TEST_CASE(reads_what_a_member_says) {
    const auto granted = answered(Kind::grant, R"({"header":{},"ID":"42","TTL":"10"})").value();
    BOOST_TEST(granted.done);
    BOOST_TEST(granted.session == 42U);
    BOOST_TEST(granted.number == 7U);
    BOOST_TEST(answered(Kind::keep_alive, R"({"result":{"ID":"42","TTL":"10"}})").value().done);
    BOOST_TEST(!answered(Kind::keep_alive, R"({"result":{"ID":"42"}})").value().done);
    const auto claimed = answered(Kind::claim, R"({"header":{"revision":"9"},"succeeded":true})").value();
    BOOST_TEST(claimed.done);
    BOOST_TEST(claimed.revision == 9U);
    BOOST_TEST(!answered(Kind::claim, R"({"header":{"revision":"9"}})").value().done);
}
BOOST_AUTO_TEST_CASE(reads_records_and_live_hosts) {
    // pool/estate/block/5 = "owned there 17" and another key of the same prefix; pool/estate/host/there = "17"
    const auto list = answered(Kind::list, R"({"header":{"revision":"9"},"succeeded":true,"responses":[
        {"response_range":{"kvs":[
            {"key":"cG9vbC9lc3RhdGUvYmxvY2svNQ==","value":"b3duZWQgdGhlcmUgMTc=","mod_revision":"8"},
            {"key":"cG9vbC9lc3RhdGUvYmxvY2svNg==","value":"eA==","mod_revision":"8"}]}},
        {"response_range":{"kvs":[{"key":"cG9vbC9lc3RhdGUvaG9zdC90aGVyZQ==","value":"MTc="},{"key":"eA=="}]}}]})")
                          .value();
    BOOST_TEST(list.done);
    BOOST_REQUIRE(list.records.size() == 1U);
    BOOST_TEST(list.records[0].block == 5U);
    BOOST_TEST(list.records[0].revision == 8U);
    BOOST_TEST(list.records[0].host == "there");
    BOOST_TEST(list.records[0].session == 17U);
    BOOST_TEST(!list.records[0].waits);
    BOOST_REQUIRE(list.live_hosts.size() == 1U);
    BOOST_TEST(list.live_hosts[0] == "there");
    BOOST_TEST(answered(Kind::list, R"({"header":{},"responses":[{},{"response_range":{}}]})").value().records.empty());
}
BOOST_AUTO_TEST_CASE(an_answer_of_other_types_cannot_be_read) {
    for (const char* const answer : {
             "",
             "[]",
             "{",
             "no json",
             R"({"succeeded":true})",
             R"({"header":{},"succeeded":"true"})",
             R"({"header":{},"responses":{}})",
             R"({"header":{},"responses":[7]})",
             R"({"header":{},"responses":[{"response_range":7}]})",
             R"({"header":{},"responses":[{"response_range":{"kvs":{}}}]})",
             R"({"header":{},"responses":[{"response_range":{"kvs":[7]}}]})",
             R"({"header":{},"responses":[{"response_range":{"kvs":[{"key":7}]}}]})",
             R"({"header":{},"responses":[{},{"response_range":{"kvs":[{"key":null}]}}]})",
         })
        BOOST_TEST(fails_with(answered(Kind::list, answer), store_errc::failed), answer);
    BOOST_TEST(fails_with(answered(Kind::announce, R"({"header":{},"responses":[7]})"), store_errc::failed));
    BOOST_TEST(fails_with(answered(Kind::grant, R"({"ID":{}})"), store_errc::failed));
    BOOST_TEST(fails_with(answered(Kind::keep_alive, R"({"error":"no"})"), store_errc::failed));
}
BOOST_AUTO_TEST_CASE(a_transaction_compares_what_doc_blocks_md_says) {
    using nlohmann::json;
    const auto compared = [](Kind kind) {
        Member member{{R"({"header":{"revision":"9"},"succeeded":true})"}};
        BlockRequest with = request(kind);
        with.block = 5;
        with.revision = 8;
        with.host = "there";
        BOOST_TEST(succeeds(client_of({member.url()}).ask(with)));
        const json asked = member.asked();
        return asked.contains("compare") ? asked["compare"] : json::array();
    };
    const auto key = [](const char* name) { return detail::base64(std::string("pool/estate/") + name); };
    const json as_read{{"key", key("block/5")}, {"target", "MOD"}, {"result", "EQUAL"}, {"mod_revision", "8"}};
    const auto is_absent = [&](const char* host) {
        return json{{"key", key(host)}, {"target", "CREATE"}, {"result", "EQUAL"}, {"create_revision", "0"}};
    };
    const json lives{{"key", key("host/here")}, {"target", "VALUE"}, {"result", "EQUAL"},
                     {"value", detail::base64("42")}};
    const auto are = [](std::initializer_list<json> conditions) { return json(json::array_t(conditions)); };
    BOOST_TEST((compared(Kind::announce) == are({is_absent("host/here")})));
    BOOST_TEST((compared(Kind::claim) == are({as_read, lives})));
    BOOST_TEST((compared(Kind::mark) == are({as_read, is_absent("host/there")})));
    BOOST_TEST((compared(Kind::give_up) == are({as_read})));
    BOOST_TEST((compared(Kind::erase) == are({as_read})));
    BOOST_TEST((compared(Kind::list) == json::array()));
}
BOOST_AUTO_TEST_CASE(the_next_member_is_asked_after_one_that_fails) {
    const Member first{{"{"}};
    const Member second{{R"({"ID":"42"})"}};
    auto client = client_of({first.url(), second.url()});
    BOOST_TEST(fails_with(client.ask(request(Kind::grant)), store_errc::failed));
    BOOST_TEST(succeeds(client.ask(request(Kind::grant))));
}
BOOST_AUTO_TEST_CASE(each_way_to_give_no_answer_is_one_failure_of_each_request) {
    const std::string fine = R"({"header":{"revision":"9"},"succeeded":true,"ID":"42","result":{"TTL":"10"},
                                 "responses":[{"response_range":{"kvs":[{"value":"dGVybXM="}]}}]})";
    const std::vector<Said> silences{{0}, {1}, {301}, {404}, {500, fine}, {503, "overloaded"}, {200, ""}, {200, "7"}, {401, fine}};
    for (const Said& silence : silences) {
        for (const Kind kind : {Kind::grant, Kind::announce, Kind::keep_alive, Kind::list, Kind::claim, Kind::mark,
                                Kind::give_up, Kind::erase}) {
            const Member member{{silence, fine}};
            auto client = client_of({member.url()}, 300);
            BOOST_TEST(fails_with(client.ask(request(kind)), store_errc::failed));
            BOOST_TEST(succeeds(client.ask(request(kind))));  // and the next request is a new one
        }
        const Member member{{silence, fine, silence, fine}};
        auto client = client_of({member.url()}, 300);
        BOOST_TEST(fails_with(client.agree("terms"), store_errc::failed));
        BOOST_TEST(client.agree("terms").value() == "terms");
        BOOST_TEST(fails_with(client.terms(), store_errc::failed));
        BOOST_TEST(succeeds(client.terms()));
    }
    auto nobody = client_of({"http://127.0.0.1:1"}, 300);
    BOOST_TEST(fails_with(nobody.ask(request(Kind::list)), store_errc::failed));
    BOOST_TEST(fails_with(nobody.terms(), store_errc::failed));
}
BOOST_AUTO_TEST_CASE(terms_are_those_that_are_written_down) {
    const auto agreed = [](const std::string& answer) {
        const Member member{{answer}};
        return client_of({member.url()}).agree("mine");
    };
    const std::string one = R"("responses":[{"response_range":{"kvs":[{"value":"dGhlaXJz"}]}}])";  // "theirs"
    BOOST_TEST(agreed(R"({"header":{},"succeeded":true})").value() == "mine");
    BOOST_TEST(agreed(R"({"header":{},)" + one + '}').value() == "theirs");
    BOOST_TEST(agreed(R"({"header":{},"succeeded":false,)" + one + '}').value() == "theirs");
    BOOST_TEST(agreed(R"({"header":{},"succeeded":7,)" + one + '}').value() == "theirs");
    BOOST_TEST(fails_with(agreed(R"({"header":{}})"), store_errc::failed));
    BOOST_TEST(fails_with(agreed(R"({"header":{},"responses":7})"), store_errc::failed));
    BOOST_TEST(fails_with(agreed(R"({"header":{},"responses":[{"response_range":{"kvs":[{},{}]}}]})"), store_errc::failed));
    const auto written = [](const std::string& answer) {
        const Member member{{answer}};
        return client_of({member.url()}).terms();
    };
    BOOST_TEST(written(R"({"header":{}})").value() == "");
    BOOST_TEST(written(R"({"header":{},"kvs":[{"value":"dGhlaXJz"}]})").value() == "theirs");
    BOOST_TEST(fails_with(written(R"({"header":{},"kvs":7})"), store_errc::failed));
}
BOOST_AUTO_TEST_CASE(an_announcement_that_was_made_before_is_done_where_it_is_this_session) {
    // pool/estate/host/here = "42"
    const auto announced = [](const std::string& value) {
        return answered(Kind::announce, R"({"header":{},"responses":[{"response_range":{"kvs":[{"value":")" + value + R"("}]}}]})");
    };
    BOOST_TEST(announced("NDI=").value().done);
    BOOST_TEST(!announced("NDM=").value().done);
    BOOST_TEST(!answered(Kind::announce, R"({"header":{},"succeeded":false})").value().done);
}
BOOST_AUTO_TEST_CASE(a_row_that_is_none_of_a_block_is_left_out) {
    // keys pool/estate/block/ and pool/estate/block/5; values "owned there 17", "owned there", "owned"
    const auto records = [](const std::string& key, const std::string& value) {
        return answered(Kind::list, R"({"header":{},"succeeded":true,"responses":[{"response_range":{"kvs":[{"key":")" + key +
                                        R"(","value":")" + value + R"(","mod_revision":8}]}}]})")
            .value().records;
    };
    const std::string of_five = "cG9vbC9lc3RhdGUvYmxvY2svNQ==";
    const std::string owned = "b3duZWQgdGhlcmUgMTc=";
    BOOST_TEST(records("cG9vbC9lc3RhdGUvYmxvY2sv", owned).empty());
    BOOST_TEST(records(of_five, "b3duZWQgdGhlcmU=").empty());
    BOOST_TEST(records(of_five, "b3duZWQ=").empty());
    BOOST_REQUIRE(records(of_five, owned).size() == 1U);
    BOOST_TEST(records(of_five, owned)[0].revision == 8U);  // a number that is one
    BOOST_TEST(fails_with(answered(Kind::list, R"({"header":{},"responses":[{"response_range":{"kvs":[{"value":7}]}}]})"),
                          store_errc::failed));
    BOOST_TEST(answered(Kind::claim, R"({"header":7,"succeeded":true})").value().revision == 0U);
}
BOOST_AUTO_TEST_CASE(a_name_and_its_password_are_asked_for_a_token_and_once_more_where_it_is_not_taken) {
    const std::string one = R"({"token":"one"})";
    const std::string two = R"({"token":"two"})";
    const std::string done = R"({"header":{},"succeeded":true})";
    const auto named = [](const Member& member) {
        EtcdSettings settings = settings_of({member.url()}, 2'000);
        settings.user = "host";
        settings.password = "secret";
        return EtcdClient{settings};
    };
    {
        Member member{{one, done, done, {401}, two, done, {400}, one, {401}, two, done}};
        auto client = named(member);
        BOOST_TEST(succeeds(client.ask(request(Kind::claim))));
        BOOST_TEST(member.tokens() == "- one ");
        BOOST_TEST(succeeds(client.ask(request(Kind::claim))));
        BOOST_TEST(member.tokens() == "- one one ");
        BOOST_TEST(succeeds(client.ask(request(Kind::claim))));
        BOOST_TEST(member.tokens() == "- one one one - two ");
        BOOST_TEST(fails_with(client.ask(request(Kind::claim)), store_errc::failed));  // nor the one that was asked for
        BOOST_TEST(member.tokens() == "- one one one - two two - one ");
        BOOST_TEST(succeeds(client.ask(request(Kind::claim))));
        BOOST_TEST(member.tokens() == "- one one one - two two - one - two ");
    }
    for (const char* const answer : {"{}", R"({"token":7})", "no json"}) {
        const Member member{{answer}};
        BOOST_TEST(fails_with(named(member).ask(request(Kind::claim)), store_errc::failed));
    }
}
BOOST_AUTO_TEST_CASE(files_that_are_named_are_asked_of_libcurl_and_one_that_is_not_there_is_no_answer) {
    const Member member{{R"({"ID":"42"})"}};
    EtcdSettings settings = settings_of({member.url()}, 2'000);
    settings.authority_file = settings.certificate_file = settings.key_file = "/nowhere/file";
    BOOST_TEST(succeeds(EtcdClient{settings}.ask(request(Kind::grant))));  // which are of https alone
    settings.endpoints = {"https://127.0.0.1:1"};
    BOOST_TEST(fails_with(EtcdClient{settings}.ask(request(Kind::grant)), store_errc::failed));
}
BOOST_AUTO_TEST_CASE(endpoints_are_what_stands_between_commas) {
    BOOST_TEST(endpoints_of("").empty());
    BOOST_TEST(endpoints_of(",,").empty());
    const std::vector<std::string> two{"http://a", "http://b"};
    BOOST_TEST((endpoints_of("http://a,http://b") == two));
    BOOST_TEST((endpoints_of(",http://a,,http://b,") == two));
}
BOOST_AUTO_TEST_CASE(without_a_member_there_is_nobody_to_ask) {
    BOOST_TEST(fails_with(client_of({}).ask(request(Kind::grant)), errc::invalid_argument));
}
BOOST_AUTO_TEST_CASE(a_block_is_a_number_that_blocks_have) {
    // pool/estate/block/ of "x", "5x", "-1" and 4294967296
    const auto list = answered(Kind::list, R"({"header":{},"succeeded":true,"responses":[{"response_range":{"kvs":[
        {"key":"cG9vbC9lc3RhdGUvYmxvY2sveA==","value":"b3duZWQgdGhlcmUgMTc=","mod_revision":"8"},
        {"key":"cG9vbC9lc3RhdGUvYmxvY2svNXg=","value":"b3duZWQgdGhlcmUgMTc=","mod_revision":"8"},
        {"key":"cG9vbC9lc3RhdGUvYmxvY2svLTE=","value":"b3duZWQgdGhlcmUgMTc=","mod_revision":"8"},
        {"key":"cG9vbC9lc3RhdGUvYmxvY2svNDI5NDk2NzI5Ng==","value":"b3duZWQgdGhlcmUgMTc=","mod_revision":"8"}]}}]})")
                          .value();
    BOOST_TEST(list.records.empty());
}
BOOST_AUTO_TEST_CASE(what_cannot_be_said_to_etcd_is_refused_before_anything_is_asked) {
    const auto with = [](auto change) {
        EtcdSettings settings;
        change(settings);
        return EtcdClient{settings};
    };
    BOOST_TEST(succeeds(with([](auto&) {}).ready()));
    BOOST_TEST(succeeds(with([](auto& etcd) { etcd.user = "h\xC3\xB6st", etcd.password = "\xE2\x82\xAC"; }).ready()));
    const auto is_refused = [&](auto change) {
        auto client = with(change);
        BOOST_TEST(fails_with(client.ready(), errc::invalid_argument));
        BOOST_TEST(fails_with(client.ask(request(Kind::list)), errc::invalid_argument));
        BOOST_TEST(fails_with(client.agree("terms"), errc::invalid_argument));
        BOOST_TEST(fails_with(client.terms(), errc::invalid_argument));
    };
    is_refused([](auto& etcd) { etcd.user = "h\xF6st"; });
    is_refused([](auto& etcd) { etcd.user = "host", etcd.password = "\xC3"; });
    is_refused([](auto& etcd) { etcd.pool = ""; });
    is_refused([](auto& etcd) { etcd.pool = "a/b"; });
    constexpr long longest = 100L * 24 * 3600 * 1000;
    BOOST_TEST(succeeds(with([](auto& etcd) { etcd.patience_ms = longest; }).ready()));
    for (const long time : {-1L, 0L, longest + 1, (std::numeric_limits<long>::max)()})
        is_refused([&](auto& etcd) { etcd.patience_ms = time; });
}

BOOST_AUTO_TEST_CASE(a_host_without_a_name_and_a_part_of_a_second_are_refused_before_anybody_is_asked) {
    HostSettings<V4> settings;
    BOOST_TEST(fails_with(open_etcd_pool<V4>("/nowhere/leases.db", {}, settings), errc::invalid_argument));
    settings.host = "here";
    settings.terms.time_to_live = 1'500'000'000;
    BOOST_TEST(fails_with(open_etcd_pool<V4>("/nowhere/leases.db", {}, settings), errc::invalid_argument));
    BOOST_TEST(fails_with(open_etcd_pool<V4>({}, settings), errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
