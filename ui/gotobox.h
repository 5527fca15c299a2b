// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/place.h"

#include <QString>

namespace quayside {

class SessionManager;

/// What was typed into the one box means this.
struct Destination
{
    enum class Kind {
        Nowhere,     ///< Nothing here is called so.
        Place,       ///< `place`, and `tag` if the text named one.
        NewRegistry, ///< An address that is not in the list: `address`.
    };
    Kind kind = Kind::Nowhere;
    Place place;
    QString tag;
    QString address;
    bool pin = false; ///< The repository is not in the registry's list: remember it there.
};

/// Understands a registry's name or address, a repository, an image reference, and a `docker pull …` line. A
/// name without a registry is looked for in `current` first, then in all others.
Destination findDestination(const QString &typed, const SessionManager &sessions, const QString &current);

} // namespace quayside
