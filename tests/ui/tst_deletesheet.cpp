// SPDX-License-Identifier: Apache-2.0
#include "ui/deletesheet.h"
#include "ui/look/proxystyle.h"

#include <QApplication>
#include <QCheckBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <memory>
#include <optional>

using namespace quayside;

namespace {

Digest digestOf(char filler)
{
    return Digest::parse("sha256:" + std::string(64, filler)).value();
}

Tag tag(const char *text)
{
    return Tag::parse(text).value();
}

DeletePlan samplePlan()
{
    using Also = DeletePlan::Also;
    const std::vector<DeletePlan::Image> deleted{{digestOf('1'), {}, {tag("1.11.9")}},
                                                 {digestOf('2'), {}, {tag("1.11.8"), tag("1.11-old")}}};
    const std::vector<DeletePlan::TagRemoval> removed{
        {tag("1.12"), digestOf('3'), {tag("1.12.0"), tag("latest")}}};
    const std::vector<DeletePlan::TagRemoval> uncertain{{tag("1.8"), digestOf('4'), {tag("old")}}};
    const std::vector<DeletePlan::LeftAlone> left{
        {tag("1.9"), {tag("stable")}, LeftAloneReason::SharedImage, digestOf('7')}};
    const std::vector<Also> also{{digestOf('5'), {}, Also::What::PlatformImage, {}, digestOf('1')},
                                 {digestOf('6'), {}, Also::What::Signature, {}, digestOf('1')}};
    DeletePlan plan{QStringLiteral("r1"), QStringLiteral("harbor.example"),
                    RepositoryName::parse("team/api").value()};
    plan.deletedImages = deleted;
    plan.tagsRemoved = removed;
    plan.tagsUncertain = uncertain;
    plan.leftAlone = left;
    plan.also = also;
    plan.attachedUnknown = true;
    plan.undo = UndoPromise::UntilCollection;
    plan.space = SpaceEffect::AfterCollection;
    return plan;
}

} // namespace

class TestDeleteSheet : public QObject
{
    Q_OBJECT

private slots:
    void rowsSayWhatHappens();
    void enterIsSafe();
    void enterDeletesWhereUndoIsSure();
    void nameMustBeTyped();
    void alsoIsAChoice();
    void sharedTagsCanGoByAPlaceholder();
    void sharedTagsCanGoWithTheirImage();
};

void TestDeleteSheet::rowsSayWhatHappens()
{
    const DeleteSheet sheet(samplePlan(), false, 0, nullptr);
    const QStringList rows = sheet.rows();
    const auto has = [&rows](const char *row) { return rows.contains(QString::fromUtf8(row)); };
    QVERIFY(has("Deleted: 2 images: 1.11.9 · 1.11.8 + 1.11-old"));
    QVERIFY(has("Tag removed: 1 tag: 1.12, its image stays: 1.12.0, latest"));
    QVERIFY(has("Tag removed: 1 tag: 1.8, if this registry can remove one tag; else left alone"));
    QVERIFY(has("Left alone: 1 tag: 1.9, shares its image with stable"));
    QVERIFY(has("Left alone: what is attached to them and could not be listed"));
    QVERIFY(has("Also: 1 platform image, 1 signature that nothing else uses"));
    QVERIFY(rows.filter(QStringLiteral("Undo: ")).size() == 1);
    QVERIFY(rows.filter(QStringLiteral("Space: ")).size() == 1);
}

void TestDeleteSheet::enterIsSafe()
{
    DeleteSheet sheet(samplePlan(), false, 0, nullptr);
    sheet.show();
    QVERIFY(sheet.cancelButton()->isDefault());
    QTest::keyClick(&sheet, Qt::Key_Return);
    QCOMPARE(sheet.result(), int(QDialog::Rejected));
    QVERIFY(!sheet.isVisible());
}

void TestDeleteSheet::enterDeletesWhereUndoIsSure()
{
    DeletePlan plan = samplePlan();
    plan.defaultIsDelete = true;
    DeleteSheet sheet(plan, false, 0, nullptr);
    sheet.show();
    QTest::keyClick(&sheet, Qt::Key_Return);
    QCOMPARE(sheet.result(), int(QDialog::Accepted));
}

void TestDeleteSheet::nameMustBeTyped()
{
    DeletePlan plan = samplePlan();
    plan.friction = Friction::TypeName;
    DeleteSheet sheet(plan, false, 0, nullptr);
    QVERIFY(sheet.confirmField());
    QVERIFY(!sheet.deleteButton()->isEnabled());
    sheet.confirmField()->setText(QStringLiteral("team/ap"));
    QVERIFY(!sheet.deleteButton()->isEnabled());
    sheet.confirmField()->setText(QStringLiteral("team/api"));
    QVERIFY(sheet.deleteButton()->isEnabled());
}

void TestDeleteSheet::alsoIsAChoice()
{
    DeleteSheet sheet(samplePlan(), false, 0, nullptr);
    QVERIFY(sheet.plan().includeAlso);
    sheet.findChild<QCheckBox *>()->setChecked(false);
    QVERIFY(!sheet.plan().includeAlso);
}

/// The dialog that the sheet wants to be shown.
std::unique_ptr<QDialog> helpOf(DeleteSheet &sheet)
{
    QDialog *shown = nullptr;
    QObject::connect(&sheet, &DeleteSheet::prompted, &sheet, [&shown](QDialog *dialog) { shown = dialog; });
    sheet.helpButton()->click();
    return std::unique_ptr<QDialog>(shown);
}

void TestDeleteSheet::sharedTagsCanGoByAPlaceholder()
{
    DeleteSheet sheet(samplePlan(), false, 0, nullptr);
    QSignalSpy closed(&sheet, &QDialog::rejected);
    std::optional<DeletePlan> replaced;
    connect(&sheet, &DeleteSheet::replaced, &sheet, [&](const DeletePlan &plan) { replaced = plan; });
    const auto leaving = helpOf(sheet);
    QVERIFY(leaving);
    leaving->findChild<QPushButton *>(QStringLiteral("leave"))->click();
    QVERIFY(!replaced && closed.isEmpty());

    const auto dialog = helpOf(sheet);
    dialog->findChild<QPushButton *>(QStringLiteral("placeholder"))->click();
    QVERIFY(replaced.has_value());
    QCOMPARE(closed.size(), 1);
    QVERIFY(replaced->leftAlone.empty());
    QCOMPARE(replaced->tagsByPlaceholder.size(), 1U);
    const DeleteSheet next(*replaced, false, 0, nullptr);
    QVERIFY2(
        next.rows().contains(QStringLiteral("Tag removed: 1 tag: 1.9, by a placeholder, if this registry "
                                            "cannot remove one tag")),
        qPrintable(next.rows().join(u'\n')));
    QVERIFY(!next.helpButton());
}

void TestDeleteSheet::sharedTagsCanGoWithTheirImage()
{
    DeleteSheet sheet(samplePlan(), false, 0, nullptr);
    std::vector<Digest> wanted;
    connect(&sheet, &DeleteSheet::wholeImagesWanted, &sheet,
            [&](const std::vector<Digest> &images) { wanted = images; });
    const auto dialog = helpOf(sheet);
    dialog->findChild<QPushButton *>(QStringLiteral("whole"))->click();
    QVERIFY(wanted == std::vector<Digest>{digestOf('7')});
}

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    applyLook(app, ColourScheme::Light);
    TestDeleteSheet test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_deletesheet.moc"
