// rpv report: the run's validation events beside as many from its best epoch, as one HTML page.
#include "report/report.hpp"

#include <filesystem>
#include <hepgan/physics/jets.hpp>
#include <iostream>

#include "classifier.hpp"
#include "commands.hpp"
#include "input.hpp"
#include "run_folder.hpp"

namespace rpv {
namespace {

int run(const std::filesystem::path& path, std::int64_t classifier_events, int threads) {
  expect_classifier_events(classifier_events);
  use_threads(threads);
  const run_folder folder(path);
  const auto description = folder.description();
  const settings s = from_run(description, folder.file("run.json").string());

  const bool chosen = std::filesystem::exists(folder.file("best.ckpt"));
  const auto model = load_generator(hepgan::checkpoint::read(folder.file(chosen ? "best.ckpt" : "last.ckpt")));
  const auto events = open_events(s);
  if (folder.holds_a_run())
    expect_events_of(hepgan::checkpoint::read(folder.file("last.ckpt")), event_identity(*events), path);
  const auto real = validation_images(*events);
  std::vector<float> fake(real.size());
  constexpr std::uint64_t report_seed = 0x7265706f7274;  // other events than those that chose the epoch
  model->sample(s.seed ^ report_seed, 0, static_cast<std::int64_t>(fake.size()) / image.size(), fake,
                validation_conditions(*events, real));

  const auto real_jets = hepgan::physics::reconstruct(real, image),
             fake_jets = hepgan::physics::reconstruct(fake, image);
  std::vector<std::pair<std::string, std::string>> options;
  for (const auto& [name, value] : description.items())
    options.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
  options.emplace_back("generated from", chosen ? "best.ckpt" : "last.ckpt: there is no best.ckpt");
  std::vector<std::string> files;
  for (const std::filesystem::path file : s.data) files.push_back(file.filename().string());
  report::write({.run = path,
                 .real = real,
                 .fake = fake,
                 .image = image,
                 .real_jets = real_jets,
                 .fake_jets = fake_jets,
                 .result = hepgan::physics::compare(real_jets, fake_jets),
                 .told = tell_apart(real, fake, real_jets, fake_jets, classifier_events),
                 .options = options,
                 .data = files,
                 .chosen = chosen,
                 .by_images = by_images("--choose-by", s.choose_by),
                 .decision = numbers_of(s.how.name).decision});
  std::cout << "report: " << (path / "report.html").string() << "\n";
  return 0;
}

}  // namespace

command add_report(CLI::App& app) {
  auto path = std::make_shared<std::filesystem::path>();
  auto events = std::make_shared<std::int64_t>(default_classifier_events);
  auto threads = std::make_shared<int>(0);
  app.add_option("--run", *path, "folder of a run")->required()->check(a_path());
  add_classifier_events(app, *events);
  app.add_option("--threads", *threads, "threads; all cores when not given")->check(a_number<int>());
  return [=] { return run(*path, *events, *threads); };
}

}  // namespace rpv
