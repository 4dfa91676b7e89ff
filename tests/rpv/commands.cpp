// Every command at work.
#if defined(HEPGAN_RPV)
#include <hepgan/io/event_file.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>
#include <vector>

#include "program.hpp"

TEST_CASE("a run is sampled, evaluated and reported on") {
  const folder f;
  REQUIRE(rpv("train --out " + f / "run" + tiny + " --epochs 1").status == 0);
  REQUIRE(rpv("sample --n 40 --checkpoint " + f / "run/best.ckpt" + " --out " + f / "fake.h5").status == 0);
  REQUIRE(rpv("events --n 60 --mglu 1000 --mneu 500 --out " + f / "real.h5").status == 0);
  REQUIRE(rpv("events --n 50 --mglu 1800 --mneu 1050 --out " + f / "heavier.h5").status == 0);

  const std::vector<const char*> distances{"ks_nJet", "ks_sumMass", "ks_jetPt", "ks_jetEta", "ks_jetPhi", "ks_comb"};
  const std::string metrics = bytes_of(f / "run/metrics.csv"), columns = metrics.substr(0, metrics.find('\n'));
  const auto evaluated = [&](const std::string& fake, int n_real, int n_fake) {
    const std::string json = f / "found.json";
    const auto o = rpv("evaluate --real " + f / "real.h5" + " --fake " + f / fake + " --json " + json);
    INFO(fake << "\n" << o.said);
    REQUIRE(o.status == 0);
    const auto found = nlohmann::json::parse(bytes_of(json)).get<std::map<std::string, double>>();
    std::vector<const char*> names = distances;
    names.insert(names.end(), {"n_real", "n_fake", "no_jet_fraction"});
    for (const char* name : names) {
      INFO(name);
      REQUIRE(found.count(name) == 1);
      CHECK(o.said.find(name) != std::string::npos);
      CHECK(columns.find(name) != std::string::npos);
    }
    CHECK(found.at("ks_comb") == Approx(found.at("ks_nJet") + found.at("ks_sumMass") + found.at("ks_jetPt")));
    CHECK(found.at("n_real") == n_real);
    CHECK(found.at("n_fake") == n_fake);
    CHECK((found.at("no_jet_fraction") >= 0 && found.at("no_jet_fraction") <= 1));
    return found;
  };
  const auto same = evaluated("real.h5", 60, 60), heavier = evaluated("heavier.h5", 60, 50);
  for (const char* name : distances) {
    INFO(name);
    CHECK(same.at(name) == Approx(0).margin(1e-9));
  }
  CHECK(heavier.at("ks_comb") > 1);
  CHECK(evaluated("fake.h5", 60, 40).at("ks_comb") > 1);

  const auto o = rpv("report --run " + f / "run");
  INFO(o.said);
  if (o.said.find("gnuplot, which draws the report, is not found") != std::string::npos) {
    WARN("the report is skipped: gnuplot is not installed");
    return;
  }
  REQUIRE(o.status == 0);
  const std::string page = bytes_of(f / "run/report.html");
  int pictures = 0;
  for (const auto& picture : fs::directory_iterator(f / "run/pictures")) {
    const std::string name = picture.path().filename().string();
    const std::string start = "alt=\"" + name + "\" src=\"data:image/png;base64,";
    INFO(name);
    CHECK(bytes_of(picture.path()).substr(1, 3) == "PNG");
    const std::size_t at = page.find(start);
    REQUIRE(at != std::string::npos);
    const std::size_t data = at + start.size();
    CHECK(page.find('"', data) - data == (picture.file_size() + 2) / 3 * 4);  // the whole of it, in base 64
    ++pictures;
  }
  CHECK(pictures > 0);
  CHECK(count(page, "<img ") == pictures);
}

TEST_CASE("the example draws the events that rpv sample draws, from the checkpoint alone") {
  const folder f;
  const auto trained = rpv("train --out " + f / "run" + " --filters 16 --noise 64 --events 200 --batch 16 --epochs 1");
  if (trained.said.find("HEPGAN_RPV_CATALOGUE") != std::string::npos) {
    WARN("skipped: this build has no recommended/16x64");
    return;
  }
  REQUIRE(rpv("sample --checkpoint " + f / "run/best.ckpt" + " --n 2 --seed 42 --out " + f / "two.h5").status == 0);
  const auto said = run(std::string(HEPGAN_SAMPLE_ONE_EVENT) + " " + f / "run/best.ckpt" + " 42").said;
  hepgan::io::event_file file(f / "two.h5");
  std::vector<float> images(2 * 4096);
  file.read(0, 2, images);
  std::istringstream words(said);
  for (int i = 0; i < 2; ++i) {
    std::string event, of, unit;
    double gev = -1;
    words >> event >> of >> gev >> unit;
    INFO(said);
    CHECK(gev > 0);
    CHECK(
        gev ==
        Approx(std::accumulate(images.begin() + i * 4096, images.begin() + (i + 1) * 4096, 0.0) / 1000).epsilon(1e-4));
  }
}

TEST_CASE("every command says what it is and takes") {
  for (const std::string command :
       {"", "train ", "sample ", "evaluate ", "interpolate ", "report ", "events ", "info "}) {
    const auto help = rpv(command + "--help"), version = rpv(command + "--version");
    INFO(help.said);
    CHECK(help.status == 0);
    CHECK(help.said.find("--help") != std::string::npos);
    CHECK(version.status == 0);
    CHECK(version.said.find("hepgan") != std::string::npos);
  }
}
#endif
