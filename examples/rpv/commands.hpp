// The subcommands: each adds itself to the program, with its options, and runs when it is chosen.
#pragma once
#include <CLI/CLI.hpp>
#include <functional>

namespace rpv {

/// Each returns what to run after parsing: the exit status.
using command = std::function<int()>;
command add_train(CLI::App&);
command add_sample(CLI::App&);
command add_evaluate(CLI::App&);
command add_report(CLI::App&);
command add_events(CLI::App&);
command add_info(CLI::App&);

}  // namespace rpv
