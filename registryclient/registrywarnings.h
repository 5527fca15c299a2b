// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registryclient/http.h"

#include <QObject>
#include <QStringList>

namespace quayside {

/// The texts of an answer's Warning headers as the OCI Distribution Specification 1.1 ("Warnings") has them:
/// `299 - "text"`, divided by commas, 4096 bytes of all headers together. Where the grammar ends, a header's
/// rest is passed over. Each text is cut to 256 characters; it is untrusted.
QStringList warningTexts(const HttpHeaders &headers);

/// What a registry has said in Warning headers so far, each text once and the first ten. Nothing else follows
/// from it: a warning is for the person alone.
class RegistryWarnings : public QObject
{
    Q_OBJECT
public:
    static constexpr int most = 10;

    void take(const HttpHeaders &headers);
    const QStringList &texts() const { return m_texts; }

signals:
    /// The newest of texts().
    void added(const QString &text);

private:
    QStringList m_texts;
};

} // namespace quayside
