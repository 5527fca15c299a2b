// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/journalrecord.h"
#include "model/operation.h"
#include "oci/reference.h"
#include "registryclient/registryclient.h"

#include <QCoroTask>

#include <memory>
#include <optional>
#include <vector>

namespace quayside {

class RegistrySession;
class UndoJournal;

/// One thing to put back.
struct RestoreItem
{
    RepositoryName repository;
    /// What it is: a digest with its tags, or one tag.
    TagOrDigest reference;
    Digest digest;
    std::vector<Tag> tags;
    /// Whether the registry itself keeps it (a tombstone).
    bool inRegistry = false;
    /// Where this computer keeps it, if it does.
    QString operationId;
    int journalIndex = -1;

    QString what() const;
};

/// Puts images and tags back: on a Quayside registry out of its trash, elsewhere by reading one byte of each
/// blob and pushing the manifests again. A tag that names something else by now is reported, not taken back.
class RestoreImages : public Operation
{
    Q_OBJECT
public:
    RestoreImages(RegistrySession *session, UndoJournal *journal, std::vector<RestoreItem> items,
                  QObject *parent = nullptr);
    /// Undoes an operation of the journal: everything that it deleted.
    RestoreImages(RegistrySession *session, UndoJournal *journal, JournalOperation operation,
                  QObject *parent = nullptr);
    ~RestoreImages() override;

    /// Tags that were not set, since they name another image now.
    const std::vector<Tag> &tagsLeft() const { return m_tagsLeft; }
    /// Blobs and children that are gone: what they belong to was not put back.
    const std::vector<Digest> &missing() const { return m_missing; }
    /// The operation that this undoes; empty for a restore out of a list.
    const QString &undoes() const { return m_undoes; }

signals:
    void tagsRestored(const QString &repository, const std::vector<quayside::Tag> &tags);

protected:
    void run() override;

private:
    struct Run;
    QCoro::Task<> work(std::shared_ptr<Run> run);
    QCoro::Task<Result<void>> readJournal(std::shared_ptr<Run> run);
    QCoro::Task<> restoreOne(std::shared_ptr<Run> run, int index);

    std::vector<RestoreItem> m_restoreItems;
    std::shared_ptr<RegistryClient> m_client;
    UndoJournal *m_journal;
    QString m_undoes;
    std::vector<Tag> m_tagsLeft;
    std::vector<Digest> m_missing;
};

} // namespace quayside
