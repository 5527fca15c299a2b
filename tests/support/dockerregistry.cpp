// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dockerregistry.h"

#include "tests/support/tokenserver.h"

#include <QFile>
#include <QRegularExpression>
#include <QStandardPaths>

namespace quayside::test {

namespace {

const QString program = QStringLiteral("docker-registry");

// bcrypt of DockerRegistry::password with the lowest cost
constexpr const char *passwordFile = "ada:$2y$05$ZXpv2Zx9AexQnIEa/Etpeu.k7nh/NOd8/LbSqb2l4Mm9FaSVf3/EK\n";

bool writeFile(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

} // namespace

DockerRegistry::~DockerRegistry()
{
    stop();
}

bool DockerRegistry::isInstalled()
{
    return !QStandardPaths::findExecutable(program).isEmpty();
}

QByteArray DockerRegistry::configuration(const Options &options) const
{
    QByteArray text = "version: 0.1\nlog: {level: info, formatter: text}\n"
                      "storage:\n  cache: {blobdescriptor: inmemory}\n"
                      "  filesystem: {rootdirectory: \"" +
                      m_root.toUtf8() +
                      "\"}\n"
                      "  delete: {enabled: " +
                      (options.deletes ? "true" : "false") +
                      "}\n"
                      "http:\n  addr: \"127.0.0.1:0\"\n  secret: tests\n";
    if (!options.tls.certificate.isEmpty())
        text += "  tls:\n    certificate: \"" + options.tls.certificate.toUtf8() + "\"\n    key: \"" +
                options.tls.key.toUtf8() + "\"\n";
    if (!options.clientCa.isEmpty())
        text += "    clientcas: [\"" + options.clientCa.toUtf8() + "\"]\n";
    if (!options.warnings.isEmpty())
        text += "  headers:\n    Warning:\n";
    for (const QByteArray &warning : options.warnings)
        text += "      - '" + warning + "'\n";
    if (options.login)
        text += "auth:\n  htpasswd: {realm: tests, path: \"" +
                m_directory.filePath(QStringLiteral("htpasswd")).toUtf8() + "\"}\n";
    if (options.tokens) {
        text += "auth:\n  token:\n    realm: " + options.tokens->realm(options.tokenHost).toEncoded() +
                "\n    service: " + TokenServer::service + "\n    issuer: " + TokenServer::issuer +
                "\n    rootcertbundle: \"" + options.tokens->certificateFile().toUtf8() + "\"\n";
    }
    return text;
}

QString DockerRegistry::configFile() const
{
    return m_directory.filePath(QStringLiteral("config.yml"));
}

bool DockerRegistry::start(const Options &options)
{
    m_root = options.root.isEmpty() ? m_directory.filePath(QStringLiteral("store")) : options.root;
    if (!writeFile(configFile(), configuration(options)) ||
        !writeFile(m_directory.filePath(QStringLiteral("htpasswd")), passwordFile))
        return false;
    m_log.clear();
    m_port = 0;
    m_isEncrypted = !options.tls.certificate.isEmpty();
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.start(program, {QStringLiteral("serve"), configFile()});
    while (!readPort()) {
        if (!m_process.waitForReadyRead(10'000))
            return false;
        m_log += m_process.readAll();
    }
    return true;
}

bool DockerRegistry::readPort()
{
    static const QRegularExpression listening(QStringLiteral("listening on 127\\.0\\.0\\.1:(\\d+)"));
    const auto match = listening.match(QString::fromUtf8(m_log));
    m_port = match.captured(1).toUShort();
    return m_port != 0;
}

void DockerRegistry::stop()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate();
    if (!m_process.waitForFinished(5'000))
        m_process.kill();
    m_process.waitForFinished(5'000);
}

bool DockerRegistry::collectGarbage() const
{
    QProcess collection;
    collection.start(program, {QStringLiteral("garbage-collect"), configFile()});
    return collection.waitForFinished() && collection.exitStatus() == QProcess::NormalExit &&
           collection.exitCode() == 0;
}

QUrl DockerRegistry::url() const
{
    return QUrl((m_isEncrypted ? QStringLiteral("https://") : QStringLiteral("http://")) + host() + u'/');
}

QString DockerRegistry::host() const
{
    return QStringLiteral("127.0.0.1:") + QString::number(m_port);
}

} // namespace quayside::test
