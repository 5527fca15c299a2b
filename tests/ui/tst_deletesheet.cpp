// SPDX-License-Identifier: Apache-2.0
#include "ui/deletesheet.h"
#include "ui/look/proxystyle.h"

#include <QApplication>
#include <QCheckBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

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
        {tag("1.9"), {tag("stable")}, LeftAloneReason::SharedImage, {}}};
    const std::vector<Also> also{{digestOf('5'), {}, Also::What::PlatformImage, {}, digestOf('1')},
                                 {digestOf('6'), {}, Also::What::Signature, {}, digestOf('1')}};
    DeletePlan plan{QStringLiteral("r1"), QStringLiteral("harbor.example"),
                    RepositoryName::parse("team/api").value()};
    plan.deletedImages = deleted;
    plan.tagsRemoved = removed;
    plan.tagsUncertain = uncertain;
    plan.leftAlone = left;
    plan.also = also;
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

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    applyLook(app, ColourScheme::Light);
    TestDeleteSheet test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_deletesheet.moc"
