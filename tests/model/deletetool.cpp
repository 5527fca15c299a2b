// SPDX-License-Identifier: Apache-2.0
// deletetool [--placeholder] [--keep-copy=URL] DATA URL REPOSITORY TAG...: deletes tags as the programs do,
// with the journal and the settings in DATA; --keep-copy: with a full copy in the embedded registry there
// first.
//
// For tests that kill it in the middle. Exit status: 0 if everything was deleted, 1 if not, 2 if it could not
// begin.
#include "model/deleteimages.h"
#include "model/operationhistory.h"
#include "model/plandelete.h"
#include "model/registrylist.h"
#include "model/sessionmanager.h"
#include "model/undojournal.h"
#include "registryclient/transport.h"
#include "tests/model/runninglocal.h"

#include <QCoreApplication>
#include <QSettings>
#include <QUrl>

#include <iostream>

using namespace quayside;

namespace {

/// Takes "--keep-copy=URL" out of the arguments; empty: there was none.
QUrl takeLocal(QStringList &arguments)
{
    const QString option = QStringLiteral("--keep-copy=");
    const QStringList given = arguments.filter(option);
    arguments.removeIf([&](const QString &argument) { return argument.startsWith(option); });
    return given.isEmpty() ? QUrl() : QUrl(given.front().mid(option.size()));
}

std::optional<DeleteRequest> requestOf(const QStringList &arguments)
{
    const auto repository = RepositoryName::parse(arguments.at(3).toStdString());
    if (!repository)
        return {};
    DeleteRequest request{*repository, {}, {}, false};
    for (const QString &text : arguments.mid(4)) {
        const auto tag = Tag::parse(text.toStdString());
        if (!tag)
            return {};
        request.tags.push_back(DeleteRequest::ChosenTag{*tag, {}});
    }
    return request;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QStringList arguments = QCoreApplication::arguments();
    const bool usesPlaceholder = arguments.removeAll(QStringLiteral("--placeholder")) > 0;
    test::RunningLocal local(takeLocal(arguments));
    const bool keepsCopy = local.state() == LocalRegistryControl::State::Running;
    auto request = arguments.size() > 4 ? requestOf(arguments) : std::nullopt;
    if (!request) {
        std::cerr << "usage: deletetool [--placeholder] [--keep-copy=URL] DATA URL REPOSITORY TAG...\n";
        return 2;
    }
    request->usePlaceholder = usesPlaceholder;
    QSettings store(arguments.at(1) + QStringLiteral("/tool.conf"), QSettings::IniFormat);
    Transport transport;
    UndoJournal journal(arguments.at(1));
    RegistryList list(&store);
    auto sessions =
        std::make_unique<SessionManager>(&list, keepsCopy ? &local : nullptr, &transport, &journal);
    auto history = std::make_unique<OperationHistory>(sessions.get(), &journal);
    RegistryConfig config;
    config.address = QUrl(arguments.at(2)).authority();
    const bool isKnown = !list.configs().isEmpty();
    RegistrySession *session = sessions->session(isKnown ? list.configs().front().id : list.add(config));

    const auto deleteNow = [&](const PlanDelete *planning) {
        if (!planning->plan()) {
            QCoreApplication::exit(2);
            return;
        }
        DeletePlan plan = *planning->plan();
        plan.keepCopy = keepsCopy;
        const DeleteImages *deleting = history->deleteImages(plan, {});
        QObject::connect(deleting, &Operation::finished, &app, [deleting] {
            const bool all = deleting->count(Outcome::Done) == deleting->items().size();
            QCoreApplication::exit(all ? 0 : 1);
        });
    };
    QObject::connect(session, &RegistrySession::stateChanged, &app, [&] {
        if (session->state() == RegistrySession::State::Failed)
            QCoreApplication::exit(2);
        if (session->state() != RegistrySession::State::Ready)
            return;
        const PlanDelete *planning = history->planDelete(session, *request);
        QObject::connect(planning, &Operation::finished, &app, [&, planning] { deleteNow(planning); });
    });
    session->open();
    const int status = QCoreApplication::exec();
    history.reset();
    sessions.reset();
    QObject::connect(&transport, &Transport::idle, &app, [] { QCoreApplication::exit(); });
    if (transport.running() > 0)
        QCoreApplication::exec();
    return status;
}
