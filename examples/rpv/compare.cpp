// rpv compare: several runs by epoch.
#include <cstdio>
#include <hepgan/core/file.hpp>

#include "commands.hpp"
#include "report/runs_picture.hpp"
#include "settings.hpp"

namespace rpv {
namespace {

struct options {
  std::vector<std::string> runs;
  std::string out, by = "jets";
};

/// A picture may lie in a run's folder, but take no other file's place.
void expect_no_file_of(const std::filesystem::path& run, const std::string& out) {
  if (out.empty()) return;
  const auto file = std::filesystem::weakly_canonical(out);
  std::error_code absent;
  if (file.extension() != ".png" && std::filesystem::equivalent(file.parent_path(), run, absent))
    throw hepgan::error("--out: found " + out + ", a file of run " + run.string() + ", expected a PNG");
}

int run(const options& o) {
  const bool images = by_images("--by", o.by);
  if (!o.out.empty()) hepgan::expect_writable(o.out), report::plotter::expect_gnuplot();
  std::vector<report::trained> runs;
  for (const std::filesystem::path path : o.runs) {
    if (!std::filesystem::exists(path / "metrics.csv"))
      throw hepgan::error("--runs: found no " + (path / "metrics.csv").string() + ", expected the folder of a run");
    expect_no_file_of(path, o.out);
    runs.push_back(
        {std::filesystem::canonical(path).filename().string(), report::metrics(path / "metrics.csv"), images});
    if (const std::string column = runs.back().shown().sum;
        runs.back().by_epoch.rows() && !runs.back().by_epoch.has(column))
      throw hepgan::error((path / "metrics.csv").string() + ": found no column " + column + ", expected one");
  }
  report::sort_by_best(runs);
  std::fputs(report::table_of(runs).c_str(), stdout);
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
  app.add_option("--out", o->out, "draw them to this PNG file (gnuplot)")->check(a_path());
  return [o] { return run(*o); };
}

}  // namespace rpv
