// SPDX-License-Identifier: BSL-1.0
// claim: errors of a layer's own domain have text, meaning and identity without heap, exceptions or RTTI.
#include <estate/error/result.hpp>

#include "../error/toy_domain.hpp"
#include "support/claim.hpp"

namespace {
using namespace estate;

constexpr Error made_while_compiling = toy::errc::no_name;
const char* const text_before_main = made_while_compiling.message();

result<int> late() { return toy::errc::late; }

}  // namespace

int main() {
    CLAIM(std::strcmp(text_before_main, "the toy has no such name") == 0);
    CLAIM(late().assume_error() == toy::errc::late);
    CLAIM(late().assume_error().posix() == ETIMEDOUT);
    CLAIM(std::strcmp(late().assume_error().message(), "the toy was late") == 0);
    CLAIM(std::strcmp(Error(toy::errc::try_again).name(), "try_again") == 0);
    CLAIM(std::strcmp(Error(other::fault::broken).message(), "it is broken") == 0);
    CLAIM(Error(toy::errc::late) != errc::moved_from && Error(toy::errc::late) != Error(other::fault::broken));
    return 0;
}
