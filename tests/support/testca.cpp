// SPDX-License-Identifier: Apache-2.0
#include "tests/support/testca.h"

#include "oci/qtconversions.h"

#include <QFile>
#include <QProcess>

#include <optional>

namespace quayside::test {

namespace {

/// What it printed; nothing if it failed.
std::optional<QByteArray> openssl(const QStringList &arguments)
{
    QProcess process;
    process.start(QStringLiteral("openssl"), arguments);
    if (!process.waitForFinished(30'000) || process.exitStatus() != QProcess::NormalExit ||
        process.exitCode() != 0) {
        qWarning("openssl: %s", process.readAllStandardError().constData());
        return std::nullopt;
    }
    return process.readAllStandardOutput();
}

const QStringList newKey{QStringLiteral("-newkey"), QStringLiteral("ec"), QStringLiteral("-pkeyopt"),
                         QStringLiteral("ec_paramgen_curve:P-256"), QStringLiteral("-nodes")};

/// "20261126013000Z"
QString asn1(const QDateTime &time)
{
    return time.toUTC().toString(QStringLiteral("yyyyMMddhhmmss'Z'"));
}

bool writeFile(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

} // namespace

bool TestCa::start()
{
    const QByteArray config =
        "[ca]\ndefault_ca = tests\n[tests]\ndatabase = " + path(QStringLiteral("index")).toUtf8() +
        "\nnew_certs_dir = " + m_directory.path().toUtf8() +
        "\nrand_serial = yes\nunique_subject = no\ndefault_md = sha256\n"
        "policy = any\ncopy_extensions = copy\n[any]\ncommonName = supplied\n";
    if (!writeFile(path(QStringLiteral("ca.cnf")), config) || !writeFile(path(QStringLiteral("index")), {}))
        return false;
    QStringList arguments{QStringLiteral("req"), QStringLiteral("-x509")};
    arguments << newKey << QStringLiteral("-days") << QStringLiteral("2") << QStringLiteral("-subj")
              << QStringLiteral("/CN=Harbour Office") << QStringLiteral("-keyout")
              << path(QStringLiteral("ca.key")) << QStringLiteral("-out") << file();
    return openssl(arguments).has_value();
}

TestCa::Files TestCa::issue(const Subject &subject)
{
    return sign(subject, {QStringLiteral("-cert"), file(), QStringLiteral("-keyfile"),
                          path(QStringLiteral("ca.key"))});
}

TestCa::Files TestCa::selfSigned(const Subject &subject)
{
    return sign(subject, {QStringLiteral("-selfsign")});
}

TestCa::Files TestCa::sign(const Subject &subject, const QStringList &by)
{
    const QString name = QString::number(++m_issued);
    const Files files{path(name + QStringLiteral(".pem")), path(name + QStringLiteral(".key"))};
    const QString request = path(name + QStringLiteral(".csr"));
    QStringList ask{QStringLiteral("req"), QStringLiteral("-new")};
    ask << newKey << QStringLiteral("-subj") << QStringLiteral("/CN=") + subject.name
        << QStringLiteral("-addext") << QStringLiteral("subjectAltName=") + subject.alternatives
        << QStringLiteral("-keyout") << files.key << QStringLiteral("-out") << request;
    QStringList answer{QStringLiteral("ca"), QStringLiteral("-batch"), QStringLiteral("-notext")};
    answer << QStringLiteral("-config") << path(QStringLiteral("ca.cnf")) << QStringLiteral("-startdate")
           << asn1(subject.from) << QStringLiteral("-enddate") << asn1(subject.until) << QStringLiteral("-in")
           << request << QStringLiteral("-out") << files.certificate << by;
    if (by.size() == 1)
        answer << QStringLiteral("-keyfile") << files.key;
    if (!openssl(ask) || !openssl(answer))
        return {};
    return files;
}

Fingerprint TestCa::fingerprint(const QString &certificateFile)
{
    const auto printed =
        openssl({QStringLiteral("x509"), QStringLiteral("-in"), certificateFile, QStringLiteral("-noout"),
                 QStringLiteral("-fingerprint"), QStringLiteral("-sha256")});
    return Fingerprint::parse(toStringView(printed.value_or(QByteArray()).trimmed())).value();
}

} // namespace quayside::test
