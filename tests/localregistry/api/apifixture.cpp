// SPDX-License-Identifier: Apache-2.0
#include "apifixture.h"

#include "oci/hasher.h"
#include "oci/mediatype.h"

#include <QTest>

namespace quayside {

namespace {

using nlohmann::json;

constexpr const char *configText =
    R"({"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}})";

json descriptor(std::string_view mediaType, const std::string &content)
{
    return {{"mediaType", mediaType}, {"digest", digestOf(content)}, {"size", content.size()}};
}

} // namespace

ApiFixture::ApiFixture(StoreOptions options)
{
    reopen(std::move(options));
}

void ApiFixture::reopen(StoreOptions options)
{
    m_api.reset();
    m_store.reset();
    options.root = root().toStdString();
    auto store = Store::open(std::move(options));
    if (!store)
        qFatal("%s", store.error().message.c_str());
    m_store = std::move(*store);
    m_api = std::make_unique<RegistryApi>(*m_store, m_events, RegistryApi::Options{{}, m_allowPurge});
}

HttpResponse ApiFixture::ask(std::string_view method, const std::string &target, std::string_view body,
                             Headers headers)
{
    HttpRequest request(method, target);
    request.addHeader("Host", "localhost");
    for (const auto &[name, value] : headers)
        request.addHeader(name, value);
    request.contentLength = body.size();
    return ask(request, body);
}

HttpResponse ApiFixture::ask(const HttpRequest &request, std::string_view body)
{
    HttpAction action = m_api->handle(request);
    for (;;) {
        if (auto *response = std::get_if<HttpResponse>(&action))
            return std::move(*response);
        if (const auto *job = std::get_if<HttpJob>(&action)) {
            HttpAction next = (*job)();
            action = std::move(next);
            continue;
        }
        auto receiver = std::move(std::get<std::unique_ptr<BodyReceiver>>(action));
        for (std::size_t at = 0; at < body.size(); at += 7) { // odd slices
            if (auto early = receiver->receive(body.substr(at, 7)))
                return std::move(*early);
        }
        HttpAction next = receiver->finish();
        receiver.reset();
        action = std::move(next);
    }
}

std::string ApiFixture::pushBlob(const std::string &repository, const std::string &content)
{
    const std::string digest = digestOf(content);
    const HttpResponse response =
        ask("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, content);
    return response.status() == 201 ? digest : std::string(response.text());
}

std::string ApiFixture::pushImage(const std::string &repository, const std::string &tag,
                                  const std::string &layer)
{
    pushBlob(repository, configText);
    pushBlob(repository, layer);
    const HttpResponse response =
        ask("PUT", "/v2/" + repository + "/manifests/" + tag, imageManifest(configText, layer));
    return response.status() == 201 ? std::string(response.header("Docker-Content-Digest"))
                                    : std::string(response.text());
}

std::string ApiFixture::startUpload(const std::string &repository)
{
    return std::string(ask("POST", "/v2/" + repository + "/blobs/uploads/").header("Location"));
}

std::string imageManifest(const std::string &config, const std::string &layer, const std::string &subject)
{
    json manifest{{"schemaVersion", 2},
                  {"mediaType", mediatype::ociManifest},
                  {"config", descriptor(mediatype::ociConfig, config.empty() ? configText : config)},
                  {"layers", json::array({descriptor(mediatype::ociLayerTar, layer)})}};
    if (!subject.empty())
        manifest["subject"] = {{"mediaType", mediatype::ociManifest}, {"digest", subject}, {"size", 100}};
    return manifest.dump();
}

std::string errorCode(const HttpResponse &response)
{
    const json body = json::parse(response.text(), nullptr, false);
    if (!body.is_object() || !body.contains("errors"))
        return "no error: " + std::to_string(response.status());
    return body["errors"][0]["code"];
}

json parsed(const HttpResponse &response)
{
    return json::parse(response.text(), nullptr, false);
}

std::string digestOf(std::string_view content)
{
    return Hasher::hash(content).toString();
}

} // namespace quayside
