// SPDX-License-Identifier: Apache-2.0
#include "app/localstoremaintenance.h"

#include "localregistry/storage/store.h"

#include <QFileInfo>

namespace quayside {

namespace {

// Opening would make a store where there is none.
Result<StoreOptions> optionsOf(const QString &root)
{
    if (!QFileInfo(root).isDir())
        return fail(ErrorKind::NotFound, "there is no store at " + root.toStdString());
    StoreOptions options;
    options.root = root.toStdString();
    return options;
}

} // namespace

Result<StoreMaintenance::Check> LocalStoreMaintenance::check(const QString &root, bool repair)
{
    auto options = optionsOf(root);
    if (!options)
        return tl::unexpected(options.error());
    options->readOnly = !repair;
    const auto store = Store::open(*options);
    if (!store)
        return tl::unexpected(store.error());
    CheckOptions checkOptions;
    checkOptions.repair = repair;
    const auto found = (*store)->check(checkOptions);
    if (!found)
        return tl::unexpected(found.error());
    Check result{
        qint64(found->repositories), qint64(found->links), qint64(found->data), found->bytes, {}, {}};
    for (const auto &finding : found->findings)
        (finding.isRepaired ? result.repaired : result.left).append(QString::fromStdString(finding.text));
    return result;
}

Result<StoreMaintenance::Purge> LocalStoreMaintenance::purgeAll(const QString &root)
{
    const auto options = optionsOf(root);
    const auto result = options ? Store::purgeAll(*options) : tl::unexpected(options.error());
    if (!result)
        return tl::unexpected(result.error());
    return Purge{qint64(result->purged), qint64(result->kept)};
}

} // namespace quayside
