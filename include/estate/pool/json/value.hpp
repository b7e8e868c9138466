// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <estate/error/result.hpp>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace estate::detail {

/// The first fault of a document and where it is, as a JSON pointer (RFC 6901).
struct JsonFault {
    std::optional<Error> error{};
    std::string where{};
};

/// A value of a document and the way to it. What is not as it should be becomes the fault, unless there is one
/// already, and reads as something empty; the reader looks for a fault once it has read.
class JsonValue {
public:
    JsonValue(const nlohmann::json& root, JsonFault& fault) noexcept : value_{&root}, fault_{&fault} {}

    [[nodiscard]] bool good() const noexcept { return !fault_->error; }
    void fail(Error error) const {
        if (!good()) return;
        fault_->error = error;
        fault_->where = path();
    }

    /// The object has these members and no other; those in `may` can be missing.
    void has_only(std::initializer_list<std::string_view> must,
                  std::initializer_list<std::string_view> may = {}) const {
        if (value_ == nullptr || !value_->is_object()) return fail(errc::invalid_argument);
        for (const auto key : must) {
            if (!has(key)) member(key).fail(errc::invalid_argument);
        }
        for_each_member([&](const JsonValue& at) {
            const auto is_key = [&at](std::string_view key) { return key == at.key(); };
            if (std::none_of(must.begin(), must.end(), is_key) && std::none_of(may.begin(), may.end(), is_key)) {
                at.fail(errc::invalid_argument);
            }
        });
    }
    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
    /// Refers to this value.
    [[nodiscard]] JsonValue member(std::string_view key) const { return {find(key), this, key, 0, fault_}; }
    [[nodiscard]] std::string_view key() const noexcept { return key_; }

    /// visit(JsonValue) for each member of an object, each element of an array, until there is a fault.
    template <class Visit>
    void for_each_member(Visit visit) const {
        const auto* const members = value_ != nullptr ? value_->get_ptr<const nlohmann::json::object_t*>() : nullptr;
        if (members == nullptr) return fail(errc::invalid_argument);
        for (auto at = members->begin(); at != members->end() && good(); ++at) {
            visit(JsonValue{&at->second, this, at->first, 0, fault_});
        }
    }
    template <class Visit>
    void for_each_element(Visit visit) const {
        const auto* const elements = value_ != nullptr ? value_->get_ptr<const nlohmann::json::array_t*>() : nullptr;
        if (elements == nullptr) return fail(errc::invalid_argument);
        for (std::size_t i = 0; i < elements->size() && good(); ++i) {
            visit(JsonValue{&(*elements)[i], this, {}, i, fault_});
        }
    }

    [[nodiscard]] std::string_view text() const {
        const auto* const found = value_ != nullptr ? value_->get_ptr<const nlohmann::json::string_t*>() : nullptr;
        if (found != nullptr) return *found;
        fail(errc::invalid_argument);
        return {};
    }
    /// 0 to `most`.
    [[nodiscard]] std::uint64_t number(std::uint64_t most = (std::numeric_limits<std::uint64_t>::max)()) const {
        if (value_ != nullptr && value_->is_number_integer()) {
            const auto found = value_->get<std::uint64_t>();
            if ((value_->is_number_unsigned() || value_->get<std::int64_t>() >= 0) && found <= most) return found;
        }
        fail(errc::invalid_argument);
        return 0;
    }
    [[nodiscard]] bool truth() const {
        if (value_ != nullptr && value_->is_boolean()) return value_->get<bool>();
        fail(errc::invalid_argument);
        return false;
    }
    /// Which of the names the text is; 0 where none.
    template <std::size_t Count>
    [[nodiscard]] std::size_t choice(const char* const (&names)[Count]) const {
        const auto found = static_cast<std::size_t>(std::find(names, names + Count, text()) - names);
        if (found < Count) return found;
        fail(errc::invalid_argument);
        return 0;
    }
    /// Value::parse(text) and its errors.
    template <class Value>
    [[nodiscard]] Value parsed() const {
        const auto read = Value::parse(text());
        if (read) return read.assume_value();
        fail(read.assume_error());
        return {};
    }

private:
    JsonValue(const nlohmann::json* value, const JsonValue* parent, std::string_view key, std::size_t index,
              JsonFault* fault) noexcept
        : value_{value}, parent_{parent}, key_{key}, index_{index}, fault_{fault} {}

    [[nodiscard]] const nlohmann::json* find(std::string_view key) const {
        const auto* const members = value_ != nullptr ? value_->get_ptr<const nlohmann::json::object_t*>() : nullptr;
        if (members == nullptr) return nullptr;
        const auto at = members->find(std::string(key));
        return at != members->end() ? &at->second : nullptr;
    }
    [[nodiscard]] std::string path() const {
        if (parent_ == nullptr) return {};
        std::string made = parent_->path() + '/';
        if (key_.data() == nullptr) return made + std::to_string(index_);
        for (const char c : key_) c == '~' ? made += "~0" : c == '/' ? made += "~1" : made += c;
        return made;
    }

    const nlohmann::json* value_;  // null where it is missing
    const JsonValue* parent_ = nullptr;
    std::string_view key_{};       // of an object; without data in an array
    std::size_t index_ = 0;
    JsonFault* fault_;
};

}  // namespace estate::detail
