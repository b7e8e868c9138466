// SPDX-License-Identifier: BSL-1.0
// Every member of the class templates that users meet is compiled, those that no test calls as well: one that cannot be is
// an error here, and one that nothing runs is seen by scripts/coverage.
#include <everything.hpp>

namespace estate {

template class CidrRange<V4>;
template class CidrRange<V6>;
template class BasicAddressList<SocketAddress<V4>, 4>;
template class BasicAddressList<SocketAddress<V6>, 4>;

template class IpPool<V4>;
template class IpPool<V6>;
template class BasicLease<AnyIpPool<V4>>;
template class BasicLease<AnyIpPool<V6>>;
template class BasicBinding<AnyIpPool<V4>>;
template class BasicBinding<AnyIpPool<V6>>;
template class Magazine<V4>;
template class Magazine<V6>;
template class PrefixPool<V4>;
template class PrefixPool<V6>;
template class PrefixLease<V4>;
template class PrefixLease<V6>;
template struct PrefixBinding<V4>;
template struct PrefixBinding<V6>;
template class BasicStaticIpPool<SpinLock, CidrRange<V4>::masked(IpAddress<V4>(0x0a000000U), 29).value()>;
template class Name<63>;

template class VolatileStore<V4>;
template class VolatileStore<V6>;
template class DurablePool<V4, VolatileStore<V4>>;
template class GroupCommit<VolatileStore<V4>, V4>;

template class BufferSlab<64, 4>;
template class FrameSlab<256, 4>;

}  // namespace estate
