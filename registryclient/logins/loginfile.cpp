// SPDX-License-Identifier: Apache-2.0
#include "registryclient/logins/loginfile.h"

#include "oci/json.h"
#include "oci/qtconversions.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStringDecoder>

#include <algorithm>
#include <tuple>
#include <unistd.h>

namespace quayside {

namespace {

QString variable(const QProcessEnvironment &environment, const char *name, const QString &otherwise = {})
{
    const QString value = environment.value(QString::fromLatin1(name));
    return value.isEmpty() ? otherwise : value;
}

/// Text of a file that may hold anything; nothing if it is no UTF-8.
std::optional<QString> decode(const QByteArray &bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    QString text = decoder(bytes);
    return decoder.hasError() ? std::nullopt : std::optional(text);
}

/// "auth": base64 of user:password. Nothing if it is not that.
std::optional<Login> loginOf(const std::string &auth)
{
    const auto result =
        QByteArray::fromBase64Encoding(toQByteArray(auth), QByteArray::AbortOnBase64DecodingErrors);
    const qsizetype colon = result ? result.decoded.indexOf(':') : -1;
    if (colon < 0)
        return std::nullopt;
    const auto user = decode(result.decoded.left(colon));
    auto password = decode(result.decoded.mid(colon + 1));
    if (!user || !password)
        return std::nullopt;
    while (password->endsWith(QChar::Null)) // docker pads with them and cuts them off
        password->chop(1);
    return Login{*user, *password};
}

QString textAt(const nlohmann::json &object, const char *key)
{
    return toQString(stringAt(object, key).value_or(std::string()));
}

} // namespace

QList<LoginFilePlace> loginFilePlaces(const QProcessEnvironment &environment)
{
    const QString home = variable(environment, "HOME", QDir::homePath());
    const QString docker = QStringLiteral("docker");
    const QString podman = QStringLiteral("podman");
    QList<LoginFilePlace> places{{variable(environment, "DOCKER_CONFIG", home + QStringLiteral("/.docker")) +
                                      QStringLiteral("/config.json"),
                                  docker}};
    if (const QString only = variable(environment, "REGISTRY_AUTH_FILE"); !only.isEmpty()) {
        places.append({only, podman});
        return places;
    }
    const QString runtime = variable(environment, "XDG_RUNTIME_DIR");
    const QString file = QStringLiteral("/auth.json");
    places.append({(runtime.isEmpty() ? QStringLiteral("/run/containers/%1").arg(getuid())
                                      : runtime + QStringLiteral("/containers")) +
                       file,
                   podman});
    places.append({variable(environment, "XDG_CONFIG_HOME", home + QStringLiteral("/.config")) +
                       QStringLiteral("/containers") + file,
                   podman});
    return places;
}

/// Fills a LoginFile from its JSON.
struct LoginFile::Reader
{
    LoginFile &file;

    void warn(const QString &key, const QString &reason)
    {
        file.m_warnings.append(QStringLiteral("the entry \"%1\" %2").arg(key, reason));
    }

    template <typename Read>
    void readObject(const nlohmann::json &root, const char *name, Read read)
    {
        const auto found = root.find(name);
        if (found == root.end() || found->is_null())
            return;
        if (!found->is_object()) {
            file.m_warnings.append(QStringLiteral("\"%1\" is no object").arg(QLatin1String(name)));
            return;
        }
        for (const auto &[key, value] : found->items()) {
            const QString written = toQString(key);
            if (auto parsed = LoginKey::parse(written))
                read(Entry{std::move(*parsed), written, {}, {}}, value);
            else
                warn(written, QStringLiteral("names no registry"));
        }
    }

    /// A key whose login cannot be read is kept: the file still names the registry.
    void addLogin(Entry entry, const nlohmann::json &value)
    {
        entry.login = readLogin(entry.written, value);
        file.m_entries.push_back(std::move(entry));
    }

    std::optional<Login> readLogin(const QString &key, const nlohmann::json &value)
    {
        if (!value.is_object()) {
            warn(key, QStringLiteral("is no object"));
            return std::nullopt;
        }
        Login login{textAt(value, "username"), textAt(value, "password")};
        if (const auto auth = stringAt(value, "auth"); auth && !auth->empty()) {
            const auto decoded = loginOf(*auth);
            if (!decoded) {
                warn(key, QStringLiteral("has an \"auth\" that is not base64 of a user and a password"));
                return std::nullopt;
            }
            login = *decoded;
        }
        login.identityToken = textAt(value, "identitytoken");
        if (login.isIdentityToken())
            login.password.clear();
        if (login.isIdentityToken() || !login.user.isEmpty() || !login.password.isEmpty())
            return login;
        if (value.contains("registrytoken"))
            warn(key, QStringLiteral("has only a \"registrytoken\", which is not supported"));
        return std::nullopt;
    }

    void addHelper(Entry entry, const nlohmann::json &value)
    {
        if (!value.is_string())
            return warn(entry.written, QStringLiteral("of \"credHelpers\" is no text"));
        entry.helper = toQString(value.get<std::string>());
        file.m_entries.push_back(std::move(entry));
    }
};

LoginFile LoginFile::parse(const QByteArray &content)
{
    LoginFile file;
    const auto json = parseJson(toStringView(content), JsonRules::Lenient); // also with a byte order mark
    if (!json || !json->is_object()) {
        // Not the parser's own words: they quote the text, and there may be a secret in it.
        file.m_warnings.append(QStringLiteral("the file is no JSON object"));
        return file;
    }
    Reader reader{file};
    reader.readObject(*json, "auths", [&](Entry entry, const nlohmann::json &value) {
        reader.addLogin(std::move(entry), value);
    });
    reader.readObject(*json, "credHelpers", [&](Entry entry, const nlohmann::json &value) {
        reader.addHelper(std::move(entry), value);
    });
    file.m_helperForAll = textAt(*json, "credsStore");
    return file;
}

LoginFile LoginFile::read(const QString &path)
{
    const QFileInfo info(path);
    if (!info.exists())
        return {};
    QFile file(path);
    QByteArray content;
    QString problem;
    if (!info.isFile()) { // opening a pipe would wait for its writer
        problem = QStringLiteral("it is no file");
    } else if (!file.open(QIODevice::ReadOnly)) {
        problem = file.errorString();
    } else {
        content = file.read(maxBytes + 1);
        if (content.size() > maxBytes)
            problem = QStringLiteral("it has more than 1 MiB");
    }
    if (!problem.isEmpty()) {
        LoginFile nothing;
        nothing.m_warnings.append(problem);
        return nothing;
    }
    return parse(content);
}

std::optional<std::variant<Login, HelperQuestion>>
LoginFile::find(const RegistryAddress &registry, const std::optional<RepositoryName> &repository) const
{
    std::vector<const Entry *> candidates;
    for (const Entry &entry : m_entries) {
        if (entry.key.matches(registry, repository))
            candidates.push_back(&entry);
    }
    const QString server = serverName(registry);
    const auto rank = [&server](const Entry *entry) {
        return std::tuple(entry->key.repositoryLength(), entry->helper.has_value(), entry->written == server);
    };
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](const Entry *a, const Entry *b) { return rank(a) > rank(b); });

    QString helperForAll = m_helperForAll;
    for (const Entry *entry : candidates) {
        if (entry->helper && !entry->helper->isEmpty())
            return HelperQuestion{*entry->helper, entry->written};
        if (entry->helper && entry->key.isWholeRegistry())
            helperForAll.clear();
        // docker keeps the secrets of whole registries with the helper as soon as there is one.
        if (!helperForAll.isEmpty() && entry->key.isWholeRegistry())
            return HelperQuestion{helperForAll, entry->written};
        if (entry->login)
            return *entry->login;
    }
    if (!helperForAll.isEmpty())
        return HelperQuestion{helperForAll, server};
    return std::nullopt;
}

} // namespace quayside
