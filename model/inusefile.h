// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/lifetime.h"
#include "oci/error.h"

#include <QCoroTask>
#include <QDateTime>
#include <QMetaType>
#include <QObject>

#include <optional>

namespace quayside {

/// Looks what a list of what is in use holds, for a window, which must not wait for a disk.
class InUseFile : public QObject
{
    Q_OBJECT
public:
    struct Summary
    {
        QString path;
        /// Those of InUse::load(): as long as there is one, nothing is deleted.
        std::optional<Error> error;
        QDateTime written; ///< In local time.
        qint64 count = 0;  ///< References and digests, each once.
    };

    explicit InUseFile(QObject *parent = nullptr);

    /// read() follows, unless another file is asked for before.
    void look(const QString &path);

signals:
    void read(const quayside::InUseFile::Summary &summary);

private:
    QCoro::Task<> lookNow(QString path, std::stop_token stop);

    Lifetime m_lifetime;
};

} // namespace quayside
