// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/registryconfig.h"

#include <QList>
#include <QObject>

#include <optional>

class QSettings;

namespace quayside {

/// The registries that the person has added, and the guards of the embedded one, kept in the settings. That
/// one is not among configs(): its address belongs to LocalRegistryControl.
class RegistryList : public QObject
{
    Q_OBJECT
public:
    /// `store` must outlive this.
    explicit RegistryList(QSettings *store, QObject *parent = nullptr);

    const QList<RegistryConfig> &configs() const { return m_configs; }
    std::optional<RegistryConfig> config(const QString &id) const;
    /// The embedded registry's: its mode, and what is protected in it.
    const RegistryConfig &local() const { return m_local; }
    /// The registry at an address as the person has set it up. One that was never added has no guards, and
    /// the id that add() would give it: what the journal keeps of it is found then.
    RegistryConfig at(const RegistryAddress &address) const;
    /// Adds a registry, fills in an id, a name and a free colour where they are missing, and returns the id.
    QString add(RegistryConfig config);
    /// Replaces the one with the same id; nothing happens if there is none. Of the embedded one only the
    /// guards are kept.
    void update(const RegistryConfig &config);
    void remove(const QString &id);

signals:
    void added(const QString &id);
    void updated(const QString &id);
    void removed(const QString &id);

private:
    qsizetype indexOf(const QString &id) const;
    bool isFree(const QString &id) const;
    QString newId(const RegistryConfig &config) const;
    int freeColour() const;
    void updateLocal(const RegistryConfig &config);
    void load();
    void save();

    QSettings *m_store;
    QList<RegistryConfig> m_configs;
    RegistryConfig m_local;
};

} // namespace quayside
