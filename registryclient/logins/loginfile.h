// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/login.h"
#include "registryclient/logins/loginkey.h"

#include <QByteArray>
#include <QList>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>

#include <optional>
#include <variant>

namespace quayside {

/// A login file of another tool; it need not exist.
struct LoginFilePlace
{
    QString path;
    QString tool; ///< "docker" or "podman".
};

/// Where docker and podman keep their logins for this user, in the order in which they are asked:
/// $DOCKER_CONFIG/config.json (else ~/.docker), then $REGISTRY_AUTH_FILE alone if it is set, else auth.json
/// in $XDG_RUNTIME_DIR/containers and $XDG_CONFIG_HOME/containers (containers-auth.json(5)).
QList<LoginFilePlace> loginFilePlaces(const QProcessEnvironment &environment);

/// A program that knows a login: `docker-credential-<suffix>`, asked for `server`.
struct HelperQuestion
{
    QString suffix;
    QString server;

    bool operator==(const HelperQuestion &) const = default;
};

/// docker's config.json or podman's auth.json, read: what they say about logins and nothing else. Never
/// written.
class LoginFile
{
public:
    static constexpr qint64 maxBytes = 1024 * 1024;

    /// One key of "auths" or "credHelpers". Neither login nor helper: only the name is there.
    struct Entry
    {
        LoginKey key;
        QString written; ///< The key as it stands in the file.
        std::optional<Login> login;
        std::optional<QString> helper; ///< The suffix; an empty one means "no helper for this one".
    };

    /// Never fails: what cannot be understood is left out, with a warning.
    static LoginFile parse(const QByteArray &content);
    /// The same of a file; one that is not there is empty without a warning. Follows symbolic links; a file
    /// over 1 MiB, or no regular one, is left out with a warning.
    static LoginFile read(const QString &path);

    const std::vector<Entry> &entries() const { return m_entries; }
    /// What was left out and why, for people. No secret is in them; keys are untrusted text.
    const QStringList &warnings() const { return m_warnings; }

    /// The login for exactly this registry and repository, or who knows it: the longest repository first,
    /// then a helper of the registry's own, then the helper for all. Nothing if there is none.
    std::optional<std::variant<Login, HelperQuestion>>
    find(const RegistryAddress &registry, const std::optional<RepositoryName> &repository) const;

private:
    struct Reader;

    std::vector<Entry> m_entries;
    QString m_helperForAll; ///< docker's "credsStore"; empty for none.
    QStringList m_warnings;
};

} // namespace quayside
