// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/inusefile.h"

#include <QTimer>
#include <QWidget>

class QLineEdit;

namespace quayside {

class FieldNote;
class Prompter;

/// Where the list of what is in use is, what it holds, and how to make one.
class InUseFields : public QWidget
{
    Q_OBJECT

public:
    /// `prompter` must outlive this.
    InUseFields(Prompter *prompter, QWidget *parent);

    void setFile(const QString &path);
    QString file() const;
    /// Whether it can be kept: a whole path, or nothing. What cannot be read now may be there later.
    bool isAcceptable() const;

    QLineEdit *field() const { return m_field; }
    /// What the file holds, or what is wrong with it.
    QString status() const;

Q_SIGNALS:
    void changed();

private:
    void typed();
    void look();
    void show(const InUseFile::Summary &summary);

    Prompter *m_prompter;
    QLineEdit *m_field;
    FieldNote *m_status;
    InUseFile m_file;
    QTimer m_rest; ///< Half a path is none.
};

} // namespace quayside
