// The toys program, as users and scripts meet it.
#if defined(HEPGAN_TOYS)
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "folder.hpp"
#include "process.hpp"

namespace {

outcome toys(const std::string& arguments) { return run(std::string(HEPGAN_TOYS) + " " + arguments); }

std::string last_line(const std::string& text) {
  std::istringstream lines(text);
  std::string line, last;
  while (std::getline(lines, line)) last = line;
  return last;
}
/// Without the time that it took.
std::string figures_of(const std::string& line) { return line.substr(line.find(": ")); }

}  // namespace

TEST_CASE("WGAN-GP finds all of 8 Gaussians in seconds, and the same again") {
  const std::string arguments = "train --method wasserstein-gp --data 8-gaussians --steps 3000 --seed 2";
  const auto o = toys(arguments);
  INFO(o.said);
  REQUIRE(o.status == 0);
  int modes = 0;
  double good = 0, distance = 0;
  REQUIRE(std::sscanf(figures_of(last_line(o.said)).c_str(), ": %d modes, %lf %% good, W₁ %lf", &modes, &good,
                      &distance) == 3);
  CHECK(modes == 8);
  CHECK(good > 50);
  CHECK(distance < 0.5);
  CHECK(std::ranges::count(o.said, '\n') == 4);
  CHECK(figures_of(last_line(toys(arguments).said)) == figures_of(last_line(o.said)));
}

TEST_CASE("What a training learnt is drawn, and no file is written over") {
  const files::folder f;
  const std::string out = (f / "picture.png").string(), table = (f / "table.md").string();
  const auto o = toys("train --method r1 --data swiss-roll --steps 40 --out " + out);
  INFO(o.said);
  if (o.said.find("gnuplot: found no such program") != std::string::npos) {
    WARN("no picture is drawn: gnuplot is not installed");
  } else {
    REQUIRE(o.status == 0);
    CHECK(files::bytes_of(out).substr(1, 3) == "PNG");
    const std::string before = files::bytes_of(out);
    const auto again = toys("train --method r1 --steps 40 --out " + out);
    CHECK(again.status == 1);
    CHECK(again.said.find("--out: found " + out + ", expected the name of a file that is not there yet") !=
          std::string::npos);
    CHECK(files::bytes_of(out) == before);
  }
  const std::string few = "table --methods r1,standard --data 25-gaussians --seeds 2 --steps 20 --out " + table;
  REQUIRE(toys(few).status == 0);
  const std::string written = files::bytes_of(table);
  for (const char* row :
       {"| method | 25-gaussians: modes |", "\n| real points | 25.0", "\n| `r1` |", "\n| `standard` |"})
    CHECK(written.find(row) != std::string::npos);
  CHECK(toys(few).status == 1);
  CHECK(files::bytes_of(table) == written);
}

TEST_CASE("Every method that is listed trains") {
  std::istringstream lines(toys("list").said);
  std::string line;
  std::vector<std::string> methods;
  std::getline(lines, line);
  while (std::getline(lines, line) && line.starts_with(' ')) {
    std::istringstream words(line);
    words >> methods.emplace_back();
  }
  REQUIRE(methods.size() >= 6);
  for (const std::string& m : methods) {
    const auto o = toys("train --steps 10 --data 25-gaussians --method " + m);
    INFO(m << "\n" << o.said);
    CHECK(o.status == 0);
    CHECK(last_line(o.said).starts_with("step 10 of 10"));
  }
}

TEST_CASE("Ctrl-C stops the toys, which say so and write nothing") {
  const files::folder f;
  // what each says first is an eighth of the training, and one of a thousand trainings
  for (const std::string arguments : {"train --method standard --steps 20000",
                                      "table --methods standard --data 8-gaussians --seeds 1000 --steps 50"}) {
    const std::string out = (f / "out").string();
    const auto o = run_and_signal(std::string(HEPGAN_TOYS) + " " + arguments + " --out " + out, SIGINT);
    INFO(o.said);
    if (o.said.find("gnuplot: found no such program") != std::string::npos) continue;
    CHECK(o.status == 130);
    CHECK(last_line(o.said) == "toys: interrupted; nothing was written");
    CHECK(std::filesystem::is_empty(f.path()));
  }
}

TEST_CASE("What the toys cannot do is one sentence") {
  struct row {
    std::string arguments, expected;
  };
  const std::vector<row> rows{
      {"", "found no command, expected one of train, table, list"},
      {"dance", "found dance, expected one of train"},
      {"train --method none", "--method: found none, expected one of standard, "},
      {"train --data none", "--data: found none, expected one of 8-gaussians, 25-gaussians, swiss-roll"},
      {"train --steps 0", "--steps: found 0, expected at least 1"},
      {"train --steps many", "found many, expected a whole number"},
      {"train --seed -1", "found -1, expected a whole number from 0 on"},
      {"train --out", "--out"},
      {"train --color red", "found --color red, expected options of this command; toys train --help lists them"},
      {"train --out /nowhere/x.png", "/nowhere/x.png: cannot be written: found"},
      {"table --methods standard,none", "--methods: found none, expected one of"},
      {"table --data none", "--data: found none"},
      {"table --seeds 0", "--seeds: found 0, expected 1 to 1000"},
      {"table --threads -1", "--threads: found -1, expected 0 (all cores) to 4096"},
      {"table --steps -1", "--steps: found -1, expected at least 1"},
  };
  for (const row& r : rows) {
    const auto o = toys(r.arguments);
    INFO(r.arguments << "\n" << o.said);
    CHECK(o.status != 0);
    CHECK(o.status < 128);
    CHECK(o.said.find(r.expected) != std::string::npos);
    CHECK(std::ranges::count(o.said, '\n') == 1);
  }
  for (const std::string command : {"", "train ", "table ", "list "}) {
    CHECK(toys(command + "--help").status == 0);
    CHECK(toys(command + "--version").said.find("hepgan") != std::string::npos);
  }
}
#endif
