// SPDX-License-Identifier: BSL-1.0
//
//     PROGRAM [CASE]    runs all cases, or those whose name starts with CASE; names what failed and what was skipped.
//                       The last line is `N passed, N failed`

#include <boost/test/unit_test.hpp>

int main(int argc, char** argv) {
    auto& run = boost::unit_test::Run::get();
    const std::string_view wanted = argc > 1 ? argv[1] : "";
    int passed = 0;
    int failed = 0;
    int skipped = 0;
    for (const auto& one : run.cases) {
        if (!std::string_view(one.name).starts_with(wanted)) continue;
        run.current = &one;
        run.failures = 0;
        run.skipped.clear();
        one.run();
        if (run.failures > 0) {
            ++failed;
        } else if (!run.skipped.empty()) {
            ++skipped;
            std::printf("%s (%s)\n", run.skipped.c_str(), one.name.c_str());
        } else {
            ++passed;
        }
        std::fflush(stdout);
    }
    if (skipped > 0) std::printf("skipped: %d\n", skipped);
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}
