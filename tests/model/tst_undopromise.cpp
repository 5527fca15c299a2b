// SPDX-License-Identifier: Apache-2.0
// What a delete promises about its undo is what the registry's tokens grant: docker-registry with a token
// server.
#include "tests/model/operationdesk.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/tokenserver.h"

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");

} // namespace

class TestUndoPromise : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (!DockerRegistry::isInstalled())
            QSKIP("docker-registry is not installed");
    }

    void isWhatTheTokensGrant_data()
    {
        QTest::addColumn<QByteArrayList>("actions");
        QTest::addColumn<UndoPromise>("promise");
        QTest::newRow("may push") << QByteArrayList{"pull", "push", "delete"} << UndoPromise::UntilCollection;
        QTest::newRow("may not") << QByteArrayList{"pull", "delete"} << UndoPromise::NotWithLogin;
    }
    void isWhatTheTokensGrant()
    {
        QFETCH(QByteArrayList, actions);
        QFETCH(UndoPromise, promise);
        TokenServer tokens;
        QVERIFY(tokens.start());
        tokens.allowAnonymous({"pull", "push", "delete", "*"});
        DockerRegistry registry;
        DockerRegistry::Options options;
        options.tokens = &tokens;
        QVERIFY2(registry.start(options), registry.log().constData());
        OperationDesk desk;
        QVERIFY(desk.open(registry.url()));
        QVERIFY(await(push(desk.client(), repository, TestImage::make("one"), {tagName("1.0")})).has_value());

        tokens.allowAnonymous(actions + QByteArrayList{"*"});
        desk.client()->logInAgain();
        const auto plan = desk.plan(choose(repository, {tagName("1.0")}));
        QVERIFY(plan.has_value());
        QCOMPARE(plan->undo, promise);
        QCOMPARE(desk.remove(*plan).count(Outcome::Done), 1); // the promise stops nobody
    }
};

QTEST_GUILESS_MAIN(TestUndoPromise)
#include "tst_undopromise.moc"
