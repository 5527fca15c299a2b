// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/repositoryname.h"
#include "oci/tag.h"
#include "registryclient/logins/loginchoice.h"
#include "registryclient/registryaddress.h"
#include "registryclient/tlssettings.h"

#include <QMetaType>
#include <QString>
#include <QStringList>

#include <optional>

namespace quayside {

/// The id of the embedded registry. Every other registry gets a random one.
inline constexpr const char16_t *localRegistryId = u"local";

/// How freely a registry may be changed from here.
enum class RegistryMode {
    Normal,
    Ask,      ///< Every delete asks, whatever its size.
    ReadOnly, ///< Nothing is deleted, pushed or restored.
};

/// One registry as the person has set it up.
struct RegistryConfig
{
    QString id;
    QString name;    ///< For display; the address if the person gave none.
    QString address; ///< "host[:port]" or an http(s) URL, as RegistryAddress::parse takes it.
    int colour = 0;  ///< An index into the palette, 0 to 7.
    RegistryMode mode = RegistryMode::Normal;
    bool production = false; ///< Deletes want the repository's name typed.
    bool insecure = false;   ///< Plain HTTP is allowed.
    TlsSettings tls;         ///< The paths of files, and a fingerprint: nothing secret.
    QString user;            ///< Of the login that was given here; its password is never kept here.
    LoginChoice login = LoginChoice::Automatic;
    QStringList tokenServers;  ///< On other hosts, allowed by the person: see Access::tokenServers.
    QStringList pinned;        ///< Repositories named by the person: they work without a catalog.
    int requestsPerSecond = 0; ///< At most so many begin; 0: no limit.
    QStringList protectedTags; ///< Patterns with * and ?; "team/api:prod-*" concerns one repository.
    QString inUseFile;         ///< A list of what must not be deleted, as InUse reads it; empty: none.

    bool operator==(const RegistryConfig &) const = default;
};

/// The embedded registry's as long as nobody has set it up. It has no address of its own: that belongs to
/// LocalRegistryControl.
RegistryConfig localRegistryConfig();
/// Where the registry is. Errors: those of RegistryAddress::parse.
Result<RegistryAddress> addressOf(const RegistryConfig &config);
/// Whether one of the patterns protects this tag from being deleted or overwritten.
bool isProtected(const QStringList &patterns, const RepositoryName &repository, const Tag &tag);
/// What is wrong with a pattern of protectedTags, as a sentence for the person who typed it; nothing if it
/// can match a tag. `address`: RegistryAddress::display() of the registry, which a pattern does not name.
std::optional<QString> tagPatternProblem(const QString &pattern, const QString &address);

/// Error::code of what is refused because the person has set the registry to read-only.
inline constexpr const char *setToReadOnly = "SET_TO_READ_ONLY";
/// The error for that; nothing in another mode.
std::optional<Error> refusalToChange(const RegistryConfig &config);

} // namespace quayside
