// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <QCoroTask>
#include <QObject>
#include <QString>

#include <chrono>
#include <optional>
#include <stop_token>

namespace QKeychain {
class Job;
}

namespace quayside {

struct KeyringOptions
{
    QString service = QStringLiteral("quayside");
    /// How long an answer is waited for. The keyring goes on asking the person to unlock it; see
    /// Keyring::answeredLate.
    std::chrono::milliseconds timeout = std::chrono::seconds(10);
};

/// The desktop's keyring (Secret Service, KWallet) by QtKeychain: texts by key. QtKeychain's fallback, a file
/// that anybody can read, is never used. Must outlive every coroutine that was not stopped.
///
/// Errors: Forbidden (it is locked and stays so), Unsupported (there is none), Timeout, Cancelled.
class Keyring : public QObject
{
    Q_OBJECT
public:
    explicit Keyring(KeyringOptions options = {}, QObject *parent = nullptr);

    /// Nothing if it has no such key. One that the person does not unlock is Forbidden.
    QCoro::Task<Result<std::optional<QString>>> read(QString key, std::stop_token stop = {});
    /// Replaces what is there.
    QCoro::Task<Result<void>> write(QString key, QString text, std::stop_token stop = {});
    /// Also done if there is no such key.
    QCoro::Task<Result<void>> remove(QString key, std::stop_token stop = {});

signals:
    /// It answered after Timeout had been returned: it is unlocked now.
    void answeredLate();

private:
    QCoro::Task<Result<QString>> run(QKeychain::Job *job, QString key, std::stop_token stop);

    KeyringOptions m_options;
};

} // namespace quayside
