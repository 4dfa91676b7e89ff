// The subcommands: each adds itself to the program, with its options, and runs when it is chosen.
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <string>

namespace rpv {

/// Each returns what to run after parsing: the exit status.
using command = std::function<int()>;
command add_train(CLI::App&);
command add_sample(CLI::App&);
command add_evaluate(CLI::App&);
command add_report(CLI::App&);
command add_events(CLI::App&);
command add_info(CLI::App&);

/// --threads of a command: 0 is all cores.
inline void use_threads(int n) {
  if (n < 0 || n > 4096)
    throw hepgan::error("--threads: found " + std::to_string(n) + ", expected 0 (all cores) to 4096");
  hepgan::set_threads(n);
}

}  // namespace rpv
