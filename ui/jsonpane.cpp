// SPDX-License-Identifier: Apache-2.0
#include "ui/jsonpane.h"

#include "ui/look/typography.h"
#include "ui/untrustedtext.h"

#include <QApplication>

#include <algorithm>

namespace quayside {

namespace {

/// A manifest has at most 4 MiB; a pane needs less.
constexpr qsizetype shownBytes = 512 * 1024;
constexpr int maxIndent = 40;

class Indenter
{
public:
    explicit Indenter(const QByteArray &bytes)
        : m_bytes(bytes)
    {}

    QByteArray run()
    {
        for (m_at = 0; m_at < m_bytes.size(); ++m_at)
            take(m_bytes[m_at]);
        return m_result;
    }

private:
    void take(char c)
    {
        if (m_inString) {
            m_result += c;
            if (c == '\\' && m_at + 1 < m_bytes.size())
                m_result += m_bytes[++m_at];
            else if (c == '"')
                m_inString = false;
        } else if (c == '"') {
            m_result += c;
            m_inString = true;
        } else if (c == '{' || c == '[') {
            open(c);
        } else if (c == '}' || c == ']') {
            --m_depth;
            newLine();
            m_result += c;
        } else if (c == ',') {
            m_result += c;
            newLine();
        } else if (c == ':') {
            m_result += ": ";
        } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
            m_result += c;
        }
    }

    void open(char c)
    {
        qsizetype next = m_at + 1;
        while (next < m_bytes.size() && QByteArrayView(" \t\r\n").contains(m_bytes[next]))
            ++next;
        m_result += c;
        if (next < m_bytes.size() && (m_bytes[next] == '}' || m_bytes[next] == ']')) {
            m_result += m_bytes[next];
            m_at = next;
            return;
        }
        ++m_depth;
        newLine();
    }

    void newLine()
    {
        m_result += '\n';
        m_result += QByteArray(2 * std::clamp(m_depth, 0, maxIndent), ' ');
    }

    const QByteArray &m_bytes;
    QByteArray m_result;
    qsizetype m_at = 0;
    int m_depth = 0;
    bool m_inString = false;
};

} // namespace

QByteArray indentedJson(const QByteArray &bytes)
{
    return Indenter(bytes).run();
}

JsonPane::JsonPane(QWidget *parent)
    : QPlainTextEdit(parent)
{
    setReadOnly(true);
    setFrameShape(QFrame::NoFrame);
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setTextStyle(this, TextStyle::Mono);
    setAccessibleName(tr("Manifest as JSON"));
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    document()->setDocumentMargin(16);
}

void JsonPane::setJson(const QByteArray &bytes)
{
    const QString text = visibleDocument(QString::fromUtf8(indentedJson(bytes.left(shownBytes))));
    if (text != toPlainText())
        setPlainText(text);
}

} // namespace quayside
