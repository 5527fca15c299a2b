// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/operation.h"
#include "registryclient/registryclient.h"

#include <QCoroTask>

#include <memory>

namespace quayside {

class RegistrySession;

/// Pushes a few small images made in memory, to have something to try on: `demo/hello` (two platforms, two
/// tags on one image, an attached SBOM) and `demo/shop` (four tags, shared layers). The same bytes each time.
class LoadSamples : public Operation
{
    Q_OBJECT
public:
    explicit LoadSamples(RegistrySession *session, QObject *parent = nullptr);
    ~LoadSamples() override;

protected:
    void run() override;

private:
    QCoro::Task<> work(std::shared_ptr<RegistryClient> client);

    std::shared_ptr<RegistryClient> m_client;
    std::optional<Error> m_refusal;
};

} // namespace quayside
