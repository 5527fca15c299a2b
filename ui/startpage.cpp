// SPDX-License-Identifier: Apache-2.0
#include "ui/startpage.h"

#include "ui/codewell.h"
#include "ui/messagepage.h"
#include "ui/searchfield.h"
#include "ui/smallwidgets.h"
#include "ui/tabrow.h"
#include "ui/toollines.h"
#include "ui/untrustedtext.h"

#include <QApplication>
#include <QBoxLayout>
#include <QPainter>

#include <algorithm>

namespace quayside {

namespace {

constexpr int startColumn = 560;
constexpr int emptyColumn = 520;
constexpr qsizetype mostKnown = 5; // the page is no list: the sidebar is one

/// The ship and the name.
class Banner : public QWidget
{
public:
    explicit Banner(QWidget *parent)
        : QWidget(parent)
    {
        const QFontMetrics display(styledFont(QApplication::font(), TextStyle::Display));
        setFixedHeight(std::max(display.height(), 32));
        setAccessibleName(QStringLiteral("Quayside"));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colours c(palette());
        drawSymbol(painter, QRect(0, 0, 32, height()), Symbol::Ship, 32, c.accent);
        painter.setFont(styledFont(QApplication::font(), TextStyle::Display));
        painter.setPen(c.text);
        painter.drawText(44, rowBaseline(painter.fontMetrics(), height()), QStringLiteral("Quayside"));
    }
};

} // namespace

StartPage::StartPage(QWidget *parent)
    : QWidget(parent)
    , m_box(nullptr)
    , m_sentence(nullptr)
    , m_samples(nullptr)
    , m_pushHelp(nullptr)
    , m_startLocal(nullptr)
{
    QBoxLayout *column = pageColumn(this, startColumn);
    QWidget *holder = column->parentWidget();
    column->addWidget(new Banner(holder));
    column->addSpacing(6);
    m_box = new SearchField(Symbol::Search, tr("A registry, an image, a docker pull line or a digest"),
                            tr("Ctrl+K"), holder);
    m_box->setAccessibleName(m_box->placeholderText());
    m_box->setMinimumHeight(controlHeight(QFontMetrics(QApplication::font())) + 6);
    column->addWidget(m_box);
    column->addSpacing(26);
    m_known = new QWidget(holder);
    m_known->hide();
    column->addWidget(m_known);
    QLabel *heading = paragraph(tr("A registry of your own"), TextStyle::Strong, Tone::Normal, holder);
    column->addWidget(heading);
    m_sentence = paragraph({}, TextStyle::Body, Tone::Muted, holder);
    column->addWidget(m_sentence);
    auto *row = new QHBoxLayout;
    m_samples = button(tr("Load sample images"), ButtonKind::Primary, holder);
    m_pushHelp = button(tr("How to push"), ButtonKind::Plain, holder);
    m_startLocal = button(tr("Start Local"), ButtonKind::Plain, holder);
    row->addWidget(m_samples);
    row->addWidget(m_pushHelp);
    row->addWidget(m_startLocal);
    row->addStretch(1);
    column->addSpacing(4);
    column->addLayout(row);
    connect(m_box, &QLineEdit::returnPressed, this, [this] { Q_EMIT entered(m_box->text()); });
    connect(m_samples, &QPushButton::clicked, this, &StartPage::samplesWanted);
    connect(m_pushHelp, &QPushButton::clicked, this, &StartPage::pushHelpWanted);
    connect(m_startLocal, &QPushButton::clicked, this, &StartPage::localStartWanted);
}

void StartPage::setKnownRegistries(const QList<KnownRegistry> &registries)
{
    qDeleteAll(m_known->findChildren<QWidget *>(Qt::FindDirectChildrenOnly));
    delete m_known->layout();
    auto *column = new QVBoxLayout(m_known);
    column->setContentsMargins(0, 0, 0, 32);
    column->setSpacing(0);
    column->addWidget(paragraph(tr("Registries on this computer"), TextStyle::Strong, Tone::Normal, m_known));
    column->addSpacing(4);
    for (qsizetype i = 0; i < std::min(registries.size(), mostKnown); ++i) {
        if (i > 0)
            column->addWidget(new Hairline(m_known));
        column->addWidget(knownRow(registries[i]));
    }
    column->addSpacing(6);
    column->addWidget(paragraph(tr("Found in login files. None of them has been contacted."),
                                TextStyle::Small, Tone::Muted, m_known));
    m_known->setVisible(!registries.isEmpty());
}

QWidget *StartPage::knownRow(const KnownRegistry &registry)
{
    auto *row = new QWidget(m_known);
    auto *symbol = new QLabel(row);
    symbol->setTextFormat(Qt::PlainText);
    symbol->setPixmap(symbolIcon(Symbol::Globe).pixmap(16, 16));
    auto *address = new TextLine(TextStyle::Body, Tone::Normal, row);
    address->setText(registry.address);
    auto *source = new TextLine(TextStyle::Small, Tone::Muted, row);
    source->setText(tr("from %1's %2").arg(registry.tool, registry.file));
    QPushButton *open = button(tr("Open"), ButtonKind::Plain, row);
    open->setAccessibleName(tr("Open %1").arg(visibleText(registry.address)));
    connect(open, &QPushButton::clicked, this, [this, registry] { Q_EMIT registryWanted(registry.address); });
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(address);
    words->addWidget(source);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 7, 0, 7);
    layout->setSpacing(12);
    layout->addWidget(symbol);
    layout->addLayout(words, 1);
    layout->addWidget(open);
    return row;
}

void StartPage::setLocal(const LocalSummary &local)
{
    m_sentence->setText(local.sentence);
    m_samples->setEnabled(local.running);
    m_samples->setToolTip(local.running ? QString() : tr("Local does not run"));
    m_pushHelp->setVisible(local.running);
    m_startLocal->setVisible(!local.running);
}

void StartPage::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), Colours(palette()).base);
}

void StartPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_box->setFocus(Qt::OtherFocusReason);
}

EmptyLocalPage::EmptyLocalPage(QWidget *parent)
    : QWidget(parent)
    , m_sentence(nullptr)
    , m_well(nullptr)
    , m_samples(nullptr)
{
    QBoxLayout *column = pageColumn(this, emptyColumn);
    QWidget *holder = column->parentWidget();
    column->addWidget(paragraph(tr("No images yet."), TextStyle::Title, Tone::Normal, holder));
    m_sentence = paragraph({}, TextStyle::Body, Tone::Muted, holder);
    column->addWidget(m_sentence);
    column->addSpacing(4);
    auto *tools = new SegmentSwitch(holder);
    tools->setFillsWidth(false);
    tools->setSegments(pushTools());
    tools->setAccessibleName(tr("Tool"));
    column->addWidget(tools, 0, Qt::AlignLeft);
    m_well = new CodeWell(holder);
    column->addWidget(m_well);
    column->addSpacing(12);
    m_samples = button(tr("Load sample images"), ButtonKind::Primary, holder);
    column->addWidget(m_samples, 0, Qt::AlignLeft);
    column->addWidget(paragraph(tr("A few small images, a few seconds. They can be deleted like any other."),
                                TextStyle::Small, Tone::Muted, holder));
    connect(tools, &QTabBar::currentChanged, this, [this](int tool) { showLines(tool); });
    connect(m_samples, &QPushButton::clicked, this, &EmptyLocalPage::samplesWanted);
}

void EmptyLocalPage::setLocal(const LocalSummary &local)
{
    m_local = local;
    m_sentence->setText(local.sentence + u' ' + tr("Push an image of yours:"));
    m_samples->setEnabled(local.running);
    showLines(0);
}

void EmptyLocalPage::showLines(int tool)
{
    const QStringList lines = pushLines(tool, m_local.address);
    m_well->setLines(lines, lines.join(QStringLiteral(" && ")));
}

void EmptyLocalPage::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), Colours(palette()).base);
}

} // namespace quayside
