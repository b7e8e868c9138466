// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <estate/pool/name.hpp>

namespace estate {

enum class ResourceKind : std::uint8_t { custom, vm, container, pod };

/// "custom", "vm", "container", "pod"
[[nodiscard]] constexpr const char* name_of(ResourceKind kind) noexcept {
    constexpr const char* names[] = {"custom", "vm", "container", "pod"};
    return names[static_cast<int>(kind)];
}

/// What uses an address: its kind, and a label of at most 31 bytes that the pool keeps and does not read.
///
/// A longer label makes a type that is not valid(); the pool refuses it with errc::malformed_name.
class ResourceType {
public:
    using Label = Name<31>;

    /// custom, without a label.
    constexpr ResourceType() noexcept = default;

    [[nodiscard]] static constexpr ResourceType vm(std::string_view label = {}) noexcept {
        return {ResourceKind::vm, label};
    }
    [[nodiscard]] static constexpr ResourceType container(std::string_view label = {}) noexcept {
        return {ResourceKind::container, label};
    }
    [[nodiscard]] static constexpr ResourceType pod(std::string_view label = {}) noexcept {
        return {ResourceKind::pod, label};
    }
    [[nodiscard]] static constexpr ResourceType custom(std::string_view label = {}) noexcept {
        return {ResourceKind::custom, label};
    }

    [[nodiscard]] constexpr ResourceKind kind() const noexcept { return kind_; }
    [[nodiscard]] constexpr std::string_view label() const noexcept ESTATE_LIFETIMEBOUND { return label_.view(); }
    [[nodiscard]] constexpr bool valid() const noexcept { return !too_long_; }

    friend constexpr bool operator==(const ResourceType& a, const ResourceType& b) noexcept {
        // the text alone: what follows it need not be zero (detail::owner_access)
        return a.kind_ == b.kind_ && a.too_long_ == b.too_long_ && a.label() == b.label();
    }

private:
    constexpr ResourceType(ResourceKind kind, std::string_view label) noexcept
        : kind_{kind}, too_long_{label.size() > Label::capacity()}, label_{Label::clipped(label)} {}

    ResourceKind kind_ = ResourceKind::custom;
    bool too_long_ = false;
    Label label_;
};

}  // namespace estate
