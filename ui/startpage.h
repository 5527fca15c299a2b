// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/knownregistries.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace quayside {

class CodeWell;
class SearchField;

/// What the state of the embedded registry means for the pages that offer it.
struct LocalSummary
{
    bool running = false;
    QString address;  ///< "localhost:5000", as push lines need it.
    QString sentence; ///< "Local runs at localhost:5000, for this computer only."
};

/// The first thing a new person sees: one box, and a registry of their own.
class StartPage : public QWidget
{
    Q_OBJECT

public:
    explicit StartPage(QWidget *parent);

    void setLocal(const LocalSummary &local);
    /// Offers what other tools on this computer know; none hides the heading too.
    void setKnownRegistries(const QList<KnownRegistry> &registries);
    SearchField *box() const { return m_box; }

Q_SIGNALS:
    void entered(const QString &text);
    /// Open was pressed beside a registry.
    void registryWanted(const QString &address);
    void samplesWanted();
    void pushHelpWanted();
    void localStartWanted();

protected:
    void paintEvent(QPaintEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    QWidget *knownRow(const KnownRegistry &registry);

    SearchField *m_box;
    QWidget *m_known = nullptr; ///< Holds the rows of the registries on this computer.
    QLabel *m_sentence;
    QPushButton *m_samples;
    QPushButton *m_pushHelp;
    QPushButton *m_startLocal;
};

/// The embedded registry without images: how to push one, or samples.
class EmptyLocalPage : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyLocalPage(QWidget *parent);

    void setLocal(const LocalSummary &local);

Q_SIGNALS:
    void samplesWanted();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void showLines(int tool);

    LocalSummary m_local;
    QLabel *m_sentence;
    CodeWell *m_well;
    QPushButton *m_samples;
};

} // namespace quayside
