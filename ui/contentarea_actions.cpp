// SPDX-License-Identifier: Apache-2.0
// What the buttons of ContentArea's message page do.
#include "model/registrylist.h"
#include "model/sessionmanager.h"
#include "oci/peercertificate.h"
#include "ui/contentarea.h"
#include "ui/filechoice.h"

namespace quayside {

void ContentArea::act(int index)
{
    if (!m_session || index < 0 || index >= m_actions.size())
        return;
    switch (m_actions[index]) {
    case ErrorAction::LogIn:
    case ErrorAction::UseAnotherLogin:
    case ErrorAction::ChooseCertificate: // the dialog finds out what is wanted
        Q_EMIT loginWanted(m_session->id());
        break;
    case ErrorAction::EditAddress:
        Q_EMIT addRegistryWanted(m_session->config().address);
        break;
    case ErrorAction::AllowPlainHttp:
        changeConfig([](RegistryConfig &config) { config.insecure = true; });
        break;
    case ErrorAction::AllowTokenServer:
        changeConfig(
            [this](RegistryConfig &config) { config.tokenServers.append(m_session->unknownTokenServer()); });
        break;
    case ErrorAction::TrustCertificate:
        trustCertificate();
        break;
    case ErrorAction::ChooseCaFile:
        chooseCaFile();
        break;
    default:
        m_session->refresh();
        break;
    }
}

/// The one whose fingerprint is shown.
void ContentArea::trustCertificate()
{
    const auto error = m_session->error();
    if (!error || !error->certificate)
        return m_session->refresh(); // the lists met another one; connecting tells more
    changeConfig([&](RegistryConfig &config) { config.tls.pinned = error->certificate->fingerprint; });
}

void ContentArea::chooseCaFile()
{
    const auto use = [this, session = m_session.data()](const QString &path) {
        if (session == m_session) // it is still the one shown
            changeConfig([&](RegistryConfig &config) { config.tls.caFile = path; });
    };
    choosePemFile(m_prompter, window(), tr("CA of %1").arg(m_session->config().name), m_session, use);
}

void ContentArea::changeConfig(const std::function<void(RegistryConfig &config)> &change)
{
    RegistryConfig config = m_session->config();
    change(config);
    m_sessions->registries()->update(config);
}

} // namespace quayside
