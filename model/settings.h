// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>

class QSettings;

namespace quayside {

/// Every setting that is not about one registry, with its default.
struct SettingsValues
{
    int localPort = 0; ///< The embedded registry's port; 0 until the first start has chosen one, then fixed.
    bool siSizes = false; ///< Sizes in powers of 1000 instead of 1024.
    bool showSignatureTags = false;
    bool sampleHintSeen = false;
    QByteArray windowGeometry;
    QByteArray windowState;
    QByteArray tagColumns;
    QString openRegistry; ///< The id of the registry shown last.
    QString openRepository;

    bool operator==(const SettingsValues &) const = default;
};

/// The settings, read once and written when they change. No secret is ever stored here.
class Settings : public QObject
{
    Q_OBJECT
public:
    /// `store` must outlive this.
    explicit Settings(QSettings *store, QObject *parent = nullptr);

    const SettingsValues &values() const { return m_values; }
    /// Stores what differs; emits changed() if anything did.
    void setValues(const SettingsValues &values);
    /// `set(&SettingsValues::localPort, 5000)`.
    template <typename T>
    void set(T SettingsValues::*field, const T &value)
    {
        SettingsValues values = m_values;
        values.*field = value;
        setValues(values);
    }
    /// The store itself, for RegistryList.
    QSettings *store() const { return m_store; }

signals:
    void changed();

private:
    QSettings *m_store;
    SettingsValues m_values;
};

} // namespace quayside
