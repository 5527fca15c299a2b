// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/deletestep.h"
#include "registryclient/registryclient.h"

#include <QCoroTask>
#include <QString>

#include <memory>
#include <optional>
#include <stop_token>

namespace quayside {

/// Stands on tags for the moment before they are removed, where a registry deletes images but no single tag:
/// an index that names nothing, unique to one operation, so that its delete takes the operation's tags along
/// and no others. An image manifest would need a config blob.
struct Placeholder
{
    Digest digest;
    QByteArray bytes;
    MediaType mediaType;

    static Placeholder of(const QString &operationId);
};

/// A tag and what it named when the delete was planned.
struct OriginalTag
{
    Tag tag;
    RawManifest image;
};

/// Points a tag at the placeholder, if it still names its image. Pending: it may do so now; else why it was
/// not touched.
QCoro::Task<StepResult> place(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                              OriginalTag original, Placeholder placeholder);

/// What has become of a tag on which a placeholder was put. Done: it is gone. Moved: somebody else has pushed
/// it; it is left alone. Failed: it names its image, put back if need be; `why` is the error. Pending: not
/// known, or it could not be put back; the error says why.
QCoro::Task<StepResult> settlePlaceholder(std::shared_ptr<RegistryClient> client, RepositoryName repository,
                                          OriginalTag original, Digest placeholder, Error why,
                                          std::stop_token stop);

} // namespace quayside
