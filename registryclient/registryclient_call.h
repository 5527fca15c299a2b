// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Shared by the source files of RegistryClient; nobody else includes it.

#include "registryclient/registryclient.h"

#include <string>

namespace quayside {

/// The first line of every coroutine of the client: keeps the client alive and the transport waiting for its
/// end.
class RegistryClient::Call
{
public:
    explicit Call(RegistryClient *client)
        : m_client(client->shared_from_this())
        , m_activity(client->m_transport)
    {}

private:
    std::shared_ptr<RegistryClient> m_client;
    Transport::Activity m_activity;
};

/// "team/api:1.4" or "team/api@sha256:…", for messages.
inline std::string imageName(const RepositoryName &repository, const TagOrDigest &reference)
{
    const char *separator = std::holds_alternative<Tag>(reference) ? ":" : "@";
    return repository.toString() + separator + toString(reference);
}

} // namespace quayside
