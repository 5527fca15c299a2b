// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/localregistrycontrol.h"

namespace quayside::test {

/// Local, as the models see it: a registry that somebody else runs at an address.
class RunningLocal : public LocalRegistryControl
{
public:
    explicit RunningLocal(QUrl url)
        : m_url(std::move(url))
    {}

    State state() const override { return m_url.isEmpty() ? State::Stopped : State::Running; }
    QUrl url() const override { return m_url; }
    quint16 port() const override { return quint16(m_url.port(0)); }
    std::optional<Error> reason() const override { return {}; }
    void start() override {}
    void stop() override { setUrl({}); }
    void setPort(quint16) override {}

    /// Empty: it stands still.
    void setUrl(const QUrl &url)
    {
        m_url = url;
        emit stateChanged();
    }

private:
    QUrl m_url;
};

} // namespace quayside::test
