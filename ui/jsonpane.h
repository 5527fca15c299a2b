// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPlainTextEdit>

namespace quayside {

/// The manifest as the registry sent it, indented for reading. What is copied as a whole is the exact text.
class JsonPane : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit JsonPane(QWidget *parent);
    void setJson(const QByteArray &bytes);
};

/// JSON with line breaks and indentation added; strings and numbers stay as they are. Linear in the input;
/// what is not JSON comes back as it is.
QByteArray indentedJson(const QByteArray &bytes);

} // namespace quayside
