// SPDX-License-Identifier: Apache-2.0
#include "ui/deletesheet.h"

#include "model/copyoffer.h"
#include "model/plantext.h"
#include "oci/qtconversions.h"
#include "ui/headerbar.h"
#include "ui/placeholderdialog.h"
#include "ui/promise.h"

#include <QApplication>
#include <QBoxLayout>
#include <QCheckBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>

#include <algorithm>
#include <functional>

namespace quayside {

namespace {

constexpr int sheetWidth = 680;
constexpr int margin = 24;

/// Anything small that paints itself in a square.
class Mark : public QWidget
{
public:
    Mark(int size, std::function<void(QPainter &, const QRect &)> paint, QWidget *parent)
        : QWidget(parent)
        , m_paint(std::move(paint))
    {
        setFixedSize(size, size);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        m_paint(painter, rect());
    }

private:
    std::function<void(QPainter &, const QRect &)> m_paint;
};

TextLine *line(TextStyle style, Tone tone, const QString &text, QWidget *parent, bool shrinks = false)
{
    auto *result = new TextLine(style, tone, parent);
    result->setText(text);
    result->setShrinks(shrinks);
    return result;
}

} // namespace

DeleteSheet::DeleteSheet(DeletePlan plan, bool isLocal, int registryColour, QWidget *parent)
    : QDialog(parent)
    , m_plan(std::move(plan))
    , m_grid(new QGridLayout)
{
    setWindowTitle(tr("Delete"));
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true); // a window's own background is QPalette::Window
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(margin, 18, margin, 20);
    layout->setSpacing(14);
    buildTitle(layout, isLocal, registryColour);
    m_grid->setHorizontalSpacing(0);
    m_grid->setVerticalSpacing(0);
    const int unit = QFontMetrics(QApplication::font()).averageCharWidth();
    m_grid->setColumnMinimumWidth(0, std::max(112, unit * 16));
    m_grid->setColumnMinimumWidth(1, std::max(88, unit * 12));
    m_grid->setColumnStretch(2, 1);
    layout->addLayout(m_grid);
    buildGroups();
    buildPromises();
    buildConfirmation();
    layout->addStretch(1);
    buildButtons(layout);
    setMinimumWidth(sheetWidth);
    applyFocusRules();
}

DeleteSheet::~DeleteSheet() = default;

void DeleteSheet::buildTitle(QBoxLayout *layout, bool isLocal, int registryColour)
{
    const QString repository = toQString(m_plan.repository.toString());
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(line(TextStyle::Title, Tone::Normal, tr("Delete from %1").arg(repository), this, true), 1);
    row->addWidget(new Mark(
        10,
        [this, isLocal, registryColour](QPainter &painter, const QRect &rect) {
            paintRegistryMark(painter, rect, isLocal, registryColour, palette());
        },
        this));
    row->addWidget(line(TextStyle::Body, Tone::Muted, m_plan.registryName, this));
    if (m_plan.production)
        row->addWidget(line(TextStyle::SmallStrong, Tone::Caution, tr("Production"), this));
    layout->addLayout(row);
}

void DeleteSheet::addRow(const QString &name, QWidget *value)
{
    m_grid->setRowMinimumHeight(m_row, rowHeight(QFontMetrics(QApplication::font())));
    m_grid->addWidget(line(TextStyle::Body, Tone::Muted, name, this), m_row, 0);
    m_grid->addWidget(value, m_row++, 1, 1, 2);
}

void DeleteSheet::addLine()
{
    m_grid->setRowMinimumHeight(m_row, 17);
    m_grid->addWidget(new Hairline(this), m_row++, 0, 1, 3);
}

void DeleteSheet::addGroup(const QString &name, const QString &count, const QString &names,
                           const QString &note)
{
    m_grid->setRowMinimumHeight(m_row, rowHeight(QFontMetrics(QApplication::font())));
    m_grid->addWidget(line(TextStyle::Body, Tone::Muted, name, this), m_row, 0);
    m_grid->addWidget(line(TextStyle::Strong, Tone::Normal, count, this), m_row, 1);
    auto *what = new QWidget(this);
    auto *layout = new QHBoxLayout(what);
    layout->setContentsMargins(0, 0, 0, 0);
    // The note gives way first: the names are what is agreed to.
    layout->addWidget(line(TextStyle::Body, Tone::Normal, names, what, true));
    if (!note.isEmpty())
        layout->addWidget(line(TextStyle::Body, Tone::Muted, note, what, true));
    layout->addStretch(1);
    what->setToolTip(QStringLiteral("<qt>") + (names + u' ' + note).toHtmlEscaped() +
                     QStringLiteral("</qt>"));
    m_grid->addWidget(what, m_row++, 2);
    m_rows << (note.isEmpty() ? tr("%1: %2: %3").arg(name, count, names)
                              : tr("%1: %2: %3, %4").arg(name, count, names, note));
}

void DeleteSheet::buildGroups()
{
    const auto size = [](const auto &group) { return static_cast<int>(group.size()); };
    const auto names = [](const std::vector<DeletePlan::TagRemoval> &group) {
        std::vector<Tag> tags;
        for (const DeletePlan::TagRemoval &removal : group)
            tags.push_back(removal.tag);
        return tagNames(tags, QStringLiteral(" · "));
    };
    if (!m_plan.deletedImages.empty())
        addGroup(tr("Deleted"), imageCountText(size(m_plan.deletedImages)), deletedNames(m_plan), {});
    if (!m_plan.tagsRemoved.empty()) {
        addGroup(tr("Tag removed"), tagCountText(size(m_plan.tagsRemoved)), names(m_plan.tagsRemoved),
                 removalNote(m_plan.tagsRemoved));
    }
    if (!m_plan.tagsUncertain.empty()) {
        addGroup(tr("Tag removed"), tagCountText(size(m_plan.tagsUncertain)), names(m_plan.tagsUncertain),
                 tr("if this registry can remove one tag; else left alone"));
    }
    if (!m_plan.tagsByPlaceholder.empty()) {
        addGroup(tr("Tag removed"), tagCountText(size(m_plan.tagsByPlaceholder)),
                 names(m_plan.tagsByPlaceholder), placeholderNote());
    }
    bool shared = false;
    for (const DeletePlan::LeftAlone &left : m_plan.leftAlone) {
        shared = shared || left.reason == LeftAloneReason::SharedImage;
        addGroup(tr("Left alone"), tagCountText(1), left.what(), leftAloneNote(left));
    }
    if (shared)
        addHelp();
    if (m_plan.attachedUnknown) {
        addRow(tr("Left alone"), line(TextStyle::Body, Tone::Normal, attachedUnknownNote(), this, true));
        m_rows << tr("%1: %2").arg(tr("Left alone"), attachedUnknownNote());
    }
    if (m_plan.also.empty())
        return;
    m_also = new QCheckBox(alsoText(m_plan), this);
    m_also->setChecked(m_plan.includeAlso);
    addRow(tr("Also"), m_also);
    m_rows << tr("%1: %2").arg(tr("Also"), m_also->text());
}

void DeleteSheet::addHelp()
{
    m_help = button(tr("What can I do?"), ButtonKind::Link, this);
    connect(m_help, &QPushButton::clicked, this, &DeleteSheet::promptForShared);
    m_grid->addWidget(m_help, m_row - 1, 2, Qt::AlignRight | Qt::AlignVCenter);
}

void DeleteSheet::promptForShared()
{
    std::vector<Tag> tags;
    std::vector<Tag> siblings;
    std::vector<Digest> images;
    for (const DeletePlan::LeftAlone &left : m_plan.leftAlone) {
        if (left.reason != LeftAloneReason::SharedImage || !left.tag || !left.digest)
            continue;
        tags.push_back(*left.tag);
        if (std::find(images.begin(), images.end(), *left.digest) != images.end())
            continue;
        images.push_back(*left.digest);
        siblings.insert(siblings.end(), left.siblings.begin(), left.siblings.end());
    }
    auto *dialog = new PlaceholderDialog(tags, siblings, this);
    connect(dialog, &PlaceholderDialog::placeholderChosen, this, [this] {
        reject();
        Q_EMIT replaced(withPlaceholder(plan()));
    });
    connect(dialog, &PlaceholderDialog::wholeImagesChosen, this, [this, images] {
        reject();
        Q_EMIT wholeImagesWanted(images);
    });
    Q_EMIT prompted(dialog);
}

void DeleteSheet::buildPromises()
{
    addLine();
    const QString space = spaceSentence(m_plan);
    addRow(tr("Space"), line(TextStyle::Body, Tone::Normal, space, this, true));
    m_rows << tr("%1: %2").arg(tr("Space"), space);

    auto *value = new QWidget(this);
    auto *layout = new QHBoxLayout(value);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    m_promise = new Mark(
        16,
        [this](QPainter &painter, const QRect &rect) {
            const UndoPromise promise = plan().undo;
            drawSymbol(painter, rect, promiseSymbol(promise), 16,
                       toneColour(Colours(palette()), promiseTone(promise)));
        },
        value);
    layout->addWidget(m_promise);
    layout->addSpacing(4);
    m_undo = line(TextStyle::Strong, Tone::Normal, {}, value, true);
    m_undoReason = line(TextStyle::Body, Tone::Normal, {}, value, true);
    layout->addWidget(m_undo);
    layout->addWidget(m_undoReason);
    layout->addStretch(1);
    addRow(tr("Undo"), value);
    m_undoIndex = m_rows.size();
    m_rows.append(QString());
    m_copy = new QCheckBox(this);
    m_copy->hide();
    m_grid->addWidget(m_copy, m_row++, 1, 1, 2);
    showUndo();
}

/// The promise as it is with the choices that were made.
void DeleteSheet::showUndo()
{
    const QString undo = undoSentence(plan());
    const qsizetype stop = undo.indexOf(QStringLiteral(". "));
    m_undo->setText(stop < 0 ? undo : undo.left(stop + 1));
    m_undoReason->setText(stop < 0 ? QString() : undo.mid(stop + 2));
    m_undoReason->setVisible(stop >= 0);
    m_promise->update();
    m_rows[m_undoIndex] = tr("%1: %2").arg(tr("Undo"), undo);
}

void DeleteSheet::setCopyOffer(std::unique_ptr<CopyOffer> offer)
{
    if (!offer)
        return;
    m_offer = std::move(offer);
    m_copy->show();
    const auto chosen = [this] {
        if (m_copy->isChecked())
            m_offer->look();
        showCopy();
        showUndo();
        chooseDefault();
    };
    connect(m_copy, &QCheckBox::toggled, this, chosen);
    connect(m_offer.get(), &CopyOffer::changed, this, chosen);
    if (m_also)
        connect(m_also, &QCheckBox::toggled, this, chosen);
    showCopy();
}

void DeleteSheet::showCopy()
{
    const bool withAlso = plan().includeAlso;
    m_copy->setText(m_offer->text(withAlso));
    const bool fits = !m_offer->isTooLarge(withAlso);
    m_copy->setEnabled(fits);
    if (!fits)
        m_copy->setChecked(false);
}

void DeleteSheet::buildConfirmation()
{
    if (m_plan.friction != Friction::TypeName)
        return;
    addLine();
    const QString name = toQString(m_plan.repository.toString());
    auto *value = new QWidget(this);
    auto *layout = new QHBoxLayout(value);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    m_confirm = new QLineEdit(value);
    m_confirm->setFont(styledFont(QApplication::font(), TextStyle::Mono));
    m_confirm->setFixedWidth(200);
    m_confirm->setAccessibleName(tr("Type %1").arg(name));
    layout->addWidget(m_confirm);
    QString hint = tr("Type %1.").arg(name);
    if (m_plan.production)
        hint += u' ' + tr("This registry is marked production.");
    layout->addWidget(line(TextStyle::Small, Tone::Muted, hint, value, true), 1);
    addRow(tr("Confirm"), value);
}

void DeleteSheet::buildButtons(QBoxLayout *layout)
{
    auto *names = new QPlainTextEdit(allNames(), this);
    names->setReadOnly(true);
    names->setFont(styledFont(QApplication::font(), TextStyle::Mono));
    names->setFixedHeight(160);
    names->hide();
    layout->addWidget(names);

    QPushButton *all = button(tr("All names…"), ButtonKind::Plain, this);
    m_cancel = button(tr("Cancel"), ButtonKind::Plain, this);
    m_delete = button(deleteVerb(m_plan), ButtonKind::Danger, this);
    auto *row = new QHBoxLayout;
    row->addWidget(all);
    row->addStretch(1);
    row->addWidget(m_cancel);
    row->addWidget(m_delete);
    layout->addLayout(row);
    connect(all, &QPushButton::clicked, names, [names] { names->setVisible(!names->isVisible()); });
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_delete, &QPushButton::clicked, this, &QDialog::accept);
}

void DeleteSheet::applyFocusRules()
{
    m_delete->setEnabled(!m_plan.isEmpty());
    chooseDefault();
    if (!m_confirm) {
        (m_plan.defaultIsDelete ? m_delete : m_cancel)->setFocus(Qt::OtherFocusReason);
        return;
    }
    m_confirm->setFocus(Qt::OtherFocusReason);
    m_delete->setEnabled(false);
    m_delete->setToolTip(tr("The name is not typed yet"));
    connect(m_confirm, &QLineEdit::textChanged, this, [this](const QString &text) {
        const bool typed = text == toQString(m_plan.repository.toString());
        m_delete->setEnabled(typed && !m_plan.isEmpty());
        m_delete->setToolTip(typed ? QString() : tr("The name is not typed yet"));
    });
}

/// Enter does what is safe: it deletes only where undo is sure.
void DeleteSheet::chooseDefault()
{
    (plan().defaultIsDelete ? m_delete : m_cancel)->setDefault(true);
}

QString DeleteSheet::allNames() const
{
    QStringList lines;
    const auto digest = [](const Digest &value) { return toQString(value.toString()); };
    for (const DeletePlan::Image &image : m_plan.deletedImages)
        lines << tr("Deleted: %1  %2").arg(tagNames(image.tags, QStringLiteral(", ")), digest(image.digest));
    for (const auto *group : {&m_plan.tagsRemoved, &m_plan.tagsUncertain, &m_plan.tagsByPlaceholder}) {
        for (const DeletePlan::TagRemoval &removal : *group)
            lines << tr("Tag removed: %1  %2").arg(toQString(removal.tag.toString()), digest(removal.digest));
    }
    for (const DeletePlan::LeftAlone &left : m_plan.leftAlone)
        lines << tr("Left alone: %1").arg(left.what());
    for (const DeletePlan::Also &also : m_plan.also)
        lines << tr("Also: %1").arg(digest(also.digest));
    return lines.join(u'\n');
}

Confirmation DeleteSheet::confirmation() const
{
    return Confirmation{true, m_confirm ? m_confirm->text() : QString()};
}

DeletePlan DeleteSheet::plan() const
{
    DeletePlan plan = m_plan;
    if (m_also)
        plan.includeAlso = m_also->isChecked();
    if (m_copy && m_copy->isChecked()) {
        plan.keepCopy = true;
        plan.undo = UndoPromise::FullCopy;
        plan.copyBytes = m_offer->bytes(plan.includeAlso);
        plan.defaultIsDelete = plan.friction != Friction::TypeName;
    }
    return plan;
}

} // namespace quayside
