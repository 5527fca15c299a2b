// SPDX-License-Identifier: Apache-2.0
// One tag removed by a placeholder where a registry deletes images alone: on a stock docker-registry.
#include "model/placeholder.h"
#include "oci/qtconversions.h"
#include "tests/model/operationdesk.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/faultproxy.h"

using namespace quayside;
using namespace quayside::test;

namespace {

const RepositoryName repository = repositoryName("team/api");
const QByteArray manifests = "/v2/team/api/manifests/";
const std::vector<Tag> chosen{tagName("1.0"), tagName("1.1")};

} // namespace

class TestPlaceholder : public QObject
{
    Q_OBJECT

    const TestImage m_image = TestImage::make("one");
    std::unique_ptr<DockerRegistry> m_registry;
    std::unique_ptr<FaultProxy> m_proxy;
    std::unique_ptr<OperationDesk> m_desk;
    QList<QByteArray> m_requests; // "PUT /v2/…", since the plan was made

    /// A registry with one image of three tags, behind the proxy.
    void start(bool deletes)
    {
        DockerRegistry::Options options;
        options.deletes = deletes;
        QVERIFY(m_registry->start(options));
        m_proxy = std::make_unique<FaultProxy>(quint16(m_registry->url().port()));
        QVERIFY(m_desk->open(m_proxy->url()));
        QVERIFY(await(push(m_desk->client(), repository, m_image,
                           {tagName("1.0"), tagName("1.1"), tagName("latest")}))
                    .has_value());
        m_requests.clear();
        letPass([](const QByteArray &) { return FaultProxy::Passage::Pass; });
    }

    /// Decides over requests that change something.
    void letPass(std::function<FaultProxy::Passage(const QByteArray &line)> passes)
    {
        m_proxy->setGate([this, passes](const QByteArray &line, bool answered) {
            if (answered || line.startsWith("GET ") || line.startsWith("HEAD "))
                return FaultProxy::Passage::Pass;
            m_requests.append(line.chopped(qsizetype(sizeof " HTTP/1.1") - 1));
            return passes(line);
        });
    }

    int count(const QByteArray &request) const { return int(m_requests.count(request)); }

    QByteArray bytesOf(const TagOrDigest &name)
    {
        const auto raw = await(m_desk->client()->getManifestBytes(repository, name));
        return raw ? raw->bytes : QByteArray();
    }

    std::optional<DeletePlan> plan(bool usePlaceholder)
    {
        DeleteRequest request = choose(repository, chosen);
        request.usePlaceholder = usePlaceholder;
        return m_desk->plan(request);
    }

    /// Deletes of a digest that exists.
    QList<QByteArray> deletedDigests() const
    {
        QList<QByteArray> deletes;
        for (const QByteArray &request : m_requests) {
            if (request.startsWith("DELETE " + manifests + "sha256:") &&
                !request.endsWith(QByteArray(64, '0')))
                deletes.append(request);
        }
        return deletes;
    }

private slots:
    void initTestCase()
    {
        if (!DockerRegistry::isInstalled())
            QSKIP("docker-registry is not installed");
    }

    void init()
    {
        m_requests.clear();
        m_registry = std::make_unique<DockerRegistry>();
        m_desk = std::make_unique<OperationDesk>();
    }

    void cleanup()
    {
        m_desk.reset();
        m_proxy.reset();
        m_registry.reset();
    }

    void removesTheChosenTagsAlone()
    {
        start(true);
        const auto made = plan(true);
        QVERIFY(made.has_value());
        QCOMPARE(made->tagsByPlaceholder.size(), 2U);
        QVERIFY(m_requests.isEmpty()); // looking changes nothing
        const auto ended = m_desk->remove(*made);
        QVERIFY2(ended.count(Outcome::Done) == 2, qPrintable(ended.told()));
        for (const Tag &tag : chosen)
            QVERIFY(bytesOf(tag).isEmpty());
        QCOMPARE(bytesOf(tagName("latest")), m_image.manifest);
        QCOMPARE(count("PUT " + manifests + "latest"), 0);
        QCOMPARE(deletedDigests().size(), 1); // one placeholder for both
        QVERIFY(await(m_desk->journal().registriesWithPlaceholders()).value().empty());

        const auto undone = m_desk->undo(repository);
        QVERIFY2(undone.count(Outcome::Done) == 2, qPrintable(undone.told()));
        for (const Tag &tag : chosen)
            QCOMPARE(bytesOf(tag), m_image.manifest);
    }

    void isNeverTheDefault()
    {
        start(true);
        const auto made = plan(false);
        QVERIFY(made.has_value());
        QVERIFY(made->tagsByPlaceholder.empty());
        QCOMPARE(m_desk->remove(*made).count(Outcome::LeftAlone), 2);
        // Now the registry is known to remove no single tag; the sheet can ask the person.
        const auto again = plan(false);
        QVERIFY(again && again->isEmpty());
        QCOMPARE(withPlaceholder(*again).tagsByPlaceholder.size(), 2U);
        QVERIFY(std::none_of(m_requests.begin(), m_requests.end(),
                             [](const QByteArray &request) { return request.startsWith("PUT "); }));
    }

    void putsNothingWhereDeletesAreOff()
    {
        start(false);
        const auto made = plan(true);
        QVERIFY(made.has_value());
        const auto ended = m_desk->remove(*made);
        QVERIFY(ended.error.has_value());
        QCOMPARE(ended.error->kind, ErrorKind::DeletesDisabled);
        QVERIFY(std::none_of(m_requests.begin(), m_requests.end(),
                             [](const QByteArray &request) { return request.startsWith("PUT "); }));
        QCOMPARE(bytesOf(chosen.front()), m_image.manifest);
    }

    /// The registry is not there for the delete of the placeholder.
    void aDeleteThatFailsPutsTheBytesBackAtOnce()
    {
        start(true);
        const auto made = plan(true);
        QVERIFY(made.has_value());
        letPass([this](const QByteArray &line) {
            const bool isIts = line.startsWith("DELETE ") && !deletedDigests().isEmpty();
            return isIts ? FaultProxy::Passage::Cut : FaultProxy::Passage::Pass;
        });
        const auto ended = m_desk->remove(*made);
        QVERIFY2(ended.count(Outcome::Failed) == 2, qPrintable(ended.told()));
        QVERIFY(!deletedDigests().isEmpty());
        for (const Tag &tag : chosen) {
            QCOMPARE(count("PUT " + manifests + toQByteArray(tag.toString())), 2);
            QCOMPARE(bytesOf(tag), m_image.manifest);
        }
        QVERIFY(await(m_desk->journal().registriesWithPlaceholders()).value().empty());
        QVERIFY(await(m_desk->journal().deleted(m_desk->session()->id())).value().empty());
    }

    /// One tag cannot be written: the other one goes, that one stays as it was.
    void aTagThatCannotBeWrittenStays()
    {
        start(true);
        const auto made = plan(true);
        QVERIFY(made.has_value());
        letPass([](const QByteArray &line) {
            return line.startsWith("PUT " + manifests + "1.1 ") ? FaultProxy::Passage::Cut
                                                                : FaultProxy::Passage::Pass;
        });
        const auto ended = m_desk->remove(*made);
        QVERIFY2(ended.count(Outcome::Done) == 1 && ended.count(Outcome::Failed) == 1,
                 qPrintable(ended.told()));
        QVERIFY(bytesOf(tagName("1.0")).isEmpty());
        QCOMPARE(bytesOf(tagName("1.1")), m_image.manifest);
    }

    void isAnotherOneForEachOperation()
    {
        const auto one = Placeholder::of(QStringLiteral("one"));
        QVERIFY(one.digest != Placeholder::of(QStringLiteral("two")).digest);
        const auto index = Manifest::parse(one.bytes.toStdString(), one.mediaType, JsonRules::Strict);
        QVERIFY(index.has_value());
        QVERIFY(index->manifests().empty());
        QCOMPARE(index->annotations().at("quayside.operation"), std::string("one"));
    }
};

QTEST_GUILESS_MAIN(TestPlaceholder)
#include "tst_placeholder.moc"
