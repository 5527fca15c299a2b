// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "localregistry/api/eventhub.h"
#include "localregistry/api/registryapi.h"
#include "localregistry/storage/store.h"

#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

namespace quayside {

using Headers = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// The API over a real store in a temporary directory, driven without sockets or threads.
class ApiFixture
{
public:
    explicit ApiFixture(StoreOptions options = {});

    HttpResponse ask(std::string_view method, const std::string &target, std::string_view body = {},
                     Headers headers = {});
    HttpResponse ask(const HttpRequest &request, std::string_view body);

    /// What is decided before any body or job.
    HttpAction begin(const HttpRequest &request) { return m_api->handle(request); }

    /// Pushes a blob in one request; returns its digest's text.
    std::string pushBlob(const std::string &repository, const std::string &content);
    /// Pushes an image with a config and one layer under `tag`; returns its digest's text.
    std::string pushImage(const std::string &repository, const std::string &tag, const std::string &layer);
    /// Makes an upload session; returns its path.
    std::string startUpload(const std::string &repository);

    Store &store() { return *m_store; }
    /// Where the store is.
    QString root() const { return m_directory.filePath(QStringLiteral("store")); }
    /// Opens the store again, with other options.
    void reopen(StoreOptions options);
    /// From the next reopen() on.
    void setAllowPurge(bool allowed) { m_allowPurge = allowed; }

private:
    QTemporaryDir m_directory;
    EventHub m_events;
    bool m_allowPurge = true;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<RegistryApi> m_api;
};

/// The bytes of an OCI image manifest.
std::string imageManifest(const std::string &config, const std::string &layer,
                          const std::string &subject = {});
/// The code of the first error in an answer.
std::string errorCode(const HttpResponse &response);
nlohmann::json parsed(const HttpResponse &response);
std::string digestOf(std::string_view content);

} // namespace quayside

/// Lets QCOMPARE show the texts that differ.
template <>
inline char *QTest::toString(const std::string &text)
{
    return qstrdup(text.c_str());
}
