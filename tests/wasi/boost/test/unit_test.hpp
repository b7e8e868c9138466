// SPDX-License-Identifier: BSL-1.0
#pragma once

// What the tests use of Boost.Test, for components: Boost.Test itself needs exceptions. Same names, same meaning,
// but that a failed BOOST_REQUIRE ends the program, and that values are not printed.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace boost {

namespace test_tools {

/// Text from what is streamed into it.
class Message {
public:
    Message& operator<<(std::string_view part) {
        text_ += part;
        return *this;
    }
    Message& operator<<(char character) {
        text_ += character;
        return *this;
    }
    template <class T>
        requires std::is_arithmetic_v<T>
    Message& operator<<(T number) {
        text_ += std::to_string(number);
        return *this;
    }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
};

/// Whether something holds, and what to say where it does not.
class assertion_result {
public:
    assertion_result(bool holds) noexcept : holds_{holds} {}
    explicit operator bool() const noexcept { return holds_; }
    bool operator!() const noexcept { return !holds_; }
    Message& message() noexcept { return message_; }
    [[nodiscard]] const std::string& text() const noexcept { return message_.text(); }

private:
    bool holds_;
    Message message_;
};

}  // namespace test_tools

namespace unit_test {

struct Case {
    std::string name;
    void (*run)();
};

/// The cases of the program in the order of their files, and the one that runs.
struct Run {
    std::vector<Case> cases;
    std::vector<const char*> suites;
    const Case* current = nullptr;
    int failures = 0;
    std::string skipped;

    static Run& get() {
        static Run run;
        return run;
    }
};

struct InSuite {
    explicit InSuite(const char* name) { Run::get().suites.push_back(name); }
};
struct OutOfSuite {
    OutOfSuite() { Run::get().suites.pop_back(); }
};

template <class T>
std::string name_of_type() {
    if constexpr (requires { T::name; }) {
        return T::name;
    } else {
        const std::string_view whole = __PRETTY_FUNCTION__;  // "... [T = NAME]"
        const auto start = whole.find("T = ") + 4;
        return std::string(whole.substr(start, whole.size() - start - 1));
    }
}

struct Registered {
    Registered(std::string name, void (*run)()) {
        std::string path;
        for (const char* suite : Run::get().suites) path.append(suite).append("/");
        Run::get().cases.push_back({path + name, run});
    }
};
template <template <class> class Test, class Types>
struct RegisteredForEach;
template <template <class> class Test, class... Types>
struct RegisteredForEach<Test, std::tuple<Types...>> {
    explicit RegisteredForEach(const std::string& name) {
        (Registered(name + "<" + name_of_type<Types>() + ">", &Test<Types>::run), ...);
    }
};

/// What print_skipped() says makes the running case a skipped one; the rest is printed.
inline void tell(const std::string& text) {
    if (text.starts_with("skipped: ")) {
        Run::get().skipped = text;
    } else {
        std::printf("%s\n", text.c_str());
    }
}

inline void report(bool holds, bool must, const char* text, const std::string& why, const char* file, int line) {
    if (holds) return;
    ++Run::get().failures;
    std::printf("%s:%d: %s: not so: %s%s%s\n", file, line, Run::get().current->name.c_str(), text,
                why.empty() ? "" : ": ", why.c_str());
    if (!must) return;
    std::printf("what comes after it was not run\n0 passed, 1 failed\n");
    std::fflush(stdout);
    std::exit(1);
}
template <class T>
void check(bool must, const char* text, const char* file, int line, const T& value) {
    std::string why;
    if constexpr (std::is_same_v<T, test_tools::assertion_result>) why = value.text();
    report(static_cast<bool>(value), must, text, why, file, line);
}

}  // namespace unit_test
}  // namespace boost

#define BOOST_AUTO_TEST_SUITE(name) \
    namespace name {                \
    [[maybe_unused]] static const ::boost::unit_test::InSuite in_this_suite{#name};
#define BOOST_AUTO_TEST_SUITE_END()                                                 \
    [[maybe_unused]] static const ::boost::unit_test::OutOfSuite out_of_this_suite; \
    }
#define BOOST_AUTO_TEST_CASE(name)                                                               \
    static void name();                                                                          \
    static const ::boost::unit_test::Registered name##_registered{#name, &name};                 \
    static void name()
#define BOOST_AUTO_TEST_CASE_TEMPLATE(name, T, types)                                            \
    template <class T>                                                                           \
    struct name {                                                                                \
        static void run();                                                                       \
    };                                                                                           \
    static const ::boost::unit_test::RegisteredForEach<name, types> name##_registered{#name};    \
    template <class T>                                                                           \
    void name<T>::run()

// What follows the condition is a message or how to print, which are left out here.
#define BOOST_TEST(condition, ...) ::boost::unit_test::check(false, #condition, __FILE__, __LINE__, condition)
#define BOOST_REQUIRE(condition) ::boost::unit_test::check(true, #condition, __FILE__, __LINE__, condition)
#define BOOST_TEST_REQUIRE(condition) BOOST_REQUIRE(condition)
#define BOOST_REQUIRE_EQUAL(left, right) BOOST_REQUIRE((left) == (right))
#define BOOST_REQUIRE_MESSAGE(condition, ...) BOOST_REQUIRE(condition)
#define BOOST_ERROR(text) ::boost::unit_test::report(false, false, "BOOST_ERROR", text, __FILE__, __LINE__)
#define BOOST_TEST_CONTEXT(...) if constexpr (true)
#define BOOST_TEST_MESSAGE(...) ::boost::unit_test::tell((::boost::test_tools::Message() << __VA_ARGS__).text())
