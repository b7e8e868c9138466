// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <estate/net/detail/utf8.hpp>
#include <estate/pool/json/format.hpp>
#include <estate/pool/json/value.hpp>
#include <vector>

namespace estate::detail {

/// What a document says of a pool, as far as can be checked without the pool.
template <Family F>
struct PoolState {
    struct Range {
        CidrRange<F> cidr;
        Usable usable;
        std::optional<IpAddress<F>> gateway;
        bool draining;
        std::vector<CidrRange<F>> held;
    };
    struct Quota {
        TenantName tenant;
        std::uint64_t most;
    };
    struct Leased {
        IpAddress<F> address;
        TenantName tenant;
        ResourceName resource;
        ResourceType type;
    };

    std::chrono::nanoseconds quarantine{};
    WhenCooling when_cooling = WhenCooling::refuse;
    std::vector<Range> ranges{};
    std::vector<Quota> quotas{};
    std::vector<Leased> leases{};
};

/// A document that was not read from text can have strings that are no Unicode: export_json() would not take them.
template <class Name>
[[nodiscard]] Name read_name(const JsonValue& at, std::string_view text) {
    const auto made = Name::make(text);
    if (made && is_utf8(text)) return made.assume_value();
    at.fail(errc::malformed_name);
    return {};
}

template <Family F>
[[nodiscard]] typename PoolState<F>::Range read_range(const JsonValue& at) {
    at.has_only({"cidr", "usable", "draining", "held"}, {"gateway"});
    typename PoolState<F>::Range made{
        at.member("cidr").parsed<CidrRange<F>>(),
        static_cast<Usable>(at.member("usable").choice(usable_names)), {}, at.member("draining").truth(), {}};
    const auto check = [&made](const JsonValue& part, const CidrRange<F>& range) {
        if (!made.cidr.contains(range)) part.fail(errc::address_not_in_pool);
    };
    if (at.has("gateway")) {
        made.gateway = at.member("gateway").parsed<IpAddress<F>>();
        check(at.member("gateway"), CidrRange<F>::of(*made.gateway));
    }
    at.member("held").for_each_element([&](const JsonValue& part) {
        made.held.push_back(part.parsed<CidrRange<F>>());
        check(part, made.held.back());
    });
    return made;
}

[[nodiscard]] inline ResourceType read_type(const JsonValue& at) {
    using Make = ResourceType (*)(std::string_view) noexcept;
    constexpr Make make[] = {&ResourceType::custom, &ResourceType::vm, &ResourceType::container, &ResourceType::pod};
    const JsonValue label = at.member("label");
    const ResourceType type = make[at.member("kind").choice(kind_names)](label.text());
    if (!type.valid() || !is_utf8(type.label())) label.fail(errc::malformed_name);
    return type;
}

template <Family F>
[[nodiscard]] typename PoolState<F>::Leased read_lease(const JsonValue& at) {
    at.has_only({"address", "tenant", "resource", "kind", "label", "generation"});
    static_cast<void>(at.member("generation").number());
    const JsonValue tenant = at.member("tenant");
    const JsonValue resource = at.member("resource");
    return {at.member("address").parsed<IpAddress<F>>(), read_name<TenantName>(tenant, tenant.text()),
            read_name<ResourceName>(resource, resource.text()), read_type(at)};
}

/// Complete where the value is still good() afterwards.
template <Family F>
[[nodiscard]] PoolState<F> read_state(const JsonValue& root) {
    PoolState<F> made;
    root.has_only({"format", "version", "family", "quarantine", "ranges", "quotas", "leases"});
    if (root.member("format").text() != pool_format) root.member("format").fail(errc::invalid_argument);
    if (root.member("version").number() != pool_format_version) root.member("version").fail(errc::invalid_argument);
    if (root.member("family").text() != F::name) root.member("family").fail(errc::wrong_family);

    const JsonValue rule = root.member("quarantine");
    rule.has_only({"least_ns", "when_cooling"});
    constexpr auto most = static_cast<std::uint64_t>((std::chrono::nanoseconds::max)().count());
    made.quarantine = std::chrono::nanoseconds{static_cast<std::int64_t>(rule.member("least_ns").number(most))};
    made.when_cooling = static_cast<WhenCooling>(rule.member("when_cooling").choice(when_cooling_names));

    root.member("ranges").for_each_element([&](const JsonValue& at) { made.ranges.push_back(read_range<F>(at)); });
    root.member("quotas").for_each_member([&](const JsonValue& at) {
        made.quotas.push_back({read_name<TenantName>(at, at.key()), at.number()});
    });
    root.member("leases").for_each_element([&](const JsonValue& at) { made.leases.push_back(read_lease<F>(at)); });
    return made;
}

}  // namespace estate::detail
