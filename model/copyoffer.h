// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deleteplan.h"
#include "model/keptmanifests.h"
#include "model/lifetime.h"

#include <QCoroTask>
#include <QObject>

#include <memory>
#include <optional>

namespace quayside {

class RegistrySession;

/// What a full copy of what a plan deletes would take: for the box in the delete sheet.
class CopyOffer : public QObject
{
    Q_OBJECT
public:
    /// `freeBytes`: in Local's file system; nothing if not known. Reads the manifests of what goes at once,
    /// but where reading them counts as a pull only with look().
    CopyOffer(const RegistrySession &session, DeletePlan plan, std::optional<qint64> freeBytes);
    ~CopyOffer() override;

    /// Reads the manifests, unless that has happened or is happening.
    void look();
    /// The size of all blobs, each once, with or without what goes along. Nothing while it is not known.
    std::optional<qint64> bytes(bool withAlso) const;
    /// Whether it is known that there is no room for it.
    bool isTooLarge(bool withAlso) const;
    /// "Keep a full copy in Local first (3.1 GB; 41 GB free)"
    QString text(bool withAlso) const;

signals:
    /// bytes() is known.
    void changed();

private:
    QCoro::Task<> lookNow(std::shared_ptr<RegistryClient> client, std::stop_token stop);
    std::set<Digest> digests(bool withAlso) const;

    DeletePlan m_plan;
    std::optional<qint64> m_freeBytes;
    std::shared_ptr<RegistryClient> m_client;
    std::optional<KeptManifests> m_kept;
    bool m_looking = false;
    Lifetime m_lifetime;
};

} // namespace quayside
