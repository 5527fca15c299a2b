// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/registrysession.h"

#include <QString>

#include <memory>
#include <vector>

namespace quayside {

class Logins;
class RegistryList;
class UndoJournal;
struct JournalOperation;

/// The registries that a program without a window works with: found by their host, with the guards and logins
/// that the person has set up for them in the window. One session per registry; nothing is contacted yet.
class HostSessions
{
public:
    /// Everything must outlive this. `localPort`: where the embedded registry is; 0 if it never ran.
    HostSessions(RegistryList *registries, int localPort, Transport *transport, UndoJournal *journal,
                 Logins *logins);
    ~HostSessions();
    HostSessions(const HostSessions &) = delete;
    HostSessions &operator=(const HostSessions &) = delete;

    Logins *logins() const { return m_logins; }
    /// The embedded registry, if it ever ran, and those that the person has added.
    QList<RegistryConfig> known() const;
    /// The registry at `host[:port]`. `plainHttp` concerns registries that the person has not set up.
    /// Errors: those of RegistryAddress::parse.
    Result<RegistrySession *> at(const QString &host, RegistryAddress::PlainHttp plainHttp);
    /// The embedded registry, where the window has it; null if it never ran. It may stand still.
    RegistrySession *local();
    /// The registry of an operation. If the person has removed it since, that at the address it had.
    Result<RegistrySession *> of(const JournalOperation &operation, RegistryAddress::PlainHttp plainHttp);

private:
    RegistryConfig configAt(const RegistryAddress &address) const;
    Result<RegistrySession *> session(const RegistryConfig &config);

    RegistryList *m_registries;
    int m_localPort;
    Transport *m_transport;
    UndoJournal *m_journal;
    Logins *m_logins;
    std::vector<std::unique_ptr<RegistrySession>> m_sessions;
};

} // namespace quayside
