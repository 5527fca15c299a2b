// SPDX-License-Identifier: Apache-2.0
#include "ui/gotobox.h"

#include "model/repositorylistmodel.h"
#include "model/sessionmanager.h"
#include "oci/qtconversions.h"
#include "oci/reference.h"
#include "ui/imageview.h"

namespace quayside {

namespace {

/// "https://" or "http://" if the last word says so: for this computer it does not go without saying.
QString schemeOf(const QString &typed)
{
    const QString last = typed.simplified().split(u' ').last();
    for (const QLatin1String scheme : {QLatin1String("https://"), QLatin1String("http://")}) {
        if (last.startsWith(scheme))
            return scheme;
    }
    return {};
}

/// "docker pull --quiet host/name" → "host/name": the last word that is no option.
QString withoutCommand(const QString &typed)
{
    const QStringList words = typed.simplified().split(u' ');
    QString last = words.last();
    for (const QLatin1String prefix :
         {QLatin1String("docker://"), QLatin1String("https://"), QLatin1String("http://")}) {
        if (last.startsWith(prefix))
            last = last.mid(prefix.size());
    }
    return last.endsWith(u'/') ? last.chopped(1) : last;
}

RegistrySession *sessionNamed(const QString &name, const SessionManager &sessions)
{
    for (RegistrySession *session : sessions.sessions()) {
        if (session->config().name.compare(name, Qt::CaseInsensitive) == 0 ||
            session->displayAddress() == name || referenceHost(*session) == name)
            return session;
    }
    return nullptr;
}

Destination inRepository(const RegistrySession &session, const Reference &reference)
{
    Destination result;
    result.kind = Destination::Kind::Place;
    result.place = Place::inRepository(session.id(), reference.repository);
    result.tag = reference.tag ? toQString(reference.tag->toString()) : QString();
    result.pin = session.repositories()->rowOf(reference.repository) < 0 && !session.isLocal();
    return result;
}

/// The registry that lists the repository, the current one first.
const RegistrySession *sessionWith(const RepositoryName &repository, const SessionManager &sessions,
                                   const QString &current)
{
    const RegistrySession *here = sessions.session(current);
    if (here && here->repositories()->rowOf(repository) >= 0)
        return here;
    for (const RegistrySession *session : sessions.sessions()) {
        if (session->repositories()->rowOf(repository) >= 0)
            return session;
    }
    // A registry that lists nothing has to be believed.
    return here && !here->catalogAvailable() ? here : nullptr;
}

} // namespace

Destination findDestination(const QString &typed, const SessionManager &sessions, const QString &current)
{
    Destination result;
    const QString text = withoutCommand(typed);
    if (text.isEmpty())
        return result;
    if (const RegistrySession *session = sessionNamed(text, sessions)) {
        result.kind = Destination::Kind::Place;
        result.place = Place::registry(session->id());
        return result;
    }
    const auto reference = Reference::parse(toStdString(text));
    if (reference && !reference->host.empty()) {
        const QString host = toQString(reference->host);
        if (const RegistrySession *session = sessionNamed(host, sessions))
            return inRepository(*session, *reference);
        result.kind = Destination::Kind::NewRegistry;
        result.address = schemeOf(typed) + host;
        return result;
    }
    if (reference) {
        if (const RegistrySession *session = sessionWith(reference->repository, sessions, current))
            return inRepository(*session, *reference);
    }
    if (text.contains(u'.') || text.contains(u':') || text == QLatin1String("localhost")) {
        result.kind = Destination::Kind::NewRegistry;
        result.address = schemeOf(typed) + text;
    }
    return result;
}

} // namespace quayside
