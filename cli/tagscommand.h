// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/lookingcommand.h"
#include "model/taglisting.h"

namespace quayside {

/// `quaysidectl tags REPO`: the tags of a repository.
class TagsCommand final : public LookingCommand
{
    Q_OBJECT
public:
    explicit TagsCommand(const CommandContext &context);

protected:
    void begin(const QStringList &words) override;

private:
    enum class Order { Newest, Version, Name };

    bool readOptions();
    void read();
    void explainNothing();
    void show(TagListing listing);
    bool keepSameAs(std::vector<ListedImage> &images);
    void keepMatching(std::vector<ListedImage> &images);
    void hideSignatures(std::vector<ListedImage> &images);
    void sort(std::vector<ListedImage> &images, bool hasDates) const;
    void tell(const std::vector<ListedImage> &images);
    void tell(const ListedImage &image, qsizetype width);
    QString referenceOf(const ListedImage &image) const;

    std::optional<ReferenceGroup> m_repository;
    RegistrySession *m_session = nullptr;
    std::optional<Order> m_order; ///< Nothing: what suits the registry.
    std::optional<Tag> m_sameAs;
};

} // namespace quayside
