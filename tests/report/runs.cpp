// Several runs beside each other.
#include <fstream>
#include <string>

#include "../../examples/rpv/report/runs_picture.hpp"
#include "../support/folder.hpp"
#include "catch.hpp"

using namespace rpv::report;

namespace {

trained run_of(const files::folder& f, const std::string& name, const std::string& rows,
               const std::string& columns = "epoch,ks_comb,best") {
  const auto path = f.path() / (name + ".csv");
  std::ofstream(path) << columns << "\n" << rows;
  return {name, metrics(path)};
}

}  // namespace

TEST_CASE("runs are told best first, and an epoch that a run has not is left open") {
  const files::folder f;
  std::vector<trained> runs{run_of(f, "none chosen", "0,2100,0\n"), run_of(f, "worse", "0,90,1\n1,120.4,0\n"),
                            run_of(f, "better", "0,30,1\n1,4.25,1\n2,7,0\n")};
  sort_by_best(runs);
  CHECK(table_of(runs) ==
        "| ks_comb in epoch | 0 | 1 | 2 |\n|---|---|---|---|\n"
        "| `better` | 30.0 | **4.2** | 7.0 |\n"
        "| `worse` | **90.0** | 120 |  |\n"
        "| `none chosen` | 2100 |  |  |\n");
  CHECK_THAT(footer_of(runs), has_text("Bold: best.ckpt, of those") && !has_text("In brackets"));
  CHECK(runs[0].best() == 4.25);
  CHECK(std::isinf(runs[2].best()));
}

TEST_CASE("epochs are those that a run wrote, not places in its file") {
  const files::folder f;
  const std::vector<trained> runs{run_of(f, "late", "4,30,0\n5,4.25,1\n"), run_of(f, "early", "0,90,0\n4,50,1\n")};
  CHECK(table_of(runs) ==
        "| ks_comb in epoch | 0 | 4 | 5 |\n|---|---|---|---|\n"
        "| `late` |  | 30.0 | **4.2** |\n"
        "| `early` | 90.0 | **50.0** |  |\n");
}

TEST_CASE("epochs that make hardly any jets are told in brackets, and are nobody's best") {
  const files::folder f;
  const std::string columns = "epoch,ks_comb,best,no_jet_fraction";
  std::vector<trained> runs{run_of(f, "empty", "0,300,1,0.51\n1,4,1,0.99\n", columns),
                            run_of(f, "full", "0,5,1,0.8\n1,90,1,0.5\n", columns)};
  sort_by_best(runs);
  CHECK(table_of(runs) ==
        "| ks_comb in epoch | 0 | 1 |\n|---|---|---|\n"
        "| `full` | (5.0) | **90.0** |\n"
        "| `empty` | (300) | **(4.0)** |\n");
  CHECK(runs[0].best_text() == "90.0");
  CHECK(runs[1].best_text() == "few jets");
  CHECK(runs[0].comparable()[1] == 90);
  CHECK(std::isnan(runs[0].comparable()[0]));
  CHECK_THAT(footer_of(runs), has_text("In brackets: fewer than half of the events have a jet"));
  runs[1].by_images = true;  // where real events have no jets either
  CHECK(runs[1].few_jets() == std::vector<bool>{false, false});
}

TEST_CASE("runs that compared unlike numbers of events are not to be held against each other") {
  const files::folder f;
  const std::string columns = "epoch,ks_comb,best,n_real";
  std::vector<trained> runs{run_of(f, "many", "0,30,1,1600\n", columns), run_of(f, "few", "0,8,1,400\n", columns)};
  CHECK_THAT(footer_of(runs),
             has_text("ks_comb grows with the number of events, which is 1600 of `many`, 400 of `few`.\n"));
  runs.push_back(run_of(f, "not begun", "", columns)),
      runs.push_back(run_of(f, "old", "0,9,1\n", "epoch,ks_comb,best"));
  CHECK_THAT(footer_of(runs), has_text("1600 of `many`, 400 of `few`, an unknown number of `old`.\n"));
  runs.resize(2);
  runs.back() = run_of(f, "as many", "0,8,1,1600\n", columns);
  CHECK_THAT(footer_of(runs), !has_text("grows"));
  runs.back() = run_of(f, "nothing yet", "", columns);
  CHECK_THAT(footer_of(runs), !has_text("grows") && has_text("Of `nothing yet` no epoch is done yet."));
}

TEST_CASE("any folder's name can stand in the picture") {
  CHECK(plain("it's {_}") == "'it''s {_}'");
  CHECK(plain("two\nlines") == "'two?lines'");
  if (std::system("gnuplot --version > /dev/null 2>&1") != 0) {
    WARN("the picture is skipped: gnuplot is not installed");
    return;
  }
  const files::folder f;
  plotter plot(f.path() / "plot");
  CHECK_THROWS_WITH(plotter(f.path() / "plot"), has_text("found another program that draws there"));
  const auto linked = f.path() / "linked", own = f.path() / "own";
  std::filesystem::create_directory(own), std::ofstream(own / "kept") << "mine";
  std::filesystem::create_directory_symlink(own, linked);
  CHECK_THROWS_WITH(plotter{linked}, has_text("expected a folder that can be made"));
  CHECK(std::filesystem::exists(own / "kept"));
  draw_runs(plot, {run_of(f, "it's {_}\\", "0,30,1\n"), run_of(f, "nothing yet", "")});
  plot.draw_to(f.path() / "runs.png");
  std::ifstream in(f.path() / "runs.png", std::ios::binary);
  std::string head(4, ' ');
  in.read(head.data(), 4);
  CHECK(head.substr(1) == "PNG");
}
