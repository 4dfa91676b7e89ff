// The subcommands: each adds itself to the program, with its options, and runs when it is chosen.
#pragma once
#include <CLI/CLI.hpp>
#include <charconv>
#include <filesystem>
#include <functional>
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <string>
#include <system_error>
#include <type_traits>

namespace rpv {

/// Each returns what to run after parsing: the exit status.
using command = std::function<int()>;
command add_train(CLI::App&);
command add_sample(CLI::App&);
command add_interpolate(CLI::App&);
command add_evaluate(CLI::App&);
command add_report(CLI::App&);
command add_events(CLI::App&);
command add_info(CLI::App&);

/// Text that is one number and nothing else, and fits its type.
template <class T>
CLI::Validator a_number() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        T value{};
        const char* end = text.data() + text.size();
        const auto [at, failed] = std::from_chars(text.data(), end, value);
        if (failed == std::errc{} && at == end) return "";
        const std::string wanted = std::is_integral_v<T> ? "a whole number" : "a number";
        return "found " + (text.empty() ? "nothing" : text) + ", expected " + wanted +
               (failed == std::errc::result_out_of_range ? " of a size that fits"
                : std::is_unsigned_v<T>                  ? " from 0 on"
                                                         : "");
      },
      "");
}
/// A name that is not there, as of a shell variable that is not set, makes the next option the value.
inline CLI::Validator a_path() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        if (!text.empty() && !text.starts_with("--")) return "";
        return "found " + (text.empty() ? "nothing" : text) + ", expected a path";
      },
      "");
}
/// What is written is HDF5, which nobody shall take for NumPy's.
inline CLI::Validator an_hdf5_path() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        if (!text.ends_with(".npy") && !text.ends_with(".npz")) return "";
        return "found " + text + ", expected the name of an HDF5 file, such as events.h5";
      },
      "");
}
/// A result that replaces what it was made from would be the last of it.
inline void expect_another_file(const char* option, const std::string& out, const std::string& in) {
  std::error_code absent;
  if (std::filesystem::equivalent(out, in, absent))
    throw hepgan::error(std::string(option) + ": found " + out + ", which is read, expected another file");
}

/// --threads of a command: 0 is all cores.
inline void use_threads(int n) {
  if (n < 0 || n > 4096)
    throw hepgan::error("--threads: found " + std::to_string(n) + ", expected 0 (all cores) to 4096");
  hepgan::set_threads(n);
}

}  // namespace rpv
