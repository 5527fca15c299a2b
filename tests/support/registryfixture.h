// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/faultproxy.h"

#include <QMetaType>
#include <QString>
#include <QUrl>

#include <memory>

namespace quayside::test {

/// A real registry for a test body that is the same for all of them.
class RegistryFixture
{
public:
    enum class Kind {
        Docker,
        Embedded,
        Plain ///< The embedded one without its extension: a registry with all of OCI 1.1, and nothing more.
    };
    struct Options
    {
        bool deletes = true;
        QString root; ///< Of the embedded one: where its store is; empty: somewhere that goes away with it.
    };

    virtual ~RegistryFixture() = default;
    virtual bool start(const Options &options) = 0;
    virtual QUrl url() const = 0;

    /// What the two differ in, as documented (docs/compatibility.md).
    virtual bool removesSingleTags() const = 0;
    virtual bool isQuayside() const = 0;
    /// Of Plain: what becomes of requests on their way.
    virtual void setGate(FaultProxy::Gate) {}

    static std::unique_ptr<RegistryFixture> make(Kind kind);
    /// Columns for QTest data functions: adds one row per registry that can be started here.
    static void addRows();
};

} // namespace quayside::test

Q_DECLARE_METATYPE(quayside::test::RegistryFixture::Kind)
