// The subcommands: each adds itself to the program, with its options, and runs when it is chosen.
#pragma once
#include <cstdint>
#include <string>

#include "../common/command_line.hpp"

namespace rpv {

using examples::a_number, examples::a_path, examples::command, examples::use_threads;
command add_train(CLI::App&);
command add_sample(CLI::App&);
command add_interpolate(CLI::App&);
command add_evaluate(CLI::App&);
command add_overlay(CLI::App&);
command add_report(CLI::App&);
command add_compare(CLI::App&);
command add_events(CLI::App&);
command add_info(CLI::App&);

/// What is written is HDF5, which nobody shall take for NumPy's.
inline CLI::Validator an_hdf5_path() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        if (!text.ends_with(".npy") && !text.ends_with(".npz")) return "";
        return "found " + text + ", expected the name of an HDF5 file, such as events.h5";
      },
      "");
}

/// --classifier-events of a command.
inline constexpr std::int64_t default_classifier_events = 4000;
inline void add_classifier_events(CLI::App& app, std::int64_t& n) {
  app.add_option("--classifier-events", n, "first events of each kind that small networks learn to tell apart; 0: none")
      ->check(a_number<std::int64_t>())
      ->capture_default_str();
}

}  // namespace rpv
