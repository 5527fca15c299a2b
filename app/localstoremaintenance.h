// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/storemaintenance.h"

namespace quayside {

/// Opens the store itself, so no server is needed or possible meanwhile.
class LocalStoreMaintenance final : public StoreMaintenance
{
public:
    Result<Check> check(const QString &root, bool repair) override;
    Result<Purge> purgeAll(const QString &root) override;
};

} // namespace quayside
