// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <chrono>
#include <optional>

namespace quayside {

/// Whether a registry and login can do something, as far as its answers have told. Nothing is tried to find
/// out.
struct Ability
{
    enum class State { NotTried, Yes, No };

    State state = State::NotTried;
    /// For No: the registry's reason, untrusted text; may be empty.
    QString because;

    bool isYes() const { return state == State::Yes; }
    bool isNo() const { return state == State::No; }
    bool operator==(const Ability &) const = default;
};

/// What the login may do in one repository, by what its tokens say about themselves. A hint: the registry
/// decides. NotTried where it works without tokens, or they do not tell.
struct Permissions
{
    Ability push;
    Ability remove;

    bool operator==(const Permissions &) const = default;
};

/// What one registry and login can do, learned from the answers to ordinary requests.
struct Capabilities
{
    /// DELETE of a manifest by digest; No means that deletes are switched off.
    Ability deleteByDigest;
    /// DELETE of one tag that leaves its siblings.
    Ability deleteTag;
    /// `/v2/_catalog`; No means that repositories must be named by the person.
    Ability catalog;
    /// `/v2/<name>/referrers/<digest>` (OCI 1.1); No means that only tags tell what is attached.
    Ability referrers;
    /// Reading a manifest counts against a quota or shows as a pull (Docker Hub, Harbor): use HEAD and lists.
    bool countsPulls = false;
    /// Harbor, as it names itself when it asks for a token. Its collection spares what is younger than 2 hours.
    bool harbor = false;
    /// The `_quayside` extension; told by `/v2/_oci/ext/discover` alone.
    Ability quayside;
    /// How long a Quayside registry keeps what is deleted, if it says.
    std::optional<std::chrono::seconds> trashRetention;

    bool operator==(const Capabilities &) const = default;
};

} // namespace quayside
