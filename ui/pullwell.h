// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QToolButton;

namespace quayside {

class CodeWell;

/// The line that pulls the chosen tag, for the tool of the person's choice.
class PullWell : public QWidget
{
    Q_OBJECT

public:
    explicit PullWell(QWidget *parent);

    /// `reference` is host:port/repository:tag; empty hides the well.
    void setReference(const QString &reference, bool plainHttp);
    CodeWell *well() const { return m_well; }

private:
    void update();

    QToolButton *m_tool;
    CodeWell *m_well;
    int m_chosen = 0;
    QString m_reference;
    bool m_plainHttp = false;
};

} // namespace quayside
