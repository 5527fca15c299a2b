// SPDX-License-Identifier: Apache-2.0
// Undo, undo files and the repair of placeholders on a registry that lies: an error says so, nothing counts
// as put back that is not, and it can be tried again.
#include "model/placeholder.h"
#include "model/repairplaceholders.h"
#include "model/undofile.h"
#include "oci/hasher.h"
#include "oci/qtconversions.h"
#include "tests/model/operationdesk.h"
#include "tests/support/fakeregistry.h"
#include "tests/support/testindex.h"

#include <QTest>

#include <map>

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");
const QByteArray base = "/v2/team/api/";

QByteArray nameOf(const Digest &digest)
{
    return toQByteArray(digest.toString());
}

FakeAnswer stating(int status, const Digest &digest)
{
    return answer(status, {}, {{"Docker-Content-Digest", nameOf(digest)}});
}

/// An answer of 64 MiB.
FakeAnswer endless(int status)
{
    FakeAnswer much = answer(status, QByteArray(1 << 20, ' '));
    much.times = 64;
    return much;
}

using Lie = std::function<void(FakeRegistry &)>;

Lie webPageAt(const QByteArray &path)
{
    return [path](FakeRegistry &server) {
        for (const char *method : {"HEAD", "GET"})
            server.on(method, path, answer(200, "<html>", {{"Content-Type", "text/html"}}));
    };
}

} // namespace

Q_DECLARE_METATYPE(Lie)

class TestHostileUndo : public QObject
{
    Q_OBJECT

    const TestImage m_image = TestImage::make("one");
    const TestImage m_other = TestImage::make("other");
    std::map<QByteArray, QByteArray> m_stored; // manifests by tag and digest
    std::unique_ptr<FakeRegistry> m_server;
    std::unique_ptr<OperationDesk> m_desk;

    FakeAnswer stored(const QByteArray &name) const
    {
        const auto found = m_stored.find(name);
        if (found == m_stored.end())
            return answer(404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}");
        return answer(200, found->second,
                      {{"Content-Type", toQByteArray(m_image.mediaType.toString())},
                       {"Docker-Content-Digest", nameOf(Hasher::hash(toStringView(found->second)))}});
    }

    /// As a registry does that means well.
    void serveHonestly(const QByteArray &name)
    {
        const QByteArray path = base + "manifests/" + name;
        for (const char *method : {"HEAD", "GET"})
            m_server->on(method, path, [this, name](const FakeRequest &) { return stored(name); });
        m_server->on("PUT", path, [this, name](const FakeRequest &request) {
            m_stored[name] = request.body;
            m_stored[nameOf(Hasher::hash(toStringView(request.body)))] = request.body;
            return answer(201);
        });
        m_server->on("DELETE", path, [this, name](const FakeRequest &) {
            const QByteArray bytes = m_stored[name];
            std::erase_if(m_stored, [&bytes](const auto &entry) { return entry.second == bytes; });
            return answer(202);
        });
    }

    void serveHonestly()
    {
        m_server->on("GET", "/v2/", answer(200));
        m_server->on("GET", base + "tags/list", [this](const FakeRequest &) {
            return answer(200, m_stored.contains("1.0") ? "{\"tags\":[\"1.0\"]}" : "{\"tags\":[]}");
        });
        for (const QByteArray &name : {QByteArray("1.0"), nameOf(m_image.digest), nameOf(m_other.digest)})
            serveHonestly(name);
        for (const Digest &blob : {m_image.layerDigest, m_image.configDigest, m_other.layerDigest})
            m_server->on("GET", base + "blobs/" + nameOf(blob), answer(206, "x"));
        m_server->on("POST", base + "blobs/uploads/", answer(404));
    }

    QByteArray bytesOf(const QByteArray &name) const
    {
        const auto found = m_stored.find(name);
        return found == m_stored.end() ? QByteArray() : found->second;
    }

    void addLies()
    {
        QTest::addColumn<Lie>("lie");
        QTest::addColumn<int>("kind"); // of the error
    }

    bool isUndoable() const
    {
        return m_desk->history().undoable(m_desk->session()->id(), QStringLiteral("team/api")).has_value();
    }

    bool hasPlaceholders() const
    {
        return !await(m_desk->journal().registriesWithPlaceholders()).value().empty();
    }

    void writeJournal(const QString &id, const Placeholder &placeholder)
    {
        UndoJournal journal(m_desk->journalDirectory()); // of the program that was killed
        JournalOperation operation;
        operation.id = id;
        operation.registryId = m_desk->session()->id();
        operation.registry = m_desk->session()->displayAddress();
        operation.repository = QStringLiteral("team/api");
        operation.started = QDateTime::currentDateTimeUtc();
        operation.total = 1;
        JournalItem item{JournalItem::Role::Tag, m_image.digest, m_image.mediaType, m_image.manifest};
        item.tags = {tagName("1.0")};
        QVERIFY(await(journal.begin(operation, std::vector(1, item))).has_value());
        QVERIFY(await(journal.notePlaceholder(id, std::vector(1, 0), placeholder.digest)).has_value());
    }

    OperationDesk::Ended repair()
    {
        auto *repairing = new RepairPlaceholders(m_desk->session(), &m_desk->journal(), m_desk->session());
        repairing->start();
        return m_desk->finish(repairing);
    }

private slots:
    void init()
    {
        m_stored = {{"1.0", m_image.manifest}, {nameOf(m_image.digest), m_image.manifest}};
        m_server = std::make_unique<FakeRegistry>();
        serveHonestly();
        m_desk = std::make_unique<OperationDesk>();
        QVERIFY(m_desk->open(m_server->url()));
    }

    void cleanup()
    {
        m_desk.reset();
        m_server.reset();
    }

    void restores_data()
    {
        addLies();
        const QByteArray image = base + "manifests/" + nameOf(m_image.digest);
        const QByteArray tag = base + "manifests/1.0";
        const QByteArray layer = base + "blobs/" + nameOf(m_image.layerDigest);
        const auto row = [](const char *name, ErrorKind kind, const Lie &lie) {
            QTest::newRow(name) << lie << int(kind);
        };
        const auto says = [&row](const char *name, ErrorKind kind, const char *method, const QByteArray &path,
                                 const FakeAnswer &lie) {
            row(name, kind, [=](FakeRegistry &server) { server.on(method, path, lie); });
        };
        const Digest other = m_other.digest;
        says("a layer is forbidden", ErrorKind::Forbidden, "GET", layer, answer(403));
        says("a layer is empty", ErrorKind::NotFound, "GET", layer, answer(200));
        says("a layer is an empty part", ErrorKind::NotFound, "GET", layer, answer(206));
        says("the image is something else", ErrorKind::DigestMismatch, "HEAD", image, stating(200, other));
        row("the image is a web page", ErrorKind::NotARegistry, webPageAt(image));
        says("another digest is confirmed", ErrorKind::DigestMismatch, "PUT", image, stating(201, other));
        says("stored without storing", ErrorKind::NotFound, "PUT", image, answer(201));
        says("an answer without end", ErrorKind::TooLarge, "PUT", image, endless(201));
        says("an error without end", ErrorKind::InvalidInput, "PUT", image, endless(400));
        says("another server", ErrorKind::BadAnswer, "PUT", image,
             answer(307, {}, {{"Location", "http://localhost:9/"}}));
        says("a tag stored without storing", ErrorKind::NotFound, "PUT", tag, answer(201));
        says("another digest under the tag", ErrorKind::DigestMismatch, "PUT", tag, stating(201, other));
        row("the tag is a web page", ErrorKind::NotARegistry, webPageAt(tag));
        row("uploaded without storing", ErrorKind::NotFound, [=](FakeRegistry &server) {
            server.on("PUT", image, answer(404));
            server.on("POST", base + "blobs/uploads/", answer(202, {}, {{"Location", "/upload"}}));
            server.on("PUT", "/upload", answer(201));
        });
        row("an upload elsewhere", ErrorKind::BadAnswer, [=](FakeRegistry &server) {
            server.on("PUT", image, answer(404));
            server.on("POST", base + "blobs/uploads/",
                      answer(202, {}, {{"Location", "http://localhost:9/upload"}}));
        });
    }

    void restores()
    {
        QFETCH(Lie, lie);
        QFETCH(int, kind);
        const auto plan = m_desk->plan(choose(repository, {tagName("1.0")}));
        QVERIFY(plan.has_value());
        QCOMPARE(m_desk->remove(*plan).count(Outcome::Done), 1);
        QVERIFY(m_stored.empty());
        lie(*m_server);
        const auto restored = m_desk->undo(repository);
        QVERIFY2(restored.count(Outcome::Failed) == 1, qPrintable(restored.told()));
        QVERIFY2(int(restored.items.front().error->kind) == kind, qPrintable(restored.told()));
        QVERIFY(isUndoable());
        serveHonestly();
        QCOMPARE(m_desk->undo(repository).count(Outcome::Done), 1);
        QCOMPARE(bytesOf("1.0"), m_image.manifest);
        QTRY_VERIFY(!isUndoable());
    }

    /// The tag is another's by then, whoever has set it: told, and not taken back.
    void aTagThatNamesSomethingElseAfterwards()
    {
        const auto plan = m_desk->plan(choose(repository, {tagName("1.0")}));
        QVERIFY(plan.has_value());
        QCOMPARE(m_desk->remove(*plan).count(Outcome::Done), 1);
        m_server->on("PUT", base + "manifests/1.0", [this](const FakeRequest &) {
            m_stored["1.0"] = m_other.manifest;
            return answer(201);
        });
        const auto restored = m_desk->undo(repository);
        QCOMPARE(restored.count(Outcome::Done), 1);
        QVERIFY(restored.tagsLeft == std::vector<Tag>(1, tagName("1.0")));
        QCOMPARE(bytesOf(nameOf(m_image.digest)), m_image.manifest);
    }

    /// Two images, each under the tag that a tool gives to what is attached to the other one.
    void anUndoFileThatGoesInCircles()
    {
        const auto tagFor = [](const TestImage &image) {
            return tagName(("sha256-" + image.digest.hex() + ".sig").c_str());
        };
        UndoRecord record;
        record.operation.id = QStringLiteral("circle");
        record.operation.registry = m_desk->session()->displayAddress();
        record.operation.repository = QStringLiteral("team/api");
        for (const auto &[image, subject] : {std::pair(m_image, m_other), std::pair(m_other, m_image)}) {
            JournalItem item{JournalItem::Role::Also, image.digest, image.mediaType, image.manifest};
            item.tags = {tagFor(subject), tagFor(image)}; // of its own, too
            item.outcome = Outcome::Done;
            record.items.push_back(item);
            for (const Tag &tag : item.tags)
                serveHonestly(toQByteArray(tag.toString()));
        }
        m_server->on("GET", base + "blobs/" + nameOf(m_other.configDigest), answer(206, "x"));
        m_stored.clear();
        const auto read = readUndoFile(undoFileBytes(record));
        QVERIFY(read.has_value());
        const auto restored = m_desk->finish(m_desk->history().restoreFile(m_desk->session(), *read));
        QVERIFY2(restored.count(Outcome::Done) == 2, qPrintable(restored.told()));
        QCOMPARE(bytesOf(nameOf(m_other.digest)), m_other.manifest);
    }

    void repairs_data()
    {
        addLies();
        const QByteArray tag = base + "manifests/1.0";
        const auto says = [tag](const char *name, ErrorKind kind, const char *method, const FakeAnswer &lie) {
            const Lie told = [=](FakeRegistry &server) { server.on(method, tag, lie); };
            QTest::newRow(name) << told << int(kind);
        };
        QTest::newRow("is a web page") << webPageAt(tag) << int(ErrorKind::NotARegistry);
        says("may not be looked at", ErrorKind::Forbidden, "HEAD", answer(403));
        says("another digest is confirmed", ErrorKind::DigestMismatch, "PUT", stating(201, m_other.digest));
        says("stored without storing", ErrorKind::Cancelled, "PUT", answer(201));
        says("may not be written", ErrorKind::Forbidden, "PUT", answer(403));
        says("an answer without end", ErrorKind::TooLarge, "PUT", endless(201));
        says("another server", ErrorKind::BadAnswer, "PUT",
             answer(307, {}, {{"Location", "http://localhost:9/"}}));
    }

    /// A program was killed while its placeholder stood on the tag.
    void repairs()
    {
        QFETCH(Lie, lie);
        QFETCH(int, kind);
        const QString operation = QStringLiteral("op1");
        const Placeholder placeholder = Placeholder::of(operation);
        writeJournal(operation, placeholder);
        m_stored["1.0"] = placeholder.bytes;
        m_stored[nameOf(placeholder.digest)] = placeholder.bytes;
        serveHonestly(nameOf(placeholder.digest));
        QVERIFY(hasPlaceholders());

        lie(*m_server);
        m_server->forgetRequests();
        const auto failed = repair();
        QCOMPARE(failed.count(Outcome::Failed), 1);
        QVERIFY2(int(failed.items.front().error->kind) == kind, qPrintable(failed.told()));
        QVERIFY(hasPlaceholders());
        QCOMPARE(m_server->count("DELETE"), 0); // something may name the placeholder

        serveHonestly();
        QCOMPARE(repair().count(Outcome::Done), 1);
        QCOMPARE(bytesOf("1.0"), m_image.manifest);
        QVERIFY(!hasPlaceholders());
    }
};

QTEST_GUILESS_MAIN(TestHostileUndo)
#include "tst_hostileundo.moc"
