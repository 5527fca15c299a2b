// SPDX-License-Identifier: Apache-2.0
#include "registryclient/http.h"

namespace quayside {

QByteArray headerValue(const HttpHeaders &headers, const QByteArray &name)
{
    for (const HttpHeader &header : headers) {
        if (header.name.compare(name, Qt::CaseInsensitive) == 0)
            return header.value;
    }
    return {};
}

} // namespace quayside
