// SPDX-License-Identifier: BSL-1.0
// rule:   a Name holds 1 to 255 bytes.
// remedy: choose a capacity in between.
// expect: estate: a Name holds 1 to 255 bytes; choose a capacity in between
// lines-gcc-14+: 10 because GCC shows the line that asks for it
// lines:  8 because the fault shows inside Name
#include <estate/pool/name.hpp>

#if defined(ESTATE_ILLEGAL)
estate::Name<256> tenant;
#else
estate::Name<63> tenant;
#endif
