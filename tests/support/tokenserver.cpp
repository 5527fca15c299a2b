// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tokenserver.h"

#include <QDateTime>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QUrlQuery>

#include <openssl/evp.h>
#include <openssl/pem.h>

namespace quayside::test {

namespace {

QByteArray base64Url(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The DER of a PEM file's first block, in base64.
QByteArray derOf(const QByteArray &pem)
{
    QByteArray lines;
    for (const QByteArray &line : pem.split('\n')) {
        if (!line.startsWith("-----"))
            lines += line.trimmed();
    }
    return lines;
}

QByteArrayList values(const QUrlQuery &query, const char *key)
{
    QByteArrayList all;
    for (const QString &value : query.allQueryItemValues(QLatin1String(key), QUrl::FullyDecoded))
        all.append(value.toUtf8());
    return all;
}

QByteArray value(const QUrlQuery &query, const char *key)
{
    return query.queryItemValue(QLatin1String(key), QUrl::FullyDecoded).toUtf8();
}

/// The actions of "repository:name:pull,push" that are allowed, as an entry of the `access` claim.
QJsonObject access(const QByteArray &scope, const QByteArrayList &allowed)
{
    const auto parts = scope.split(':');
    QJsonArray actions;
    for (const QByteArray &action : parts.value(2).split(',')) {
        if (allowed.contains(action))
            actions.append(QString::fromUtf8(action));
    }
    return {{QStringLiteral("type"), QString::fromUtf8(parts.value(0))},
            {QStringLiteral("name"), QString::fromUtf8(parts.value(1))},
            {QStringLiteral("actions"), actions}};
}

} // namespace

TokenServer::TokenServer()
    : m_key(nullptr, &EVP_PKEY_free)
{
    m_http.on("GET", "/token", [this](const FakeRequest &request) { return get(request); });
    m_http.on("POST", "/token", [this](const FakeRequest &request) { return post(request); });
}

TokenServer::~TokenServer() = default;

bool TokenServer::start()
{
    const QString keyFile = m_directory.filePath(QStringLiteral("key.pem"));
    const QStringList arguments =
        QStringLiteral("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=tokens").split(u' ');
    QProcess openssl;
    openssl.start(QStringLiteral("openssl"),
                  arguments + QStringList{QStringLiteral("-keyout"), keyFile, QStringLiteral("-out"),
                                          certificateFile()});
    if (!openssl.waitForFinished() || openssl.exitCode() != 0)
        return false;
    m_certificate = derOf(contents(certificateFile()));
    const QByteArray pem = contents(keyFile);
    BIO *reading = BIO_new_mem_buf(pem.constData(), int(pem.size()));
    m_key.reset(PEM_read_bio_PrivateKey(reading, nullptr, nullptr, nullptr));
    BIO_free(reading);
    return m_key && !m_certificate.isEmpty();
}

QString TokenServer::certificateFile() const
{
    return m_directory.filePath(QStringLiteral("certificate.pem"));
}

QUrl TokenServer::realm(const QString &host) const
{
    return m_http.url(host).resolved(QUrl(QStringLiteral("token")));
}

void TokenServer::addUser(const QByteArray &user, const QByteArray &password, const QByteArrayList &actions)
{
    m_users.insert(user, User{password, actions});
}

void TokenServer::addIdentity(const QByteArray &identityToken, const QByteArray &user)
{
    m_identities.insert(identityToken, user);
}

FakeAnswer TokenServer::get(const FakeRequest &request)
{
    const QUrlQuery query(QUrl::fromEncoded(request.target));
    const QByteArray sent = request.header("Authorization");
    if (sent.isEmpty())
        return m_anonymous.isEmpty() ? answer(401) : issue({}, m_anonymous, values(query, "scope"));
    const QByteArray login = QByteArray::fromBase64(sent.mid(6));
    const QByteArray user = login.left(login.indexOf(':'));
    const auto known = m_users.constFind(user);
    if (!sent.startsWith("Basic ") || known == m_users.cend() ||
        login.mid(user.size() + 1) != known->password)
        return answer(401, "{\"details\":\"incorrect username or password\"}");
    return issue(user, known->actions, values(query, "scope"));
}

FakeAnswer TokenServer::post(const FakeRequest &request)
{
    const QUrlQuery form(QString::fromLatin1(request.body));
    const QByteArray user = m_identities.value(value(form, "refresh_token"));
    if (value(form, "grant_type") != "refresh_token" || user.isEmpty())
        return answer(401, "{\"error\":\"invalid_grant\"}");
    return issue(user, m_users.value(user).actions, value(form, "scope").split(' '));
}

FakeAnswer TokenServer::issue(const QByteArray &user, const QByteArrayList &allowed,
                              const QByteArrayList &scopes)
{
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    const bool expired = std::exchange(m_expireNext, false);
    QJsonArray granted;
    for (const QByteArray &scope : scopes) {
        if (!scope.isEmpty())
            granted.append(access(scope, allowed));
    }
    const QJsonObject claims{
        {QStringLiteral("iss"), QLatin1String(issuer)},
        {QStringLiteral("sub"), QString::fromUtf8(user)},
        {QStringLiteral("aud"), QLatin1String(service)},
        {QStringLiteral("iat"), now - 600},
        {QStringLiteral("nbf"), now - 600},
        {QStringLiteral("exp"), expired ? now - 300 : now + 300},
        {QStringLiteral("jti"), QString::number(++m_issued)},
        {QStringLiteral("access"), granted},
    };
    const QByteArray token = signedToken(QJsonDocument(claims).toJson(QJsonDocument::Compact));
    return answer(200, "{\"token\":\"" + token + "\",\"expires_in\":300}");
}

QByteArray TokenServer::signedToken(const QByteArray &payload) const
{
    const QByteArray header = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"" + m_certificate + "\"]}";
    const QByteArray text = base64Url(header) + '.' + base64Url(payload);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    std::size_t size = 0;
    const auto *input = reinterpret_cast<const unsigned char *>(text.constData());
    const auto length = static_cast<std::size_t>(text.size());
    EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, m_key.get());
    EVP_DigestSign(context, nullptr, &size, input, length);
    QByteArray signature(qsizetype(size), '\0');
    EVP_DigestSign(context, reinterpret_cast<unsigned char *>(signature.data()), &size, input, length);
    EVP_MD_CTX_free(context);
    signature.truncate(qsizetype(size));
    return text + '.' + base64Url(signature);
}

} // namespace quayside::test
