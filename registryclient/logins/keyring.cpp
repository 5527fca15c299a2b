// SPDX-License-Identifier: Apache-2.0
#include "registryclient/logins/keyring.h"

#include "oci/qtconversions.h"
#include "registryclient/logins/secretservice.h"
#include "registryclient/wakeup.h"

#include <QTimer>
#include <qt6keychain/keychain.h>

namespace quayside {

namespace {

Error errorOf(const QKeychain::Job &job)
{
    switch (job.error()) {
    case QKeychain::EntryNotFound:
        return {ErrorKind::NotFound, 0, {}, "the keyring has no such entry"};
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        return {ErrorKind::Forbidden, 0, {}, "the keyring is locked"};
    default:
        return {ErrorKind::Unsupported, 0, {}, "no keyring answers: " + toStdString(job.errorString())};
    }
}

bool isAnswer(const QKeychain::Job &job)
{
    return job.error() == QKeychain::NoError || job.error() == QKeychain::EntryNotFound;
}

} // namespace

Keyring::Keyring(KeyringOptions options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
{}

/// The text is that of a ReadPasswordJob. A job cannot be taken back: one that is given up goes on by itself,
/// and jobs behind it wait for it.
QCoro::Task<Result<QString>> Keyring::run(QKeychain::Job *job, QString key, std::stop_token stop)
{
    bool isTooSlow = false;
    std::optional<Error> error;
    QString text;
    Wakeup ended(stop);
    connect(job, &QKeychain::Job::finished, &ended, [&](QKeychain::Job *finished) {
        if (finished->error() != QKeychain::NoError)
            error = errorOf(*finished);
        if (const auto *read = qobject_cast<QKeychain::ReadPasswordJob *>(finished))
            text = read->textData();
        ended.wake();
    });
    QTimer::singleShot(m_options.timeout, &ended, [&] {
        isTooSlow = true;
        ended.wake();
    });
    job->setKey(key);
    job->setInsecureFallback(false);
    job->start();

    const bool wasWoken = co_await ended;
    if (!wasWoken)
        co_return fail(ErrorKind::Cancelled, "stopped");
    if (isTooSlow) {
        connect(job, &QKeychain::Job::finished, this, [this](QKeychain::Job *finished) {
            if (isAnswer(*finished))
                emit answeredLate();
        });
        co_return fail(ErrorKind::Timeout, "the keyring does not answer; it may be waiting to be unlocked");
    }
    if (error) {
        const auto copy = *error;
        co_return tl::unexpected(copy);
    }
    const auto copy = text;
    co_return copy;
}

QCoro::Task<Result<std::optional<QString>>> Keyring::read(QString key, std::stop_token stop)
{
    const auto text = co_await run(new QKeychain::ReadPasswordJob(m_options.service), key, stop);
    if (!text && text.error().kind == ErrorKind::NotFound) {
        auto asking = secretServiceIsLocked(stop); // then it would not know
        if (co_await asking)
            co_return fail(ErrorKind::Forbidden, "the keyring is locked");
        co_return std::optional<QString>();
    }
    if (!text)
        co_return tl::unexpected(text.error());
    // See remove().
    const auto found = text->isEmpty() ? std::nullopt : std::optional(*text);
    co_return found;
}

QCoro::Task<Result<void>> Keyring::write(QString key, QString text, std::stop_token stop)
{
    auto *job = new QKeychain::WritePasswordJob(m_options.service);
    job->setTextData(text);
    const auto written = co_await run(job, key, stop);
    if (!written)
        co_return tl::unexpected(written.error());
    co_return Result<void>();
}

/// A locked keyring says that it has deleted an entry although it has not. So the entry is emptied first,
/// which a locked keyring refuses.
QCoro::Task<Result<void>> Keyring::remove(QString key, std::stop_token stop)
{
    const auto emptied = co_await write(key, QString(), stop);
    if (!emptied)
        co_return tl::unexpected(emptied.error());
    const auto removed = co_await run(new QKeychain::DeletePasswordJob(m_options.service), key, stop);
    if (!removed && removed.error().kind != ErrorKind::NotFound)
        co_return tl::unexpected(removed.error());
    co_return Result<void>();
}

} // namespace quayside
