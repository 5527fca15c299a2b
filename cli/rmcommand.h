// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/exittally.h"
#include "cli/referencelist.h"
#include "cli/registrycommand.h"
#include "model/deleteplan.h"

#include <map>
#include <stop_token>

namespace quayside {

class DeleteImages;

/// `quaysidectl rm REF...`: removes tags; an image goes with its last tag. Plans everything first, shows it,
/// asks, then deletes, one repository after the other.
class RmCommand final : public RegistryCommand
{
    Q_OBJECT
public:
    explicit RmCommand(const CommandContext &context);

protected:
    void begin(const QStringList &words) override;
    void stopped() override;

private:
    /// What is to be done in one repository.
    struct Job
    {
        ReferenceGroup group;
        RegistrySession *session = nullptr;
        std::optional<DeletePlan> plan;
        Confirmation confirmation;
    };

    DeleteRequest requestOf(const ReferenceGroup &group);
    void planNext();
    void plan(Job &job);
    void explainNothing(Job &job, const std::optional<Error> &error);
    void refuseUnknown(Job &job, const std::vector<RepositoryName> &known);
    void refuse(const Job &job, const Error &error);
    void findLocal();
    void review();
    bool sparesTagged(const Job &job);
    void showPlans(const std::vector<DeletePlan> &plans);
    void tellLeftAlone(const Job &job);
    bool isConfirmed(const std::vector<DeletePlan> &plans);
    bool askOnTerminal(const std::vector<DeletePlan> &plans);
    bool satisfiesGuards();
    void deleteNext();
    void report(const Job &job, const DeleteImages &operation);
    void reportEnd(const Job &job, const Error &error);
    void reportItem(const Job &job, const DeleteImages &operation, qsizetype index);
    static QString whyNot(const Job &job, const OperationItem &item, bool usesPlaceholder);
    void tellDeleted(const Job &job, const std::vector<Tag> &tags, const Digest &digest);
    void tellUndo();
    void finish(const std::map<QString, qint64> &numbers);

    std::vector<Job> m_jobs;
    std::size_t m_next = 0;
    RegistrySession *m_local = nullptr; ///< Of --keep-copy, once it has answered.
    ExitTally m_tally;
    std::stop_source m_looking; ///< Ends explainNothing().
    bool m_tellsUndo = false;
    QStringList m_changed; ///< Ids of the operations that deleted something.
};

} // namespace quayside
