// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/lifetime.h"
#include "oci/error.h"
#include "registryclient/registryclient.h"

#include <QCoroTask>
#include <QObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace quayside {

class Transport;

/// An address that a person typed, and what the person has said about it so far.
struct ProbeQuestion
{
    QString typed;
    std::optional<Login> login = {};
    bool allowPlainHttp = false;
    QStringList tokenServers = {}; ///< Allowed: see Access::tokenServers.
    TlsSettings tls = {};
};

/// What it turned out to be.
struct ProbeResult
{
    enum class Kind {
        Ok,
        NeedsLogin,               ///< Also: the login was not accepted.
        PlainHttpNeedsPermission, ///< It does not encrypt, and nobody allowed that.
        NotARegistry,
        Invalid, ///< What was typed is no address.
        Error,   ///< Nothing answers, a certificate, …
    };
    Kind kind = Kind::Error;
    QString typed;
    QString name;        ///< "host:port" for people; empty if Invalid.
    QString address;     ///< As the configuration keeps it: the scheme stands there where it must.
    QString tokenServer; ///< Of TokenServerUnknown: what ProbeQuestion::tokenServers would allow.
    bool isQuayside = false;
    std::optional<Error> error; ///< For all kinds but Ok.
};

/// Tries an address for the field of "Add registry". The last call counts.
class ProbeRegistry : public QObject
{
    Q_OBJECT
public:
    explicit ProbeRegistry(Transport *transport, QObject *parent = nullptr);
    ~ProbeRegistry() override;

    /// Begins; ends an earlier one without a result.
    void probe(const ProbeQuestion &question);
    void cancel();
    bool isRunning() const { return m_running; }

signals:
    void finished(const quayside::ProbeResult &result);

private:
    QCoro::Task<> work(std::shared_ptr<RegistryClient> client, ProbeResult result, std::stop_token stop);
    void report(const ProbeResult &result);

    Transport *m_transport;
    bool m_running = false;
    Lifetime m_lifetime;
};

} // namespace quayside
