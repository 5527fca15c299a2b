// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

namespace quayside {

/// An error with the registry's code, as store.h lists them.
inline tl::unexpected<Error> failWithCode(ErrorKind kind, std::string code, std::string message)
{
    return tl::unexpected<Error>(Error{kind, 0, std::move(code), std::move(message)});
}

} // namespace quayside
