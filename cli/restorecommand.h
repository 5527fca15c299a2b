// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/referencelist.h"
#include "cli/restoringcommand.h"

#include <vector>

namespace quayside {

/// `quaysidectl restore REF...`: puts back single tags and images.
class RestoreCommand final : public RestoringCommand
{
    Q_OBJECT
public:
    explicit RestoreCommand(const CommandContext &context);

protected:
    void begin(const QStringList &words) override;

private:
    void restoreNext();
    void restoreGroup(const ReferenceGroup &group, RegistrySession *session);
    std::vector<RestoreItem> find(const ReferenceGroup &group, const RegistrySession *session);

    std::vector<ReferenceGroup> m_groups;
    std::size_t m_next = 0;
};

} // namespace quayside
