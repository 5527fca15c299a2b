// SPDX-License-Identifier: Apache-2.0
#include "model/settings.h"

#include <QSettings>

namespace quayside {

namespace {

constexpr int formatVersion = 1;

/// The one table of keys.
template <typename Visit>
void forEachSetting(Visit visit)
{
    visit(QStringLiteral("local/port"), &SettingsValues::localPort);
    visit(QStringLiteral("view/siSizes"), &SettingsValues::siSizes);
    visit(QStringLiteral("view/showSignatureTags"), &SettingsValues::showSignatureTags);
    visit(QStringLiteral("view/sampleHintSeen"), &SettingsValues::sampleHintSeen);
    visit(QStringLiteral("window/geometry"), &SettingsValues::windowGeometry);
    visit(QStringLiteral("window/state"), &SettingsValues::windowState);
    visit(QStringLiteral("window/tagColumns"), &SettingsValues::tagColumns);
    visit(QStringLiteral("window/openRegistry"), &SettingsValues::openRegistry);
    visit(QStringLiteral("window/openRepository"), &SettingsValues::openRepository);
}

} // namespace

Settings::Settings(QSettings *store, QObject *parent)
    : QObject(parent)
    , m_store(store)
{
    forEachSetting([this]<typename T>(const QString &key, T SettingsValues::*field) {
        const QVariant value = m_store->value(key);
        if (value.isValid())
            m_values.*field = value.value<T>();
    });
}

void Settings::setValues(const SettingsValues &values)
{
    if (values == m_values)
        return;
    m_store->setValue(QStringLiteral("version"), formatVersion);
    forEachSetting([this, &values]<typename T>(const QString &key, T SettingsValues::*field) {
        if (values.*field != m_values.*field)
            m_store->setValue(key, QVariant::fromValue(values.*field));
    });
    m_values = values;
    emit changed();
}

} // namespace quayside
