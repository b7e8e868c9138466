// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace estate::test {

/// The lines of an input, one after the other, as JSON where they are and as text where they are not.
class Lines {
public:
    explicit Lines(std::string_view text) : left_{text} {}
    nlohmann::json next(const char* otherwise) {
        const std::size_t end = left_.find('\n');
        const std::string_view line = left_.substr(0, end);
        left_ = end == left_.npos ? std::string_view{} : left_.substr(end + 1);
        if (line.empty()) return otherwise;
        nlohmann::json read = nlohmann::json::parse(line, nullptr, false);
        return read.is_discarded() ? nlohmann::json(std::string(line)) : read;
    }

private:
    std::string_view left_;
};

}  // namespace estate::test
