// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/imagefacts.h"
#include "model/lifetime.h"
#include "model/registryconfig.h"
#include "model/tagentry.h"
#include "registryclient/registryclient.h"

#include <QCoroTask>
#include <QObject>
#include <QTimer>

#include <map>
#include <memory>
#include <set>
#include <vector>

namespace quayside {

class TagListModel;

/// Fills a TagListModel. A Quayside registry tells everything in one list; elsewhere the tags are listed
/// first, then the rows on the screen are resolved with HEAD, and their sizes and dates are read where that
/// does not count as a pull.
class TagLoader : public QObject
{
    Q_OBJECT
public:
    explicit TagLoader(RepositoryName repository, QObject *parent = nullptr);
    ~TagLoader() override;

    TagListModel *model() const { return m_model.get(); }

    /// Reads the list again from the beginning; the rows stay meanwhile. One at a time: a call during a
    /// reading causes one more afterwards.
    void load(std::shared_ptr<RegistryClient> client, const QStringList &protectedTags);
    /// Ends what runs. The rows stay.
    void stop();

signals:
    /// A reading has ended.
    void loaded();

private:
    QCoro::Task<> work(std::shared_ptr<RegistryClient> client, std::stop_token stop);
    QCoro::Task<Result<std::vector<Tag>>> readContent(std::shared_ptr<RegistryClient> client,
                                                      std::stop_token stop);
    QCoro::Task<Result<std::vector<Tag>>> readTags(std::shared_ptr<RegistryClient> client,
                                                   std::stop_token stop);
    void takeContent(const std::vector<ContentRow> &rows);
    void sizeIndexes(const std::map<Digest, ContentRow> &images);
    void fetchDetails();
    QCoro::Task<> fetchOne(std::shared_ptr<RegistryClient> client, Tag tag, std::stop_token stop);
    void finish(const Result<std::vector<Tag>> &tags);
    TagEntry newEntry(const Tag &tag) const;

    std::unique_ptr<TagListModel> m_model;
    std::shared_ptr<RegistryClient> m_client;
    QStringList m_protected;
    std::map<Digest, std::shared_ptr<const ImageFacts>> m_facts; // immutable, so never asked for twice
    std::set<Tag> m_tried;                                       // in this reading
    QTimer m_detailsTimer;
    int m_fetching = 0;
    bool m_loading = false;
    bool m_again = false;
    bool m_readBefore = false;
    Lifetime m_lifetime;
};

} // namespace quayside
