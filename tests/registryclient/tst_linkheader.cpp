// SPDX-License-Identifier: Apache-2.0
#include "registryclient/linkheader.h"

#include <QTest>

using namespace quayside;

class TestLinkHeader : public QObject
{
    Q_OBJECT

private slots:
    void parses_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("target"); // null: none
        const auto row = [](const char *header, const char *target) {
            QTest::newRow(header) << QByteArray(header) << QByteArray(target);
        };
        row("</v2/_catalog?last=b&n=2>; rel=\"next\"", "/v2/_catalog?last=b&n=2");
        row("</a>; rel=next", "/a");
        row("</a>;rel=\"NEXT\"", "/a");
        row(" , </a> ; title=\"x\" ; rel = \"prev next\"", "/a");
        row("</a>; rel=prev, </b>; rel=next", "/b");
        row("</a,b;c>; rel=\"next\"", "/a,b;c");
        row("</a>; title=\"; rel=next\", </b>; rel=next", "/b");
        row("</a>; title=\"\\\"; rel=next\", </b>; rel=next", "/b");
        row("</a>; rel=prev; rel=next", nullptr);
        row("<>; rel=next", "");
        row("</a>; rel=\"next", "/a");
        row("</a>; rel=nextish", nullptr);
        row("</a>", nullptr);
        row("</a>; rel", nullptr);
        row("</a; rel=next", nullptr);
        row("/a; rel=next", nullptr);
        row("", nullptr);
        row(";;;,,,===\"\"", nullptr);
        row("</a>; =; rel=next", "/a");
    }

    void parses()
    {
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, target);
        const auto next = nextLink(header);
        QCOMPARE(next.has_value(), !target.isNull());
        if (next)
            QCOMPARE(*next, target);
    }

    void staysLinear()
    {
        const QByteArray hostile = QByteArray("</a>; x=\"").repeated(100'000);
        QBENCHMARK_ONCE
        {
            QVERIFY(!nextLink(hostile));
        }
    }

    void resolves_data()
    {
        QTest::addColumn<QString>("request");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QString>("url"); // empty: refused
        const auto row = [](const char *name, const char *request, const char *target, const char *url) {
            QTest::newRow(name) << QString::fromUtf8(request) << QByteArray(target) << QString::fromUtf8(url);
        };
        const char *https = "https://reg/v2/_catalog?n=2";
        row("relative path", https, "/v2/_catalog?last=b&n=2", "https://reg/v2/_catalog?last=b&n=2");
        row("query alone", https, "?last=b", "https://reg/v2/_catalog?last=b");
        row("absolute", https, "https://reg:443/v2/_catalog?last=b", "https://reg/v2/_catalog?last=b");
        row("escapes stay", https, "/v2/_catalog?last=a%2Fb%26", "https://reg/v2/_catalog?last=a%2Fb%26");
        row("behind a TLS proxy", https, "http://reg/v2/_catalog?last=b", "https://reg/v2/_catalog?last=b");
        row("TLS proxy with a port", "https://reg:8443/v2/x/tags/list",
            "http://reg:8443/v2/x/tags/list?last=b", "https://reg:8443/v2/x/tags/list?last=b");
        row("prefix added (Nexus)", "https://reg/v2/x/tags/list", "/repository/docker/v2/x/tags/list?last=b",
            "https://reg/v2/x/tags/list?last=b");
        row("prefix dropped (Artifactory)", "https://reg/art/v2/x/tags/list", "/v2/x/tags/list?last=b",
            "https://reg/art/v2/x/tags/list?last=b");
        row("fragment", https, "/v2/_catalog?last=b#x", "https://reg/v2/_catalog?last=b");
        row("other host", https, "https://evil/v2/_catalog?last=b", "");
        row("other host without scheme", https, "//evil/v2/_catalog", "");
        row("other port", https, "https://reg:8443/v2/_catalog", "");
        row("http with another port", https, "http://reg:5000/v2/_catalog", "");
        row("user info", https, "https://a:b@reg/v2/_catalog", "");
        row("file", https, "file:///etc/passwd", "");
        row("javascript", https, "javascript:alert(1)", "");
        row("broken", https, "https://[::1/v2/", "");
    }

    void resolves()
    {
        QFETCH(QString, request);
        QFETCH(QByteArray, target);
        QFETCH(QString, url);
        const auto next = resolveNextPage(QUrl(request), target);
        QCOMPARE(next.has_value(), !url.isEmpty());
        if (!next)
            QCOMPARE(static_cast<int>(next.error().kind), static_cast<int>(ErrorKind::BadAnswer));
        else
            QVERIFY2(sameTarget(*next, QUrl(url)), next->toEncoded().constData());
    }

private:
    /// Equal but for a default port that one of them writes out.
    static bool sameTarget(QUrl a, QUrl b)
    {
        for (QUrl *url : {&a, &b}) {
            if (url->port() == 443)
                url->setPort(-1);
        }
        return a.toEncoded() == b.toEncoded();
    }
};

QTEST_APPLESS_MAIN(TestLinkHeader)
#include "tst_linkheader.moc"
