// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

namespace quayside {

/// The command line tools that lines to copy are made for.
enum class Tool { Docker, Podman, Skopeo };

/// Their names as people type them, in the order of Tool.
QStringList pullTools();
/// Those that push an image built on this computer.
QStringList pushTools();

/// One command that pulls `reference`, as words. `plainHttp`: the registry is reached without encryption;
/// docker allows that for loopback addresses only, podman and skopeo want it said.
QStringList pullCommand(Tool tool, const QString &reference, bool plainHttp);
/// The lines that push an image called "app" to the registry at `address` (host:port), by index of
/// pushTools().
QStringList pushLines(int tool, const QString &address);

/// The words as one line for a POSIX shell; quoted where needed, never with a line feed.
QString shellLine(const QStringList &words);

} // namespace quayside
