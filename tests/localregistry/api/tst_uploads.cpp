// SPDX-License-Identifier: Apache-2.0
#include "apifixture.h"

#include "localregistry/api/uploadreceiver.h"

#include <QTest>

using namespace quayside;

class TestUploads : public QObject
{
    Q_OBJECT

private slots:
    void uploadsInOneRequest();
    void uploadsInChunks();
    void uploadsAChunkedBody();
    void takesTheLastChunkWithTheDigest();
    void checksContentRange_data();
    void checksContentRange();
    void refusesASecondWriter();
    void endsTheSessionOnAMismatch();
    void refusesBadDigests();
    void cancels();
    void mounts();
    void uploadsNothing();
    void choosesTheAlgorithm();
    void answersAWriterThatWasCutOff();
    void limitsOpenSessions();
};

void TestUploads::uploadsInOneRequest()
{
    ApiFixture api;
    const std::string digest = digestOf("hello");
    const HttpResponse response = api.ask("POST", "/v2/team/api/blobs/uploads?digest=" + digest, "hello");
    QCOMPARE(response.status(), 201);
    QCOMPARE(std::string(response.header("Location")), "/v2/team/api/blobs/" + digest);
    QCOMPARE(std::string(response.header("Docker-Content-Digest")), digest);
    QCOMPARE(api.ask("HEAD", "/v2/team/api/blobs/" + digest).status(), 200);
    const HttpResponse wrong = api.ask("POST", "/v2/team/api/blobs/uploads/?digest=" + digest, "other");
    QCOMPARE(wrong.status(), 400);
    QCOMPARE(errorCode(wrong), std::string("DIGEST_INVALID"));
}

void TestUploads::uploadsInChunks()
{
    ApiFixture api;
    const HttpResponse start = api.ask("POST", "/v2/a/blobs/uploads/");
    QCOMPARE(start.status(), 202);
    QCOMPARE(start.header("Range"), std::string_view("0-0"));
    const std::string session(start.header("Location"));
    QCOMPARE(session, "/v2/a/blobs/uploads/" + std::string(start.header("Docker-Upload-UUID")));
    QCOMPARE(api.ask("GET", session).header("Range"), std::string_view("0--1"));

    const HttpResponse first = api.ask("PATCH", session, "hello", {{"Content-Range", "0-4"}});
    QCOMPARE(first.status(), 202);
    QCOMPARE(first.header("Range"), std::string_view("0-4"));
    QCOMPARE(std::string(first.header("Location")), session);
    const HttpResponse second = api.ask("PATCH", session, " world", {{"Content-Range", "5-10"}});
    QCOMPARE(second.header("Range"), std::string_view("0-10"));
    const HttpResponse status = api.ask("GET", session);
    QCOMPARE(status.status(), 204);
    QCOMPARE(status.header("Range"), std::string_view("0-10"));

    const std::string digest = digestOf("hello world");
    const HttpResponse done = api.ask("PUT", session + "?digest=" + digest);
    QCOMPARE(done.status(), 201);
    QCOMPARE(std::string(done.header("Location")), "/v2/a/blobs/" + digest);
    QCOMPARE(api.ask("GET", session).status(), 404);
}

void TestUploads::uploadsAChunkedBody()
{
    ApiFixture api;
    const std::string session = api.startUpload("a");
    HttpRequest request("PATCH", session);
    request.addHeader("Host", "localhost");
    request.chunked = true;
    QCOMPARE(api.ask(request, "hello").header("Range"), std::string_view("0-4"));
    QCOMPARE(api.ask("PATCH", session).header("Range"), std::string_view("0-4")); // nothing more
    QCOMPARE(api.ask("PUT", session + "?digest=" + digestOf("hello")).status(), 201);
}

void TestUploads::takesTheLastChunkWithTheDigest()
{
    ApiFixture api;
    const std::string session = api.startUpload("a");
    api.ask("PATCH", session, "hello");
    const HttpResponse wrong =
        api.ask("PUT", session + "?digest=" + digestOf("hello world"), " world", {{"Content-Range", "4-9"}});
    QCOMPARE(wrong.status(), 416);
    const HttpResponse done = api.ask("PUT", session + "?state=x&digest=" + digestOf("hello world"), " world",
                                      {{"Content-Range", "5-10"}});
    QCOMPARE(done.status(), 201);
}

void TestUploads::checksContentRange_data()
{
    QTest::addColumn<std::string>("range");
    QTest::addColumn<int>("status");
    QTest::addColumn<std::string>("code");
    const auto row = [](const char *range, int status, const char *code) {
        QTest::newRow(range) << std::string(range) << status << std::string(code);
    };
    row("0-4", 416, "BLOB_UPLOAD_INVALID");
    row("2-6", 416, "BLOB_UPLOAD_INVALID");
    row("4-8", 416, "BLOB_UPLOAD_INVALID");
    row("3-6", 400, "SIZE_INVALID");
    row("3-8", 400, "SIZE_INVALID");
    for (const char *bad : {"3", "-", "3-", "-7", "a-b", "7-3", "3-7x", "+3-7", "3 -7", "3--7"})
        row(bad, 400, "BLOB_UPLOAD_INVALID");
}

void TestUploads::checksContentRange()
{
    QFETCH(std::string, range);
    QFETCH(int, status);
    QFETCH(std::string, code);
    ApiFixture api;
    const std::string session = api.startUpload("a");
    const HttpResponse early = api.ask("PATCH", session, "hello", {{"Content-Range", "1-5"}});
    QCOMPARE(early.status(), 416);
    QCOMPARE(early.header("Range"), std::string_view("0--1"));
    QVERIFY(!early.header("Location").empty());
    api.ask("PATCH", session, "abc");
    const HttpResponse response = api.ask("PATCH", session, "hello", {{"Content-Range", range}});
    QCOMPARE(response.status(), status);
    QCOMPARE(errorCode(response), code);
    if (status == 416)
        QCOMPARE(response.header("Range"), std::string_view("0-2"));
    QCOMPARE(api.ask("GET", session).header("Range"), std::string_view("0-2"));
}

void TestUploads::refusesASecondWriter()
{
    ApiFixture api;
    const std::string session = api.startUpload("a");
    const std::string id = session.substr(session.rfind('/') + 1);
    const auto writer = api.store().openUpload(*RepositoryName::parse("a"), id);
    QVERIFY(writer);
    const HttpResponse response = api.ask("PATCH", session, "hello");
    QCOMPARE(response.status(), 416);
    QCOMPARE(response.header("Range"), std::string_view("0--1"));
}

void TestUploads::endsTheSessionOnAMismatch()
{
    ApiFixture api;
    const std::string session = api.startUpload("a");
    api.ask("PATCH", session, "hello");
    const HttpResponse response = api.ask("PUT", session + "?digest=" + digestOf("other"));
    QCOMPARE(response.status(), 400);
    QCOMPARE(errorCode(response), std::string("DIGEST_INVALID"));
    QCOMPARE(api.ask("GET", session).status(), 404);
    QCOMPARE(api.ask("HEAD", "/v2/a/blobs/" + digestOf("other")).status(), 404);
}

void TestUploads::refusesBadDigests()
{
    ApiFixture api;
    const std::string session = api.startUpload("a");
    for (const char *query : {"", "?digest=", "?digest=sha256:00",
                              "?digest=md5:00000000000000000000000000000000", "?digest=sha256%2000"}) {
        const HttpResponse response = api.ask("PUT", session + query);
        QCOMPARE(response.status(), 400);
        QCOMPARE(errorCode(response), std::string("DIGEST_INVALID"));
    }
    QCOMPARE(api.ask("POST", "/v2/a/blobs/uploads/?digest=sha256:00", "x").status(), 400);
    QCOMPARE(api.ask("POST", "/v2/a/blobs/uploads/?mount=sha256:00").status(), 400);
    QCOMPARE(api.ask("POST", "/v2/a/blobs/uploads/?digest-algorithm=md5").status(), 400);
}

void TestUploads::cancels()
{
    ApiFixture api;
    const std::string session = api.startUpload("a");
    QCOMPARE(api.ask("DELETE", session).status(), 204);
    QCOMPARE(api.ask("DELETE", session).status(), 404);
    QCOMPARE(api.ask("PATCH", session, "x").status(), 404);
}

void TestUploads::mounts()
{
    ApiFixture api;
    const std::string digest = api.pushBlob("from/here", "hello");
    const HttpResponse mounted =
        api.ask("POST", "/v2/to/b/blobs/uploads/?mount=" + digest + "&from=from%2Fhere");
    QCOMPARE(mounted.status(), 201);
    QCOMPARE(std::string(mounted.header("Location")), "/v2/to/b/blobs/" + digest);
    QCOMPARE(api.ask("POST", "/v2/to/c/blobs/uploads/?mount=" + digest).status(), 201);
    for (const char *from : {"not/there", "to/d", "BAD"}) {
        const HttpResponse session =
            api.ask("POST", "/v2/to/d/blobs/uploads/?mount=" + digest + "&from=" + from);
        QCOMPARE(session.status(), 202);
        QVERIFY(!session.header("Docker-Upload-UUID").empty());
    }
    api.ask("DELETE", "/v2/from/here/blobs/" + digest);
    QCOMPARE(api.ask("POST", "/v2/to/e/blobs/uploads/?mount=" + digest + "&from=from/here").status(), 202);
}

/// An empty blob, in each of the ways that a blob can come.
void TestUploads::uploadsNothing()
{
    const std::string digest = digestOf("");
    ApiFixture api;
    QCOMPARE(api.ask("POST", "/v2/a/blobs/uploads/?digest=" + digest).status(), 201);
    QCOMPARE(api.ask("PUT", api.startUpload("b") + "?digest=" + digest).status(), 201);
    const std::string session = api.startUpload("c");
    QCOMPARE(api.ask("PATCH", session).header("Range"), std::string_view("0-0"));
    QCOMPARE(api.ask("GET", session).header("Range"), std::string_view("0--1"));
    QCOMPARE(api.ask("PUT", session + "?digest=" + digest).status(), 201);
    for (const char *repository : {"a", "b", "c"}) {
        const std::string blob = "/v2/" + std::string(repository) + "/blobs/" + digest;
        QCOMPARE(api.ask("HEAD", blob).contentLength().value(), 0);
        QCOMPARE(api.ask("GET", blob).status(), 200);
        QCOMPARE(api.ask("GET", blob, {}, {{"Range", "bytes=0-"}}).status(), 416);
    }
    // Of anything else the bytes are still to come.
    QCOMPARE(api.ask("POST", "/v2/a/blobs/uploads/?digest=" + digestOf("x")).status(), 202);
}

void TestUploads::choosesTheAlgorithm()
{
    const std::string sha512 = "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                               "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"; // of "abc"
    ApiFixture api;
    int number = 0;
    for (const char *query : {"", "?digest-algorithm=sha256", "?digest-algorithm=sha512"}) {
        for (const std::string &digest : {sha512, digestOf("abc")}) {
            const std::string repository = "r" + std::to_string(++number);
            const HttpResponse start = api.ask("POST", "/v2/" + repository + "/blobs/uploads/" + query);
            QCOMPARE(start.status(), 202);
            const std::string session(start.header("Location"));
            QCOMPARE(api.ask("PATCH", session, "abc").status(), 202);
            const HttpResponse done = api.ask("PUT", session + "?digest=" + digest);
            QCOMPARE(done.status(), 201);
            QCOMPARE(std::string(done.header("Docker-Content-Digest")), digest);
            QCOMPARE(api.ask("HEAD", "/v2/" + repository + "/blobs/" + digest).status(), 200);
        }
    }
}

void TestUploads::answersAWriterThatWasCutOff()
{
    StoreOptions options;
    options.uploadWriterIdle = std::chrono::milliseconds(0); // any writer counts as idle
    ApiFixture api(options);
    const std::string session = api.startUpload("a");
    const std::string id = session.substr(session.rfind('/') + 1);
    api.ask("PATCH", session, "abc");
    const auto writer = api.store().openUpload(*RepositoryName::parse("a"), id);
    QVERIFY(writer);
    const HttpResponse next = api.ask("PATCH", session, "def", {{"Content-Range", "3-5"}});
    QCOMPARE(next.status(), 202);
    QCOMPARE(next.header("Range"), std::string_view("0-5"));
    const auto late = (*writer)->write(std::as_bytes(std::span("late", 4)));
    QVERIFY(!late && late.error().kind == ErrorKind::Conflict);
    const HttpResponse answer = uploadError(api.store(), *RepositoryName::parse("a"), id, late.error());
    QCOMPARE(answer.status(), 416);
    QCOMPARE(errorCode(answer), std::string("BLOB_UPLOAD_INVALID"));
    QCOMPARE(answer.header("Range"), std::string_view("0-5"));
    QCOMPARE(std::string(answer.header("Location")), session);
}

void TestUploads::limitsOpenSessions()
{
    ApiFixture api;
    for (int i = 0; i < 1000; ++i)
        QVERIFY(!api.startUpload("a").empty());
    const HttpResponse response = api.ask("POST", "/v2/a/blobs/uploads/");
    QCOMPARE(response.status(), 429);
    QCOMPARE(errorCode(response), std::string("TOOMANYREQUESTS"));
    QVERIFY(!response.header("Retry-After").empty());
}

QTEST_GUILESS_MAIN(TestUploads)
#include "tst_uploads.moc"
