// SPDX-License-Identifier: Apache-2.0
#include "model/knownregistries.h"

#include <QFileInfo>

#include <algorithm>

namespace quayside {

QList<KnownRegistry> knownRegistries(const QList<LoginFilePlace> &places)
{
    QList<KnownRegistry> found;
    for (const LoginFilePlace &place : places) {
        const LoginFile file = LoginFile::read(place.path);
        for (const LoginFile::Entry &entry : file.entries()) {
            const QString &address = entry.key.registry();
            const auto isSame = [&](const KnownRegistry &other) { return other.address == address; };
            if (std::none_of(found.begin(), found.end(), isSame))
                found.append({address, place.tool, QFileInfo(place.path).fileName()});
        }
    }
    return found;
}

} // namespace quayside
