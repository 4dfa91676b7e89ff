// Several runs beside each other.
#include <fstream>
#include <string>

#include "../../examples/rpv/report/runs_picture.hpp"
#include "../support/folder.hpp"
#include "catch.hpp"

using namespace rpv::report;

namespace {

trained run_of(const files::folder& f, const std::string& name, const std::string& rows) {
  const auto path = f.path() / (name + ".csv");
  std::ofstream(path) << "epoch,ks_comb,best\n" << rows;
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
  CHECK(runs[0].best() == 4.25);
  CHECK(std::isinf(runs[2].best()));
}

TEST_CASE("any folder's name can stand in the picture") {
  CHECK(plain("it's {_}") == "'it''s {_}'");
  if (std::system("gnuplot --version > /dev/null 2>&1") != 0) {
    WARN("the picture is skipped: gnuplot is not installed");
    return;
  }
  const files::folder f;
  plotter plot(f.path() / "plot");
  draw_runs(plot, {run_of(f, "it's {_}\\", "0,30,1\n"), run_of(f, "nothing yet", "")});
  plot.draw_to(f.path() / "runs.png");
  std::ifstream in(f.path() / "runs.png", std::ios::binary);
  std::string head(4, ' ');
  in.read(head.data(), 4);
  CHECK(head.substr(1) == "PNG");
}
