// Pileup, on events and as events.
#if defined(HEPGAN_RPV)
#include <cmath>
#include <hepgan/io/event_file.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "program.hpp"

namespace {

std::vector<float> images_of(const std::string& path) {
  const hepgan::io::event_file file(path);
  std::vector<float> images(static_cast<std::size_t>(file.size()) * 4096);
  file.read(0, file.size(), images);
  return images;
}

/// The column of a run's metrics.csv.
std::vector<double> column_of(const std::string& metrics, const std::string& name) {
  std::istringstream rows(metrics);
  std::string line, cell;
  std::getline(rows, line);
  const auto at = std::count(line.begin(), line.begin() + (("," + line + ",").find("," + name + ",")), ',');
  std::vector<double> column;
  while (std::getline(rows, line)) {
    std::istringstream cells(line);
    for (std::ptrdiff_t i = 0; i <= at; ++i) std::getline(cells, cell, ',');
    column.push_back(std::stod(cell));
  }
  return column;
}

}  // namespace

TEST_CASE("pileup is laid over events, and its shifts are compared") {
  const folder f;
  REQUIRE(rpv("events --n 60 --out " + f / "events.h5").status == 0);
  REQUIRE(rpv("events --n 40 --pileup 20 --seed 2 --out " + f / "real.h5").status == 0);
  REQUIRE(rpv("events --n 30 --pileup 60 --seed 3 --out " + f / "fake.h5").status == 0);
  CHECK(hepgan::io::event_file(f / "fake.h5").field("nPU").size() == 30);
  const std::string overlay = "overlay --events " + f / "events.h5" + " --pileup " + f / "real.h5" + " --fake-pileup ";
  const auto told = [&](const std::string& more) {
    const auto o = rpv(overlay + more + " --json " + f / "found.json");
    INFO(o.said);
    REQUIRE(o.status == 0);
    CHECK(o.said.find("nan") == std::string::npos);
    return std::pair(o.said, nlohmann::json::parse(bytes_of(f / "found.json")));
  };

  SECTION("more pileup shifts more") {
    const auto [said, found] = told(f / "fake.h5");
    CHECK(found.at("n") == 30);
    CHECK_THAT(said, has_text("30 events with each pileup"));
    for (const char* name : {"nJet", "sumMass", "leadPt", "cells", "energy", "sumEt", "missingEt", "hottestCell"}) {
      INFO(name);
      const auto& row = found.at("shifts").at(name);
      const auto of = [&](const char* key) { return row.at(key).get<double>(); };
      CHECK_THAT(said, has_text(std::string("\n") + name));
      CHECK(of("real") - of("none") == Approx(of("real_shift")).margin(1e-3));
      CHECK(of("generated") - of("none") == Approx(of("generated_shift")).margin(1e-3));
      CHECK(of("generated") - of("real") == Approx(of("difference")).margin(1e-3));
    }
    for (const char* name : {"sumMass", "cells", "energy", "sumEt"}) {
      INFO(name);
      const auto& row = found.at("shifts").at(name);
      CHECK(row.at("real_shift") > 5 * row.at("real_shift_error").get<double>());
      CHECK(row.at("difference") > 5 * row.at("difference_error").get<double>());
      CHECK(found.at(std::string("ks_") + name) > 3);
    }
  }
  SECTION("the same pileup shifts by the same") {
    const auto found = told(f / "real.h5").second;
    CHECK(found.at("n") == 40);
    CHECK(found.at("shifts").at("sumMass").at("difference") == 0);
    CHECK(found.at("ks_comb").get<double>() == Approx(0).margin(1e-9));
    CHECK(found.at("ks_images").get<double>() == Approx(0).margin(1e-9));
  }
  SECTION("events are written as they were compared, on any number of threads") {
    const std::string write = f / "fake.h5" + " --n 50 --out " + f / "a.h5" + " --fake-out " + f / "b.h5";
    const auto [said, found] = told(write + " --threads 1");
    CHECK(found.at("n") == 50);
    CHECK_THAT(said,
               has_text("40 events of real and 30 of generated pileup for 50, so that some are used up to 2 times"));
    const std::string first = bytes_of(f / "a.h5");
    CHECK(told(write + " --threads 2").second == found);
    CHECK(bytes_of(f / "a.h5") == first);
    const auto events = images_of(f / "events.h5");
    for (const auto& [pileup, out] : {std::pair{"real.h5", "a.h5"}, {"fake.h5", "b.h5"}}) {
      INFO(out);
      const auto added = images_of(f / pileup), sum = images_of(f / out);
      REQUIRE(sum.size() == 50 * 4096);
      bool right = true;
      for (std::size_t i = 0; i < sum.size(); ++i) right &= sum[i] == events[i] + added[i % added.size()];
      CHECK(right);
      CHECK(hepgan::io::event_file(f / out).field("mGlu") == std::vector<float>(50, 1400.f));
    }
    told(f / "fake.h5" + " --n 1");  // whose error is no number
    CHECK_THAT(told(f / "fake.h5" + " --n 70").first, has_text("fewer than --n 70 events; 60 are taken"));
  }
  SECTION("what cannot be is a sentence") {
    files::write_h5(f / "size.h5", "all_events", "hist", {70, 32, 32}, std::vector<double>(70 * 1024));
    for (const auto& [more, expected] : std::vector<std::pair<std::string, std::string>>{
             {f / "size.h5", "size.h5: found images of 1x32x32, expected 1x64x64"},
             {f / "absent.h5", "absent.h5"},
             {f / "fake.h5" + " --n 0", "--n: found 0, expected at least 1"},
             {f / "fake.h5" + " --out " + f / "real.h5", "--out: found " + f / "real.h5" + ", which is read"},
             {f / "fake.h5" + " --fake-out " + f / "events.h5", "--fake-out: found " + f / "events.h5"},
             {f / "fake.h5" + " --json " + f / "fake.h5", "--json: found " + f / "fake.h5" + ", which is read"},
             {f / "fake.h5" + " --out " + f / "a.h5" + " --fake-out " + f / "a.h5", "for --out too"},
             {f / "fake.h5" + " --out " + f / "a.h5" + " --fake-out " + f / "./a.h5", "for --out too"},
             {f / "fake.h5" + " --out " + f / "a.h5" + " --json " + f / "a.h5", "a.h5 for --out too, expected another"},
             {f / "fake.h5" + " --out a.npy", "expected the name of an HDF5 file"}}) {
      const auto o = rpv(overlay + more);
      INFO(more << "\n" << o.said);
      CHECK(o.status != 0);
      CHECK(count(o.said, "\n") == 1);
      for (const std::string& part : {expected, std::string("expected ")}) CHECK_THAT(o.said, has_text(part));
    }
    CHECK_THAT(rpv("events --n 5 --pileup -1 --out " + f / "x.h5").said, has_text("--pileup: found -1"));
    CHECK(rpv("events --n 5 --pileup 20 --grid --out " + f / "x.h5").status != 0);
    CHECK(rpv("events --n 5 --pileup 20 --mglu 900 --out " + f / "x.h5").status != 0);
    CHECK_FALSE(fs::exists(f / "x.h5"));
  }
}

TEST_CASE("where events have no jets the epoch is chosen by images") {
  const folder f;
  REQUIRE(rpv("events --n 400 --pileup 5 --out " + f / "pileup.h5").status == 0);
  const std::string how = network + " --batch 32 --threads 2 --data " + f / "pileup.h5" + " --epochs 3";
  const auto o = rpv("train --out " + f / "run" + how);
  INFO(o.said);
  REQUIRE(o.status == 0);
  CHECK(count(o.said, "ks_images") == 3);
  CHECK(o.said.find("ks_comb") == std::string::npos);
  CHECK(nlohmann::json::parse(bytes_of(f / "run/run.json")).at("choose-by") == "images");
  const std::string metrics = bytes_of(f / "run/metrics.csv");
  const auto chosen = column_of(metrics, "best"), distance = column_of(metrics, "ks_images");
  REQUIRE(chosen.size() == 3);
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t epoch = 0; epoch < 3; ++epoch) {
    CHECK(chosen[epoch] == (distance[epoch] <= least ? 1 : 0));
    least = std::min(least, distance[epoch]);
  }
  CHECK(rpv("train --out " + f / "run" + " --resume --epochs 4").status == 0);
  CHECK_THAT(rpv("train --out " + f / "run" + " --resume --choose-by jets").said,
             has_text("--choose-by: found \"jets\""));
  const auto report = rpv("report --run " + f / "run");
  if (drew(report))
    for (const char* part : {"<span class=\"name\">ks_images</span>", "; events of <code>pileup.h5</code></p>"})
      CHECK_THAT(bytes_of(f / "run/report.html"), has_text(part));

  const auto refused = rpv("train --out " + f / "new" + how + " --choose-by jets");
  CHECK(refused.status == 1);
  CHECK_THAT(refused.said, has_text("--choose-by: found jets, and no validation event that has one, expected images"));
  CHECK_THAT(rpv("train --out " + f / "new" + how + " --choose-by eye").said, has_text("expected jets or images"));
  CHECK_FALSE(fs::exists(f / "new"));

  const auto asked = rpv("train --out " + f / "asked" + tiny + " --epochs 1 --choose-by images");
  CHECK_THAT(asked.said, has_text("ks_images"));
  const auto jets = rpv("train --out " + f / "jets" + tiny + " --epochs 1");
  CHECK_THAT(jets.said, has_text("ks_comb"));
  CHECK(nlohmann::json::parse(bytes_of(f / "jets/run.json")).at("choose-by") == "jets");
}
#endif
