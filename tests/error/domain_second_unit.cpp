// SPDX-License-Identifier: BSL-1.0
// Names the toy domain in a second unit of the program, and knows `other` where domain.cpp does not.
#include "toy_domain.hpp"

namespace domain_units {

constexpr estate::Error late = toy::errc::late;
extern const char* const text_before_main;
const char* const text_before_main = late.message();

estate::Error made_elsewhere() { return toy::errc::try_again; }
estate::Error of_a_domain_that_the_caller_cannot_name() { return other::fault::broken; }

}  // namespace domain_units
