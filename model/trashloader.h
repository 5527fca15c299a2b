// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/lifetime.h"
#include "model/trashmodel.h"
#include "registryclient/registryclient.h"

#include <QCoroTask>
#include <QObject>
#include <QTimer>

#include <memory>

namespace quayside {

class UndoJournal;

/// Fills a TrashModel from the registry's trash, if it has one, and the journal.
class TrashLoader : public QObject
{
    Q_OBJECT
public:
    /// `model` and `journal` must outlive this.
    TrashLoader(QString registryId, TrashModel *model, UndoJournal *journal, QObject *parent = nullptr);
    ~TrashLoader() override;

    /// Reads everything again. `client` may be null: the journal alone then.
    void load(std::shared_ptr<RegistryClient> client);

private:
    QCoro::Task<> work(std::shared_ptr<RegistryClient> client, std::stop_token stop);

    QString m_registryId;
    TrashModel *m_model;
    UndoJournal *m_journal;
    std::shared_ptr<RegistryClient> m_client;
    bool m_loading = false;
    bool m_again = false;
    Lifetime m_lifetime;
};

} // namespace quayside
