// SPDX-License-Identifier: Apache-2.0
#include "model/referrerreader.h"

#include "model/indexreader.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace quayside {

namespace {

constexpr int readers = 4;
constexpr std::size_t mostNames = 10'000; // of all lists together
constexpr int mostRounds = 32;

/// What the coroutines of one call share.
struct Asking
{
    std::shared_ptr<RegistryClient> client;
    RepositoryName repository;
    std::stop_token stop;
    std::set<Digest> tagged; // go and stay by their tags
    std::set<Digest> asked;  // in `open`, being asked about, or done
    std::vector<Digest> open;
    std::set<Digest> found; // of all lists
    std::vector<Digest> unread;
    std::size_t named = 0;
    bool hasFailed = false;
    bool isCut = false; // something is not known

    bool goesOn() const { return !hasFailed && named <= mostNames && !stop.stop_requested(); }
};

void take(Asking &work, const ReferrerPage &page)
{
    work.isCut = work.isCut || !page.invalid.isEmpty();
    work.named += page.rows.size() + static_cast<std::size_t>(page.invalid.size());
    if (work.named > mostNames) {
        work.isCut = true;
        return;
    }
    for (const Descriptor &row : page.rows) {
        if (!work.tagged.contains(row.digest) && work.found.insert(row.digest).second)
            work.unread.push_back(row.digest);
    }
}

QCoro::Task<> askFor(std::shared_ptr<Asking> work, Digest subject)
{
    PageCursor cursor;
    for (bool more = true; more && work->goesOn();) {
        auto page = co_await work->client->listReferrers(work->repository, subject, cursor, work->stop);
        if (!page || page->cut) {
            work->hasFailed = true;
            co_return;
        }
        take(*work, *page);
        more = page->next.has_value();
        if (more)
            cursor = std::move(*page->next);
    }
}

QCoro::Task<> askForSome(std::shared_ptr<Asking> work)
{
    while (!work->open.empty() && work->goesOn()) {
        const Digest subject = work->open.back();
        work->open.pop_back();
        auto asking = askFor(work, subject);
        co_await asking;
    }
}

QCoro::Task<> askForAll(std::shared_ptr<Asking> work)
{
    if (!work->open.empty()) { // the first one alone: most registries have no such list
        const Digest first = work->open.back();
        work->open.pop_back();
        auto asking = askFor(work, first);
        co_await asking;
    }
    std::vector<QCoro::Task<>> tasks;
    for (int i = 0; i < readers; ++i)
        tasks.push_back(askForSome(work));
    for (auto &task : tasks)
        co_await task;
}

/// Chooses what nobody was asked about yet.
void open(Asking &work, const std::set<Digest> &going)
{
    work.open.clear();
    std::set_difference(going.begin(), going.end(), work.asked.begin(), work.asked.end(),
                        std::back_inserter(work.open));
    work.asked.insert(work.open.begin(), work.open.end());
}

} // namespace

QCoro::Task<Result<RepositoryContent>> readReferrers(std::shared_ptr<RegistryClient> client,
                                                     RepositoryName repository, RepositoryContent content,
                                                     WhatGoes whatGoes, std::stop_token stop)
{
    const auto work = std::make_shared<Asking>(Asking{client, repository, stop, {}, {}, {}, {}, {}});
    for (const auto &[tag, digest] : content.tags)
        work->tagged.insert(digest);
    const RepositoryContent before = content;
    open(*work, whatGoes(content));
    for (int round = 0; !work->open.empty() && work->named <= mostNames; ++round) {
        if (round == mostRounds) {
            work->isCut = true;
            break;
        }
        auto asking = askForAll(work);
        co_await asking;
        if (stop.stop_requested())
            co_return fail(ErrorKind::Cancelled, "stopped");
        if (work->hasFailed) {
            RepositoryContent unchanged = before;
            unchanged.attachedUnknown = !client->capabilities().referrers.isNo();
            co_return std::move(unchanged);
        }
        auto reading = readListed(client, repository, content, std::exchange(work->unread, {}), stop);
        auto read = co_await reading;
        if (!read)
            co_return tl::unexpected(read.error());
        content = std::move(*read);
        open(*work, whatGoes(content));
    }
    content.attachedUnknown = content.attachedUnknown || work->isCut;
    co_return std::move(content);
}

} // namespace quayside
