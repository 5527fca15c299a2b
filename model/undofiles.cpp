// SPDX-License-Identifier: Apache-2.0
#include "model/undofiles.h"

#include "model/undojournal.h"
#include "registryclient/computed.h"
#include "registryclient/transport.h"

#include <utility>

namespace quayside {

UndoFiles::UndoFiles(UndoJournal *journal, Transport *transport, QObject *parent)
    : QObject(parent)
    , m_journal(journal)
    , m_transport(transport)
{}

void UndoFiles::save(const JournalOperation &operation, const QString &path)
{
    saveNow(operation, path, m_lifetime.token());
}

void UndoFiles::open(const QString &path)
{
    openNow(path, m_lifetime.token());
}

QCoro::Task<> UndoFiles::openNow(QString path, std::stop_token stop)
{
    const Transport::Activity activity(m_transport); // the thread ends before the program
    using Loaded = Result<std::shared_ptr<const UndoRecord>>;
    const auto load = [path]() -> Loaded {
        auto record = loadUndoFile(path);
        if (!record)
            return tl::unexpected(record.error());
        return std::make_shared<const UndoRecord>(std::move(*record));
    };
    auto loading = computed(load, worthAThread); // it may be large
    const auto record = co_await loading;
    if (stop.stop_requested())
        co_return;
    if (record)
        emit opened(*record);
    else
        emit unreadable(path, record.error());
}

QCoro::Task<> UndoFiles::saveNow(JournalOperation operation, QString path, std::stop_token stop)
{
    const Transport::Activity activity(m_transport); // the program ends after the file is whole
    auto items = co_await m_journal->items(operation.id);
    if (stop.stop_requested())
        co_return;
    Result<void> written;
    if (!items) {
        written = tl::unexpected(items.error());
    } else if (items->empty()) {
        written = fail(ErrorKind::NotFound, "the journal has nothing of this delete any more");
    } else {
        const auto write = [path, record = UndoRecord{std::move(operation), std::move(*items)}] {
            return saveUndoFile(path, record);
        };
        auto writing = computed(write, worthAThread); // a disk may take long
        written = co_await writing;
    }
    if (stop.stop_requested())
        co_return;
    if (written)
        emit saved(path);
    else
        emit failed(path, written.error());
}

} // namespace quayside
