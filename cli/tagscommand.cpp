// SPDX-License-Identifier: Apache-2.0
#include "cli/tagscommand.h"

#include "model/tagentry.h"
#include "model/tagorder.h"
#include "model/wildcard.h"
#include "oci/qtconversions.h"

#include <QLocale>

#include <algorithm>

namespace quayside {

namespace {

const QString description = QStringLiteral(
    "Lists the tags of a repository: the newest first where the registry tells when they were pushed, else "
    "the\n"
    "highest version first.\n"
    "\n"
    "  quaysidectl tags harbor.example/team/api --match '1.*'\n"
    "  quaysidectl tags harbor.example/team/api --same-as latest    who is latest?\n"
    "  quaysidectl tags harbor.example/team/api --match 'pr-*' -q | quaysidectl rm -y -\n"
    "\n"
    "A Quayside registry tells images, sizes and dates with its list. Elsewhere the names are listed;\n"
    "--digests and --same-as ask for each tag, which no registry counts as a pull.\n"
    "Exit codes: 0 done, 1 the registry cannot tell this, 2 usage, 4 login, 5 no such repository or tag,\n"
    "6 the registry cannot be reached.");

/// 12 digits, as many as docker shows.
QString shortDigest(const Digest &digest)
{
    return toQString(digest.hex()).left(12);
}

bool isNewerVersion(const ListedImage &a, const ListedImage &b)
{
    if (!a.tag || !b.tag)
        return a.digest->toString() < b.digest->toString();
    const int order = compareNaturally(a.tag->toString(), b.tag->toString());
    return order != 0 ? order > 0 : a.tag->toString() < b.tag->toString();
}

} // namespace

TagsCommand::TagsCommand(const CommandContext &context)
    : LookingCommand(context, {QStringLiteral("quaysidectl tags [options] REPO"), description, false})
{
    parser().addOptions({
        {QStringLiteral("match"), QStringLiteral("Only tags that match: * is any text, ? one character."),
         QStringLiteral("GLOB")},
        {QStringLiteral("same-as"), QStringLiteral("Only tags that name the same image as TAG."),
         QStringLiteral("TAG")},
        {QStringLiteral("sort"), QStringLiteral("newest, version or name."), QStringLiteral("ORDER")},
        {QStringLiteral("digests"), QStringLiteral("Ask which image each tag names.")},
        {QStringLiteral("untagged"),
         QStringLiteral("Images without a tag instead, where the registry lists them.")},
        {{QStringLiteral("a"), QStringLiteral("all")},
         QStringLiteral("Also the tags that tools make for signatures.")},
    });
    parser().addPositionalArgument(QStringLiteral("REPO"), QStringLiteral("HOST/REPO."));
}

void TagsCommand::begin(const QStringList &words)
{
    if (words.size() != 1)
        return complain(QStringLiteral("tags takes one repository. Try \"quaysidectl tags --help\"."),
                        exitUsage);
    const auto groups = readRepositories(words);
    if (!groups || !readOptions())
        return;
    m_repository = groups->front();
    const auto session = context().sessions->at(m_repository->host, plainHttp());
    if (!session)
        return complain(QStringLiteral("%1 is no registry: %2")
                            .arg(m_repository->host, toQString(session.error().message)),
                        exitUsage);
    m_session = *session;
    whenConnected(m_session, [this] { read(); });
}

/// False: the command has ended.
bool TagsCommand::readOptions()
{
    if (isSet("untagged") && (isSet("same-as") || isSet("match"))) {
        complain(QStringLiteral("images without a tag have none to compare: --untagged goes alone"),
                 exitUsage);
        return false;
    }
    if (isSet("same-as")) {
        const auto tag = Tag::parse(toStdString(parser().value(QStringLiteral("same-as"))));
        if (!tag) {
            complain(QStringLiteral("--same-as wants a tag: ") + toQString(tag.error().message), exitUsage);
            return false;
        }
        m_sameAs = *tag;
    }
    if (!isSet("sort"))
        return true;
    const QString order = parser().value(QStringLiteral("sort"));
    if (order == QLatin1String("newest"))
        m_order = Order::Newest;
    else if (order == QLatin1String("version"))
        m_order = Order::Version;
    else if (order == QLatin1String("name"))
        m_order = Order::Name;
    else
        complain(QStringLiteral("--sort wants newest, version or name"), exitUsage);
    return m_order.has_value();
}

void TagsCommand::read()
{
    if (m_session->state() != RegistrySession::State::Ready)
        return refuse(m_session, m_repository->repositoryText(), m_session->error().value_or(Error()));
    const bool digests = m_sameAs || isSet("digests");
    const auto progress = [this, stop = stopToken()](qint64 done, qint64 total) {
        const QLocale locale;
        if (!stop.stop_requested())
            output().progress(QStringLiteral("Asking for the tags: %1 of %2")
                                  .arg(locale.toString(done), locale.toString(total)));
    };
    auto reading =
        readTagListing(m_session->client(), m_repository->repository, digests, progress, stopToken());
    QCoro::connect(std::move(reading), this, [this](const Result<TagListing> &listing) {
        if (isStopped())
            return;
        if (!listing && listing.error().kind == ErrorKind::NotFound)
            return explainNothing();
        if (!listing)
            return refuse(m_session, m_repository->repositoryText(), listing.error());
        if (!listing->invalid.isEmpty())
            output().note(QStringLiteral("Left out, since they are no tags: %1")
                              .arg(listing->invalid.join(QStringLiteral(", "))));
        if (listing->tags.empty() && listing->untagged.empty())
            return explainNothing();
        show(*listing);
    });
}

/// A repository that is empty, or mistyped: registries answer alike.
void TagsCommand::explainNothing()
{
    using Names = Result<std::vector<RepositoryName>>;
    QCoro::connect(readCatalog(m_session->client(), stopToken()), this, [this](const Names &names) {
        if (isStopped())
            return;
        if (!names)
            return complain(QStringLiteral("no repository %1 on %2, or it has no tags")
                                .arg(m_repository->repositoryText(), m_repository->host),
                            exitNotFound);
        if (std::find(names->begin(), names->end(), m_repository->repository) == names->end())
            return complainUnknown(m_repository->host, m_repository->repositoryText(), *names);
        output().note(QStringLiteral("%1 has no tags.").arg(m_repository->name()));
        end(exitDone);
    });
}

void TagsCommand::show(TagListing listing)
{
    if (isSet("untagged") && !listing.tellsAll)
        return complain(QStringLiteral("%1 does not list images without a tag").arg(m_repository->host),
                        exitFailed);
    if (m_order == Order::Newest && !listing.tellsAll)
        return complain(QStringLiteral("%1 does not tell when tags were pushed; --sort takes version or name")
                            .arg(m_repository->host),
                        exitFailed);
    std::vector<ListedImage> images =
        isSet("untagged") ? std::move(listing.untagged) : std::move(listing.tags);
    if (m_sameAs && !keepSameAs(images))
        return;
    keepMatching(images);
    hideSignatures(images);
    sort(images, listing.tellsAll);
    tell(images);
    end(exitDone);
}

/// False: the command has ended.
bool TagsCommand::keepSameAs(std::vector<ListedImage> &images)
{
    const auto named = std::find_if(images.begin(), images.end(),
                                    [this](const ListedImage &image) { return image.tag == m_sameAs; });
    if (named == images.end() || !named->digest) {
        complain(QStringLiteral("there is no %1")
                     .arg(tagReference(m_repository->host, m_repository->repository, *m_sameAs)),
                 exitNotFound);
        return false;
    }
    const Digest wanted = *named->digest;
    std::erase_if(images, [&](const ListedImage &image) { return image.digest != wanted; });
    return true;
}

void TagsCommand::keepMatching(std::vector<ListedImage> &images)
{
    if (!isSet("match"))
        return;
    const std::string pattern = toStdString(parser().value(QStringLiteral("match")));
    std::erase_if(images, [&](const ListedImage &image) {
        return !image.tag || !matchesWildcard(pattern, image.tag->toString());
    });
}

void TagsCommand::hideSignatures(std::vector<ListedImage> &images)
{
    if (isSet("all"))
        return;
    const auto hidden = std::erase_if(
        images, [](const ListedImage &image) { return image.tag && isSignatureTag(*image.tag); });
    if (hidden > 0 && output().form() == CommandOutput::Form::Text)
        output().note(
            QStringLiteral("%1 hidden that tools made for signatures; --all lists them.").arg(hidden));
}

void TagsCommand::sort(std::vector<ListedImage> &images, bool hasDates) const
{
    const Order order = m_order.value_or(hasDates ? Order::Newest : Order::Version);
    std::sort(images.begin(), images.end(), [order](const ListedImage &a, const ListedImage &b) {
        if (order == Order::Name && a.tag && b.tag)
            return a.tag->toString() < b.tag->toString();
        if (order == Order::Newest && a.pushed != b.pushed)
            return a.pushed > b.pushed; // no date is the oldest
        return isNewerVersion(a, b);
    });
}

void TagsCommand::tell(const std::vector<ListedImage> &images)
{
    std::size_t widest = 0;
    for (const ListedImage &image : images)
        widest = std::max(widest, image.tag ? image.tag->toString().size() : 0);
    for (const ListedImage &image : images)
        tell(image, qsizetype(widest));
    if (images.empty() && output().form() == CommandOutput::Form::Text)
        output().note(isSet("untagged") ? QStringLiteral("No images without a tag.")
                                        : QStringLiteral("No tag matches."));
}

void TagsCommand::tell(const ListedImage &image, qsizetype width)
{
    const QLocale locale;
    output().name(referenceOf(image));
    QJsonObject object{{QStringLiteral("reference"), referenceOf(image)}};
    QStringList columns;
    if (image.tag) {
        columns << toQString(image.tag->toString()).leftJustified(width);
        object.insert(QStringLiteral("tag"), toQString(image.tag->toString()));
    }
    if (image.digest) {
        columns << (image.tag ? shortDigest(*image.digest) : toQString(image.digest->toString()));
        object.insert(QStringLiteral("digest"), toQString(image.digest->toString()));
    }
    if (image.mediaType)
        object.insert(QStringLiteral("mediaType"), toQString(image.mediaType->toString()));
    if (image.size) {
        columns << locale.formattedDataSize(*image.size, 1, QLocale::DataSizeSIFormat).rightJustified(9);
        object.insert(QStringLiteral("size"), *image.size);
    }
    if (image.pushed) {
        columns << locale.toString(image.pushed->toLocalTime(), QStringLiteral("d MMM yyyy HH:mm"));
        object.insert(QStringLiteral("pushed"), image.pushed->toUTC().toString(Qt::ISODate));
    }
    output().object(image.tag ? QStringLiteral("tag") : QStringLiteral("image"), object);
    output().line(columns.join(QStringLiteral("  ")).trimmed());
}

QString TagsCommand::referenceOf(const ListedImage &image) const
{
    return image.tag ? tagReference(m_repository->host, m_repository->repository, *image.tag)
                     : digestReference(m_repository->host, m_repository->repository, *image.digest);
}

} // namespace quayside
