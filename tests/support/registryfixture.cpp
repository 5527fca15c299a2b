// SPDX-License-Identifier: Apache-2.0
#include "tests/support/registryfixture.h"

#include "localregistry/localregistry.h"
#include "tests/support/dockerregistry.h"
#include "tests/support/faultproxy.h"

#include <QTemporaryDir>
#include <QTest>

namespace quayside::test {

namespace {

class DockerFixture : public RegistryFixture
{
public:
    bool start(const Options &options) override
    {
        DockerRegistry::Options own;
        own.deletes = options.deletes;
        return m_registry.start(own);
    }
    QUrl url() const override { return m_registry.url(); }
    bool removesSingleTags() const override { return false; }
    bool isQuayside() const override { return false; }

private:
    DockerRegistry m_registry;
};

class EmbeddedFixture : public RegistryFixture
{
public:
    bool start(const Options &options) override
    {
        LocalRegistryOptions own;
        const QString root = m_directory.filePath(QStringLiteral("store"));
        own.store.root = (options.root.isEmpty() ? root : options.root).toStdString();
        own.store.deletesEnabled = options.deletes;
        own.listen = {ListenAddress{QHostAddress(QHostAddress::LocalHost), 0}};
        m_registry = std::make_unique<LocalRegistry>(std::move(own));
        return m_registry->start().has_value();
    }
    QUrl url() const override { return m_registry->url(); }
    bool removesSingleTags() const override { return true; }
    bool isQuayside() const override { return true; }

private:
    QTemporaryDir m_directory;
    std::unique_ptr<LocalRegistry> m_registry;
};

/// The client uses the extension only where it is told of it.
class PlainFixture : public EmbeddedFixture
{
public:
    bool start(const Options &options) override
    {
        if (!EmbeddedFixture::start(options))
            return false;
        m_proxy = std::make_unique<FaultProxy>(static_cast<quint16>(EmbeddedFixture::url().port()));
        m_proxy->setGate([this](const QByteArray &line, bool answered) {
            if (line.contains("/_oci/ext/discover"))
                return FaultProxy::Passage::NotFound;
            return m_gate ? m_gate(line, answered) : FaultProxy::Passage::Pass;
        });
        return true;
    }
    QUrl url() const override { return m_proxy->url(); }
    bool isQuayside() const override { return false; }
    void setGate(FaultProxy::Gate gate) override { m_gate = std::move(gate); }

private:
    std::unique_ptr<FaultProxy> m_proxy;
    FaultProxy::Gate m_gate;
};

} // namespace

std::unique_ptr<RegistryFixture> RegistryFixture::make(Kind kind)
{
    if (kind == Kind::Plain)
        return std::make_unique<PlainFixture>();
    if (kind == Kind::Docker)
        return std::make_unique<DockerFixture>();
    return std::make_unique<EmbeddedFixture>();
}

void RegistryFixture::addRows()
{
    QTest::addColumn<Kind>("kind");
    QTest::newRow("embedded") << Kind::Embedded;
    if (DockerRegistry::isInstalled())
        QTest::newRow("docker-registry") << Kind::Docker;
}

} // namespace quayside::test
