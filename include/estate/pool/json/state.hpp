// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <estate/net/detail/utf8.hpp>
#include <estate/pool/json/format.hpp>
#include <estate/pool/json/value.hpp>
#include <utility>
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
        std::vector<CidrRange<F>> held{};
        bool gateway_held = false;
        bool has_edges = false;
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
        std::uint64_t generation = 0;
    };

    std::chrono::nanoseconds quarantine{};
    WhenCooling when_cooling = WhenCooling::refuse;
    std::vector<Range> ranges{};
    std::vector<Quota> quotas{};
    std::vector<Leased> leases{};
    std::uint64_t generation = 0;
    std::size_t repeated = 0;  // the place of a lease with the generation of another one, or past the end
};

/// A name of at most Capacity bytes: text, or an object that has the bytes. A string of a document that was not read
/// from text need not be UTF-8; export_json() would not write it so.
template <std::size_t Capacity>
[[nodiscard]] std::string_view read_bytes(const JsonValue& at, char (&room)[Capacity]) {
    if (!at.has("bytes")) {
        const std::string_view text = at.text();
        if (!is_utf8(text)) at.fail(errc::malformed_name);
        return text;
    }
    at.has_only({"bytes"});
    const std::string_view digits = at.member("bytes").text();
    if (digits.size() % 2 != 0 || digits.size() / 2 > Capacity) {
        at.fail(errc::malformed_name);
        return {};
    }
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const std::size_t digit = hex_digits.find(digits[i]);
        if (digit == hex_digits.npos) at.fail(errc::malformed_name);
        const std::size_t high = i % 2 == 0 ? 0 : static_cast<unsigned char>(room[i / 2]) * std::size_t{16};
        room[i / 2] = static_cast<char>(high + digit % 16);
    }
    return {room, digits.size() / 2};
}
template <class Name>
[[nodiscard]] Name read_name(const JsonValue& at, std::string_view text) {
    const auto made = Name::make(text);
    if (made) return made.assume_value();
    at.fail(errc::malformed_name);
    return {};
}
template <class Name>
[[nodiscard]] Name read_name(const JsonValue& at) {
    char room[Name::capacity()];
    return read_name<Name>(at, read_bytes(at, room));
}

/// The place of a part that overlaps another one; how many there are where none does.
template <Family F>
[[nodiscard]] std::size_t overlapping_part(const std::vector<CidrRange<F>>& parts) {
    std::vector<std::pair<CidrRange<F>, std::size_t>> all;
    for (const CidrRange<F>& part : parts) all.emplace_back(part, all.size());
    std::sort(all.begin(), all.end());
    const auto found = std::adjacent_find(all.begin(), all.end(), [](const auto& one, const auto& other) {
        return one.first.overlaps(other.first);
    });
    return found != all.end() ? (std::max)(found->second, std::next(found)->second) : all.size();
}

template <Family F>
[[nodiscard]] typename PoolState<F>::Range read_range(const JsonValue& at) {
    at.has_only({"cidr", "usable", "draining", "held"}, {"gateway", "gateway_held", "edges"});
    typename PoolState<F>::Range made{
        at.member("cidr").parsed<CidrRange<F>>(),
        static_cast<Usable>(at.member("usable").choice(usable_names)), {}, at.member("draining").truth()};
    const auto check = [&made](const JsonValue& part, const CidrRange<F>& range) {
        if (!made.cidr.contains(range)) part.fail(errc::address_not_in_pool);
    };
    if (at.has("gateway")) {
        made.gateway = at.member("gateway").parsed<IpAddress<F>>();
        check(at.member("gateway"), CidrRange<F>::of(*made.gateway));
    }
    if (at.has("gateway_held")) made.gateway_held = at.member("gateway_held").truth();
    if (at.has("edges")) {
        at.member("edges").for_each_element([&](const JsonValue& part) {
            const auto edge = part.parsed<IpAddress<F>>();
            if (edge != made.cidr.first() && edge != made.cidr.last()) part.fail(errc::address_not_in_pool);
            made.has_edges = true;
        });
    }
    at.member("held").for_each_element([&](const JsonValue& part) {
        made.held.push_back(part.parsed<CidrRange<F>>());
        check(part, made.held.back());
    });
    const std::size_t overlapping = overlapping_part(made.held);
    std::size_t place = 0;
    at.member("held").for_each_element([&](const JsonValue& part) {
        if (place++ == overlapping) part.fail(errc::range_overlaps);
    });
    return made;
}

[[nodiscard]] inline ResourceType read_type(const JsonValue& at) {
    using Make = ResourceType (*)(std::string_view) noexcept;
    constexpr Make make[] = {&ResourceType::custom, &ResourceType::vm, &ResourceType::container, &ResourceType::pod};
    const JsonValue label = at.member("label");
    char room[ResourceType::Label::capacity()];
    const ResourceType type = make[at.member("kind").choice(kind_names)](read_bytes(label, room));
    if (!type.valid()) label.fail(errc::malformed_name);
    return type;
}

template <Family F>
[[nodiscard]] typename PoolState<F>::Leased read_lease(const JsonValue& at) {
    at.has_only({"address", "tenant", "resource", "kind", "label", "generation"});
    const std::uint64_t generation = at.member("generation").number();
    if (generation == 0) at.member("generation").fail(errc::invalid_argument);
    return {at.member("address").parsed<IpAddress<F>>(), read_name<TenantName>(at.member("tenant")),
            read_name<ResourceName>(at.member("resource")), read_type(at), generation};
}

/// The whole has none that is lower than that of a lease; where it says none, it has that of the last lease.
template <Family F>
void check_generation(const JsonValue& root, PoolState<F>& state) {
    std::uint64_t last = 0;
    for (const auto& lease : state.leases) last = (std::max)(last, lease.generation);
    if (root.has("generation") && state.generation < last) root.member("generation").fail(errc::invalid_argument);
    state.generation = (std::max)(last, state.generation);
}
/// The place of a lease with the generation of an earlier one; how many there are where none has.
template <Family F>
[[nodiscard]] std::size_t repeated_generation(const PoolState<F>& state) {
    std::vector<std::pair<std::uint64_t, std::size_t>> all;
    for (const auto& lease : state.leases) all.emplace_back(lease.generation, all.size());
    std::sort(all.begin(), all.end());
    const auto found = std::adjacent_find(
        all.begin(), all.end(), [](const auto& one, const auto& other) { return one.first == other.first; });
    return found != all.end() ? std::next(found)->second : all.size();
}

/// Complete where the value is still good() afterwards.
template <Family F>
[[nodiscard]] PoolState<F> read_state(const JsonValue& root) {
    PoolState<F> made;
    root.has_only({"format", "version", "family", "quarantine", "ranges", "quotas", "leases"},
                  {"generation", "quotas_of_bytes"});
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
        if (!is_utf8(at.key())) at.fail(errc::malformed_name);
        made.quotas.push_back({read_name<TenantName>(at, at.key()), at.number()});
    });
    if (root.has("quotas_of_bytes")) {
        root.member("quotas_of_bytes").for_each_element([&](const JsonValue& at) {
            at.has_only({"tenant", "most"});
            made.quotas.push_back({read_name<TenantName>(at.member("tenant")), at.member("most").number()});
        });
    }
    if (root.has("generation")) made.generation = root.member("generation").number();
    root.member("leases").for_each_element([&](const JsonValue& at) { made.leases.push_back(read_lease<F>(at)); });
    check_generation(root, made);
    made.repeated = repeated_generation(made);
    return made;
}

}  // namespace estate::detail
