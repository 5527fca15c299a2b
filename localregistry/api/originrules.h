// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quayside {

class HttpRequest;

/// Keeps web pages away from a registry on this machine: by the name it is addressed with (DNS rebinding),
/// and by what browsers alone send (cross-site requests).
class OriginRules
{
public:
    /// Names that are allowed beside those of the loopback; with a port, only that port.
    explicit OriginRules(std::vector<std::string> allowedHosts);

    /// Empty if the request may pass, else why not.
    std::string_view refusal(const HttpRequest &request) const;

private:
    bool allowsHost(std::string_view host) const;

    std::vector<std::string> m_allowedHosts;
};

} // namespace quayside
