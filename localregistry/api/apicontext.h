// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace quayside {

class EventHub;
class Store;

/// What the resources work on; outlives them and all their jobs.
struct ApiContext
{
    Store &store;
    EventHub &events;
};

} // namespace quayside
