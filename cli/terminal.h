// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

#include <optional>

namespace quayside {

/// Standard input as a command asks on it. Waits for the person, so it is for commands without a window
/// alone.
class Terminal
{
public:
    /// Reads from `input` and prints prompts to `output`: file descriptors that stay the caller's.
    Terminal(int input, int output);

    /// Whether somebody can be asked.
    bool isInteractive() const;
    /// One line, without its end. Nothing at the end of the input, or if it is no UTF-8 or over 4 KiB.
    /// Signals end the program meanwhile as usual, also if they are blocked otherwise.
    std::optional<QString> ask(const QString &prompt) const;
    /// The whole input, line by line, without empty ones and without space around. Nothing if it is no UTF-8
    /// or over 64 MiB. The same with signals.
    std::optional<QStringList> readLines() const;
    /// The same; what is typed does not show. A signal that ends the program meanwhile finds the terminal as
    /// it was.
    std::optional<QString> askSecret(const QString &prompt) const;
    /// The whole input without the end of its last line, for `--password-stdin`. The same limits, and a zero
    /// byte or a second line is none.
    std::optional<QString> readSecret() const;

private:
    void print(const QString &text) const;

    int m_input;
    int m_output;
};

} // namespace quayside
