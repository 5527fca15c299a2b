// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDBusVariant>
#include <QObject>

namespace quayside {

/// Follows the desktop's light or dark preference: the settings portal's org.freedesktop.appearance
/// color-scheme (Qt 6.4 does not read it). Without a portal the preference stays light.
class SystemColours : public QObject
{
    Q_OBJECT

public:
    explicit SystemColours(QObject *parent = nullptr);

    /// What is known now; the portal's answer arrives later through `changed`.
    bool prefersDark() const { return m_prefersDark; }

signals:
    void changed(bool prefersDark);

private slots:
    void settingChanged(const QString &space, const QString &key, const QDBusVariant &value);

private:
    void ask();
    void set(bool prefersDark);

    bool m_prefersDark = false;
};

} // namespace quayside
