// SPDX-License-Identifier: Apache-2.0
#include "model/inusefile.h"

#include "model/inuse.h"
#include "registryclient/computed.h"

#include <QFileInfo>

namespace quayside {

namespace {

InUseFile::Summary summaryOf(const QString &path)
{
    InUseFile::Summary summary{path, {}, QFileInfo(path).lastModified(), 0};
    const auto inUse = InUse::load({path});
    if (inUse)
        summary.count = qint64((*inUse)->size());
    else
        summary.error = inUse.error();
    return summary;
}

} // namespace

InUseFile::InUseFile(QObject *parent)
    : QObject(parent)
{}

void InUseFile::look(const QString &path)
{
    m_lifetime.restart();
    lookNow(path, m_lifetime.token());
}

QCoro::Task<> InUseFile::lookNow(QString path, std::stop_token stop)
{
    const auto load = [path] { return summaryOf(path); };
    auto loading = computed(load, worthAThread); // a disk may take long
    const auto summary = co_await loading;
    if (!stop.stop_requested())
        emit read(summary);
}

} // namespace quayside
