// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/lifetime.h"
#include "oci/error.h"
#include "registryclient/registryclient.h"

#include <QCoroTask>
#include <QObject>
#include <QString>

#include <optional>

namespace quayside {

class Transport;

/// What an address that a person typed turned out to be.
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
    QString address; ///< "host:port" as the configuration keeps it; empty if Invalid.
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

    /// Begins; ends an earlier one without a result. `allowPlainHttp` is the person's permission.
    void probe(const QString &typed, std::optional<Login> login = {}, bool allowPlainHttp = false);
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
