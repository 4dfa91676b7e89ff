// A program of subcommands whose user reads sentences: what was found, what was expected.
#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <functional>
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <initializer_list>
#include <iostream>
#include <new>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "interrupt.hpp"

namespace examples {

/// What to run after parsing: the exit status.
using command = std::function<int()>;
/// One that adds its options to the program, and runs when it is chosen.
struct subcommand {
  const char *name, *what;
  command (*add)(CLI::App&);
};

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

/// --threads of a command: 0 is all cores.
inline void use_threads(int n) {
  if (n < 0 || n > 4096)
    throw hepgan::error("--threads: found " + std::to_string(n) + ", expected 0 (all cores) to 4096");
  hepgan::set_threads(n);
}

namespace detail {

inline int parse_and_run(const std::string& program, const char* what, const char* version,
                         std::initializer_list<subcommand> all, int argc, char** argv) {
  CLI::App app(what, program);
  const std::string said = program + " (hepgan " + version + ")";
  app.set_version_flag("--version", said);
  app.require_subcommand(1);
  std::vector<std::pair<CLI::App*, command>> commands;
  std::string names;
  for (const subcommand& c : all) {
    CLI::App* sub = app.add_subcommand(c.name, c.what);
    sub->set_version_flag("--version", said);
    commands.emplace_back(sub, c.add(*sub));
    names += (names.empty() ? "" : ", ") + std::string(c.name);
  }
  const bool named = argc > 1 && argv[1][0] != '-';
  const std::string help = "; " + program + " " + (named ? argv[1] + std::string(" ") : "") + "--help lists them\n";
  const auto refuse = [&](const std::string& sentence, int status = 2) {
    std::cerr << program << ": " << sentence;
    return status;
  };
  try {
    if (named && std::ranges::none_of(all, [&](const subcommand& c) { return std::string(c.name) == argv[1]; }))
      return refuse("found " + std::string(argv[1]) + ", expected one of " + names + "\n");
    app.parse(argc, argv);
    for (const auto& [sub, run] : commands)
      if (sub->parsed()) return run();
  } catch (const CLI::ConversionError& e) {  // "Could not convert: --filters = x"
    const std::string text = e.what(), option = text.substr(text.find("--"));
    const auto at = option.find(" = ");
    return refuse(option.substr(0, at) + ": found " + (at < option.size() ? option.substr(at + 3) : "nothing") +
                  ", expected a number\n");
  } catch (const CLI::RequiredError& e) {  // "--out is required", "A subcommand is required"
    const std::string text = e.what(), missing = text.substr(0, text.find(" is required"));
    if (missing == "A subcommand") return refuse("found no command, expected one of " + names + "\n");
    return refuse("found no " + missing + ", expected it among the options" + help);
  } catch (const CLI::ExtrasError&) {  // which has them from the last to the first
    std::string found;
    for (const std::string& argument : app.remaining(true)) found += " " + argument;
    return refuse("found" + found + ", expected options of this command" + help);
  } catch (const CLI::ArgumentMismatch& e) {  // "--n: 1 required INT missing", "--n: At Most 1 required but received 2"
    const std::string text = e.what(), option = text.substr(0, text.find(':'));
    const auto many = text.rfind("received ");
    return refuse(option + ": found " + (many == text.npos ? "nothing" : text.substr(many + 9) + " values") +
                  ", expected one\n");
  } catch (const CLI::ExcludesError& e) {  // "--mglu excludes --grid"
    const std::string text = e.what();
    const auto at = text.find(" excludes ");
    return refuse("found " + text.substr(0, at) + " beside " + text.substr(at + 10) + ", expected one of them\n");
  } catch (const CLI::ValidationError& e) {  // ours
    return refuse(std::string(e.what()) + "\n");
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e);  // --help, --version
    return refuse(std::string(e.what()) + "; " + program + " --help lists what there is\n");
  } catch (const stopped& e) {
    return refuse(std::string(e.what()) + "\n", 130);
  } catch (const std::bad_alloc&) {
    return refuse("found not enough memory for these options, expected it for the events and the batch\n", 1);
  } catch (const std::exception& e) {
    return refuse(std::string(e.what()) + "\n", 1);
  }
  return 0;
}

}  // namespace detail

/// Standard input, output and error that are closed would be the numbers of the next files that are opened, which then
/// took what is told.
inline void open_standard_files() {
  int file = -1;
  do file = ::open("/dev/null", O_RDWR);
  while (file >= 0 && file <= STDERR_FILENO);
  if (file >= 0) ::close(file);
}

/// All of a program's main: 0, 1 for what went wrong, 2 for a command line that is none.
inline int run_program(const std::string& program, const char* what, const char* version,
                       std::initializer_list<subcommand> all, int argc, char** argv) {
  open_standard_files();
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);  // what cannot be written is an error
  const int status = detail::parse_and_run(program, what, version, all, argc, argv);
  if (std::fflush(stdout) == 0 && !std::ferror(stdout) && std::cout.flush()) return status;
  std::cerr << program << ": standard output cannot be written, expected it to take what was found\n";
  return status ? status : 1;
}

}  // namespace examples
