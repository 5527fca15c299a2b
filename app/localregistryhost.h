// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/localregistry.h"
#include "model/localregistrycontrol.h"

#include <memory>

namespace quayside {

class Settings;

/// Runs the embedded registry for the desktop. Its port is chosen at the first start, 5000 or the next free
/// one, and kept in the settings from then on: image names contain it.
class LocalRegistryHost final : public LocalRegistryControl
{
    Q_OBJECT

public:
    /// `settings` must outlive this. `storeRoot` is the directory of the store.
    LocalRegistryHost(Settings *settings, QString storeRoot, QObject *parent = nullptr);
    ~LocalRegistryHost() override;

    State state() const override { return m_state; }
    QUrl url() const override;
    quint16 port() const override;
    std::optional<Error> reason() const override { return m_reason; }

    std::optional<qint64> freeBytes() const override;
    void start() override;
    /// Lets running requests finish; stateChanged() comes with Stopped.
    void stop() override;
    void setPort(quint16 port) override;

private:
    void startAt(quint16 port);
    void onStarted(const QUrl &url);
    void onFailed(const Error &error);
    void onStopped();
    void setState(State state, std::optional<Error> reason = {});

    Settings *m_settings;
    QString m_storeRoot;
    std::unique_ptr<LocalRegistry> m_registry;
    State m_state = State::Stopped;
    std::optional<Error> m_reason;
    quint16 m_tried = 0;
};

} // namespace quayside
