// SPDX-License-Identifier: Apache-2.0
// storetool ROOT CLOCK STEP...: opens a store, takes one step (the text of Step::toString) and closes it
// again.
//
// For tests that kill it at a system call or let one fail. CLOCK is the time in seconds since 1970. Prints
// the store's answer; the exit status is 0 if it was "ok", 1 if not, 2 if the store cannot be opened as it
// should.
#include "subject.h"

#include <cstdlib>
#include <iostream>
#include <unistd.h>

int main(int argc, char **argv)
{
    using namespace quayside;
    if (argc < 4) {
        std::cerr << "usage: storetool ROOT CLOCK STEP...\n";
        return 2;
    }
    std::string text;
    for (int i = 3; i < argc; ++i)
        text += (i > 3 ? " " : "") + std::string(argv[i]);
    const auto step = test::Step::parse(text);
    if (!step) {
        std::cerr << "no step: " << text << '\n';
        return 2;
    }
    const test::World world;
    test::Subject subject(world, argv[1], Timestamp(std::chrono::seconds(std::atoll(argv[2]))));
    if (const auto problem = subject.open(); !problem.empty()) {
        std::cerr << problem << '\n';
        return 2;
    }
    // Whoever traces this sees where the step begins.
    static_cast<void>(::access("the step begins", F_OK));
    const auto answer = subject.take(*step);
    subject.close();
    std::cout << answer << '\n';
    return answer.starts_with("ok") ? 0 : 1;
}
