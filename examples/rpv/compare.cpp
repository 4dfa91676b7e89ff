// rpv compare: several runs by epoch.
#include <cstdio>

#include "commands.hpp"
#include "places.hpp"
#include "report/runs_picture.hpp"
#include "settings.hpp"

namespace rpv {
namespace {

struct options {
  std::vector<std::string> runs;
  std::string out, by = "jets";
};

int run(const options& o) {
  const bool images = by_images("--by", o.by);
  expect_place("--out", o.out, png_file);
  if (!o.out.empty()) report::plotter::expect_gnuplot();
  std::vector<report::trained> runs;
  for (const std::filesystem::path path : o.runs) {
    if (!std::filesystem::exists(path / "metrics.csv"))
      throw hepgan::error("--runs: found no " + (path / "metrics.csv").string() + ", expected the folder of a run");
    runs.push_back(
        {std::filesystem::canonical(path).filename().string(), report::metrics(path / "metrics.csv"), images});
    if (const std::string column = runs.back().shown().sum; runs.back().begun() && !runs.back().by_epoch.has(column))
      throw hepgan::error((path / "metrics.csv").string() + ": found no column " + column + ", expected one");
  }
  if (std::ranges::none_of(runs, &report::trained::begun))
    throw hepgan::error("--runs: found no epoch that is done yet, expected one");
  report::sort_by_best(runs);
  std::fputs((report::table_of(runs) + report::footer_of(runs)).c_str(), stdout);
  if (o.out.empty()) return 0;
  report::plotter plot(report::plotter::scratch());
  report::draw_runs(plot, runs);
  plot.draw_to(o.out);
  return 0;
}

}  // namespace

command add_compare(CLI::App& app) {
  auto o = std::make_shared<options>();
  app.add_option("--runs", o->runs, "folders of runs")->required()->check(a_path());
  app.add_option("--by", o->by, "what is compared: jets (ks_comb) or images (ks_images)")->capture_default_str();
  app.add_option("--out", o->out, "draw them to this PNG file (gnuplot), which is replaced")->check(a_path());
  return [o] { return run(*o); };
}

}  // namespace rpv
