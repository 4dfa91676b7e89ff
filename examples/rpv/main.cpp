// rpv: trains, samples, evaluates and reports on the RPV whole-detector GAN.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <hepgan/core/error.hpp>
#include <iostream>
#include <new>

#include "commands.hpp"

namespace {

/// libgomp's threads wait for each other by spinning, and so long that a training beside another program takes ten
/// times as long. How long is said in the environment, which libgomp reads before main: hence the second start.
void spin_briefly(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT")) return;
  std::error_code unknown;  // started by a loader, the program is that one's argument
  const auto self = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (self.filename() != std::filesystem::path(argv[0]).filename() || setenv("GOMP_SPINCOUNT", "1000", 1) != 0) return;
  execv(self.c_str(), argv);
}

int parse_and_run(int argc, char** argv) {
  CLI::App app("A GAN of whole-detector calorimeter images (RPV supersymmetry): train, sample, evaluate, report.",
               "rpv");
  app.set_version_flag("--version", "rpv (hepgan " HEPGAN_VERSION ")");
  app.require_subcommand(1);
  std::vector<std::pair<CLI::App*, rpv::command>> commands;
  const auto add = [&](const char* name, const char* what, rpv::command (*make)(CLI::App&)) {
    CLI::App* sub = app.add_subcommand(name, what);
    sub->set_version_flag("--version", "rpv (hepgan " HEPGAN_VERSION ")");
    commands.emplace_back(sub, make(*sub));
  };
  add("train", "train a generator on calorimeter images", rpv::add_train);
  add("sample", "draw images from a checkpoint", rpv::add_sample);
  add("interpolate", "draw images between two mass points", rpv::add_interpolate);
  add("evaluate", "compare the jets of real and generated images", rpv::add_evaluate);
  add("report", "draw a run as one HTML page", rpv::add_report);
  add("events", "make built-in RPV-like events", rpv::add_events);
  add("info", "say what a checkpoint holds", rpv::add_info);
  std::string names;
  for (const auto& c : commands) names += (names.empty() ? "" : ", ") + c.first->get_name();
  const std::string help =
      std::string("; rpv ") + (argc > 1 && argv[1][0] != '-' ? argv[1] + std::string(" ") : "") + "--help lists them\n";
  try {
    if (argc > 1 && argv[1][0] != '-' &&
        std::ranges::none_of(commands, [&](const auto& c) { return c.first->get_name() == argv[1]; })) {
      std::cerr << "rpv: found " << argv[1] << ", expected one of " << names << "\n";
      return 2;
    }
    app.parse(argc, argv);
    for (const auto& [sub, run] : commands)
      if (sub->parsed()) return run();
  } catch (const CLI::ConversionError& e) {  // "Could not convert: --filters = x"
    const std::string what = e.what(), option = what.substr(what.find("--"));
    const auto at = option.find(" = ");
    std::cerr << "rpv: " << option.substr(0, at) << ": found "
              << (at < option.size() ? option.substr(at + 3) : "nothing") << ", expected a number\n";
    return 2;
  } catch (const CLI::RequiredError& e) {  // "--out is required", "A subcommand is required"
    const std::string what = e.what(), missing = what.substr(0, what.find(" is required"));
    if (missing == "A subcommand")
      std::cerr << "rpv: found no command, expected one of " << names << "\n";
    else
      std::cerr << "rpv: found no " << missing << ", expected it among the options" << help;
    return 2;
  } catch (const CLI::ExtrasError& e) {  // "The following argument was not expected: -x"
    const std::string what = e.what();
    std::cerr << "rpv: found " << what.substr(what.find(": ") + 2) << ", expected options of this command" << help;
    return 2;
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e);  // --help, --version
    std::cerr << "rpv: " << e.what() << "; rpv --help lists what there is\n";
    return 2;
  } catch (const std::bad_alloc&) {
    std::cerr << "rpv: found not enough memory for these options, expected it for the events and the batch\n";
    return 1;
  } catch (const std::exception& e) {
    std::cerr << "rpv: " << e.what() << "\n";
    return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  spin_briefly(argv);
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);  // what cannot be written is an error
  const int status = parse_and_run(argc, argv);
  if (std::fflush(stdout) == 0 && !std::ferror(stdout) && std::cout.flush()) return status;
  std::cerr << "rpv: standard output cannot be written, expected it to take what was found\n";
  return status ? status : 1;
}
