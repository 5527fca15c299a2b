// SPDX-License-Identifier: Apache-2.0
#include "ui/toollines.h"

#include <algorithm>

namespace quayside {

namespace {

bool needsNoQuotes(QChar c)
{
    const char16_t u = c.unicode();
    return (u >= u'a' && u <= u'z') || (u >= u'A' && u <= u'Z') || (u >= u'0' && u <= u'9') ||
           QStringView(u"-_./:@=,+%").contains(c);
}

QString quoted(QString word)
{
    // A line feed would run what is before it as soon as it is pasted.
    word.removeIf([](QChar c) { return c.category() == QChar::Other_Control; });
    if (!word.isEmpty() && std::all_of(word.cbegin(), word.cend(), needsNoQuotes))
        return word;
    word.replace(u'\'', QStringLiteral("'\\''"));
    return u'\'' + word + u'\'';
}

} // namespace

QStringList pullTools()
{
    return {QStringLiteral("docker"), QStringLiteral("podman"), QStringLiteral("skopeo")};
}

QStringList pushTools()
{
    return {QStringLiteral("docker"), QStringLiteral("podman")};
}

QStringList pullCommand(Tool tool, const QString &reference, bool plainHttp)
{
    switch (tool) {
    case Tool::Docker:
        return {QStringLiteral("docker"), QStringLiteral("pull"), reference};
    case Tool::Podman:
        if (plainHttp)
            return {QStringLiteral("podman"), QStringLiteral("pull"), QStringLiteral("--tls-verify=false"),
                    reference};
        return {QStringLiteral("podman"), QStringLiteral("pull"), reference};
    case Tool::Skopeo:
        break;
    }
    QStringList words{QStringLiteral("skopeo"), QStringLiteral("copy")};
    if (plainHttp)
        words << QStringLiteral("--src-tls-verify=false");
    return words << QStringLiteral("docker://") + reference << QStringLiteral("dir:image");
}

QStringList pushLines(int tool, const QString &address)
{
    const QString target = address + QStringLiteral("/app");
    if (tool == static_cast<int>(Tool::Podman)) {
        return {shellLine({QStringLiteral("podman"), QStringLiteral("push"),
                           QStringLiteral("--tls-verify=false"), QStringLiteral("app"), target})};
    }
    return {shellLine({QStringLiteral("docker"), QStringLiteral("tag"), QStringLiteral("app"), target}),
            shellLine({QStringLiteral("docker"), QStringLiteral("push"), target})};
}

QString shellLine(const QStringList &words)
{
    QStringList parts;
    for (const QString &word : words)
        parts << quoted(word);
    return parts.join(u' ');
}

} // namespace quayside
