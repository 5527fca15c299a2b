// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/lifetime.h"
#include "model/registryconfig.h"
#include "oci/error.h"
#include "oci/repositoryname.h"
#include "registryclient/registryclient.h"

#include <QCoroTask>
#include <QObject>
#include <QTimer>

#include <map>
#include <memory>
#include <optional>
#include <set>

namespace quayside {

class EventStream;
class RegistryLogins;
class RepositoryListModel;
class TagListModel;
class TagLoader;
class Transport;
class TrashLoader;
class TrashModel;
class UndoJournal;

/// One registry as this run of the program sees it: its client, its state and its lists. A Quayside registry
/// tells what happens in it, and the lists follow by themselves.
class RegistrySession : public QObject
{
    Q_OBJECT
public:
    enum class State {
        Idle, ///< Nothing was asked of it yet, or it has no address (Local stands still).
        Connecting,
        Ready,
        NeedsLogin, ///< It wants a login, or refused the one it got.
        Failed,     ///< error() says why.
    };
    Q_ENUM(State)

    /// `transport` and `journal` must outlive this.
    RegistrySession(RegistryConfig config, Transport *transport, UndoJournal *journal,
                    QObject *parent = nullptr);
    ~RegistrySession() override;

    const RegistryConfig &config() const { return m_config; }
    QString id() const { return m_config.id; }
    bool isLocal() const;
    /// "host:port"; what the person typed as long as that is no address.
    QString displayAddress() const;
    State state() const { return m_state; }
    std::optional<Error> error() const { return m_error; }
    Capabilities capabilities() const;
    /// Whether this is a Quayside registry: deletes can be taken back by anybody, and lists follow events.
    bool isQuayside() const;
    /// False once the registry has refused its catalog: repositories must be named by the person.
    bool catalogAvailable() const;
    /// Where the login came from that the registry has asked for; Anonymous before it did.
    LoginOrigin loginOrigin() const;
    /// What it has said in Warning headers, each once; untrusted.
    QStringList warnings() const;
    /// Whether its login could not be looked for in the keyring, when that was needed last.
    bool lacksKeyring() const;
    /// Of TokenServerUnknown: the server that the registry sends logins to.
    QString unknownTokenServer() const;
    /// The user of that login; empty when anonymous, or where an identity token does not say.
    QString user() const { return loginOrigin().user; }

    RepositoryListModel *repositories() const { return m_repositories.get(); }
    TrashModel *trash() const { return m_trash.get(); }
    /// The tags of a repository; kept and shared. Loading begins with the first call.
    TagListModel *openTags(const RepositoryName &repository);
    /// The list if it was opened before, else null.
    TagListModel *tags(const RepositoryName &repository) const;

    /// Connects and loads the repositories, unless that has happened or is happening.
    void open();
    /// Connects for single operations: reads no lists and follows no events. Instead of open().
    void connectOnly();
    /// Loads everything again that was loaded: after an error, or when the person asks.
    void refresh();
    /// Loads one repository's tags again.
    void refreshTags(const RepositoryName &repository);
    void refreshTrash();
    /// Where its login comes from; null for none. Asks anew, and connects anew if it had connected.
    void setLogins(std::shared_ptr<RegistryLogins> logins);

    // For SessionManager, operations and ImageDetails
    void setConfig(const RegistryConfig &config);
    /// Where it is; nothing while Local stands still, with the reason if it failed.
    void setAddress(std::optional<RegistryAddress> address, std::optional<Error> why = {});
    /// Null while there is no address.
    std::shared_ptr<RegistryClient> client() const { return m_client; }
    Transport *transport() const { return m_transport; }

signals:
    void stateChanged();
    /// capabilities() or catalogAvailable() may have changed.
    void capabilitiesChanged();
    void configChanged();
    /// The newest of warnings().
    void warned(const QString &text);
    /// What happened in a Quayside registry has been noticed; its lists are being refreshed.
    void repositoryChanged(const QString &repository);

private:
    void limitRate();
    void connectToRegistry();
    Access access() const;
    void setAccess();
    QCoro::Task<> connectNow(std::shared_ptr<RegistryClient> client, std::stop_token stop);
    QCoro::Task<> loadRepositories(std::shared_ptr<RegistryClient> client, std::stop_token stop);
    void reloadRepositories();
    void setState(State state, std::optional<Error> error = {});
    void disconnectFromRegistry();
    void followEvents();
    void take(const RegistryEvent &event);
    void catchUp();
    void applyPinned();
    TagLoader *loader(const RepositoryName &repository) const;

    RegistryConfig m_config;
    Transport *m_transport;
    std::optional<RegistryAddress> m_address;
    std::shared_ptr<RegistryLogins> m_logins;
    std::shared_ptr<RegistryClient> m_client;
    State m_state = State::Idle;
    std::optional<Error> m_error;
    std::unique_ptr<RepositoryListModel> m_repositories;
    std::unique_ptr<TrashModel> m_trash;
    std::unique_ptr<TrashLoader> m_trashLoader;
    std::map<RepositoryName, std::unique_ptr<TagLoader>> m_loaders;
    std::unique_ptr<EventStream> m_events;
    std::set<RepositoryName> m_changed; // by events, to be read again
    QTimer m_catchUp;                   // many events in a row cause one reading
    bool m_loadingRepositories = false;
    bool m_reloadRepositories = false;
    bool m_keepsLists = true; // see connectOnly()
    Lifetime m_lifetime;
};

} // namespace quayside
