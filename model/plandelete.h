// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deletegroups.h"
#include "model/deleteplan.h"
#include "model/operation.h"
#include "registryclient/registryclient.h"

#include <QCoroTask>

#include <memory>
#include <optional>

namespace quayside {

class RegistrySession;

/// Finds out what a delete would do: reads the whole tag list, resolves every tag, and looks for what else
/// belongs to the images. Changes nothing. An incomplete list is an error: it forbids the delete.
/// Progress counts tags: "Looking for tags that share these images: 812 of 3,004".
class PlanDelete : public Operation
{
    Q_OBJECT
public:
    PlanDelete(RegistrySession *session, DeleteRequest request, QObject *parent = nullptr);
    ~PlanDelete() override;

    /// The plan, once finished() came with the state Finished.
    const std::optional<DeletePlan> &plan() const { return m_plan; }

protected:
    void run() override;

private:
    QCoro::Task<> work(std::shared_ptr<RegistryClient> client);
    bool wantsIndexes() const;
    bool wantsReferrers() const;

    DeleteRequest m_request;
    DeleteSurroundings m_around;
    std::shared_ptr<RegistryClient> m_client;
    RepositoryContent m_content;
    std::optional<DeletePlan> m_plan;
};

} // namespace quayside
