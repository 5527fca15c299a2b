// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "oci/error.h"

#include <QObject>
#include <QUrl>

#include <optional>

namespace quayside {

/// What the window may ask of the registry in its own process. `app` implements it.
class LocalRegistryControl : public QObject
{
    Q_OBJECT
public:
    enum class State { Stopped, Starting, Running, Failed };
    Q_ENUM(State)

    using QObject::QObject;

    virtual State state() const = 0;
    /// The base address while it runs, e.g. http://127.0.0.1:5000/.
    virtual QUrl url() const = 0;
    /// The port that it has, or would have.
    virtual quint16 port() const = 0;
    /// Why it stands still, when Failed. Conflict: the port is taken.
    virtual std::optional<Error> reason() const = 0;

    /// Bytes that are free where its store is; nothing if that is not known.
    virtual std::optional<qint64> freeBytes() const { return {}; }

    virtual void start() = 0;
    virtual void stop() = 0;
    /// Takes effect with the next start().
    virtual void setPort(quint16 port) = 0;

signals:
    void stateChanged();
};

} // namespace quayside
