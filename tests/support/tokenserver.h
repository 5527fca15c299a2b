// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/fakeregistry.h"

#include <QByteArrayList>
#include <QHash>
#include <QTemporaryDir>

#include <functional>
#include <memory>

typedef struct evp_pkey_st EVP_PKEY;

namespace quayside::test {

/// A token server as Distribution's standard describes it: signs tokens that a real registry accepts. Knows
/// GET with Basic, and POST with an identity token.
class TokenServer
{
public:
    static constexpr const char *issuer = "quayside-tests";
    static constexpr const char *service = "registry-tests";

    TokenServer();
    ~TokenServer();

    /// Makes a key and a certificate with `openssl`. False if that failed.
    bool start();
    /// What a registry trusts: `rootcertbundle`.
    QString certificateFile() const;
    /// The realm; `host` is another name for this computer.
    QUrl realm(const QString &host = QStringLiteral("127.0.0.1")) const;

    /// A user and what they may do, in every repository and in the catalog ("*").
    void addUser(const QByteArray &user, const QByteArray &password, const QByteArrayList &actions);
    void addIdentity(const QByteArray &identityToken, const QByteArray &user);
    /// What may be done without a login; no tokens without one if empty.
    void allowAnonymous(const QByteArrayList &actions) { m_anonymous = actions; }
    /// The next token is expired already, as if the clocks differed.
    void expireNext() { m_expireNext = true; }

    const QList<FakeRequest> &requests() const { return m_http.requests(); }
    int issued() const { return m_issued; }

private:
    struct User
    {
        QByteArray password;
        QByteArrayList actions;
    };
    FakeAnswer get(const FakeRequest &request);
    FakeAnswer post(const FakeRequest &request);
    FakeAnswer issue(const QByteArray &user, const QByteArrayList &allowed, const QByteArrayList &scopes);
    QByteArray signedToken(const QByteArray &payload) const;

    FakeRegistry m_http;
    QTemporaryDir m_directory;
    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY *)> m_key;
    QByteArray m_certificate; // DER in base64
    QHash<QByteArray, User> m_users;
    QHash<QByteArray, QByteArray> m_identities;
    QByteArrayList m_anonymous;
    bool m_expireNext = false;
    int m_issued = 0;
};

} // namespace quayside::test
