// Every command at work.
#if defined(HEPGAN_RPV)
#include <cmath>
#include <hepgan/io/event_file.hpp>
#include <hepgan/io/event_writer.hpp>
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

  const std::vector<const char*> distances{"ks_nJet", "ks_sumMass", "ks_jetPt", "ks_jetEta", "ks_jetPhi", "ks_comb"},
      later{"ks_leadPt", "ks_secondPt", "ks_jetMass", "ks_deltaPhi", "ks_dijetMass", "ks_constituents"};
  const std::string metrics = bytes_of(f / "run/metrics.csv"), columns = metrics.substr(0, metrics.find('\n'));
  const auto evaluated = [&](const std::string& fake, int n_real, int n_fake) {
    const std::string json = f / "found.json";
    const auto o = rpv("evaluate --real " + f / "real.h5" + " --fake " + f / fake + " --json " + json);
    INFO(fake << "\n" << o.said);
    REQUIRE(o.status == 0);
    const auto found = nlohmann::ordered_json::parse(bytes_of(json));
    std::vector<std::string> names(distances.begin(), distances.end());
    names.insert(names.end(), {"n_real", "n_fake", "no_jet_fraction"});
    auto at = found.begin();  // in this order
    for (const auto& name : names) CHECK((at++).key() == name);
    for (const char* name : later) names.push_back(name), names.push_back("w1" + std::string(name).substr(2));
    names.push_back("correlation_difference");
    for (const char* name : {"cells", "energy", "sumEt", "missingEt", "hottestCell"})
      names.push_back(std::string("ks_") + name), names.push_back(std::string("w1_") + name);
    names.push_back("ks_images");
    for (const auto& name : names) {
      INFO(name);
      REQUIRE(found.contains(name));
      CHECK((name.starts_with("w1_") || o.said.find(name) != std::string::npos));
      CHECK(columns.find(name) != std::string::npos);
    }
    CHECK(found.at("ks_comb").get<double>() ==
          Approx(found.at("ks_nJet").get<double>() + found.at("ks_sumMass").get<double>() +
                 found.at("ks_jetPt").get<double>()));
    CHECK(found.at("n_real") == n_real);
    CHECK(found.at("n_fake") == n_fake);
    CHECK((found.at("no_jet_fraction") >= 0 && found.at("no_jet_fraction") <= 1));
    const auto& correlations = found.at("correlations");
    CHECK(correlations.at("observables").size() == 6);
    for (const char* sample : {"real", "generated"})
      for (std::size_t k = 0; k < 6; ++k) CHECK(correlations.at(sample).at(k).at(k) == 1);
    return found;
  };
  const auto same = evaluated("real.h5", 60, 60), heavier = evaluated("heavier.h5", 60, 50);
  for (const auto& [name, value] : same.items())
    if (name.starts_with("ks_") || name.starts_with("w1_") || name == "correlation_difference") {
      INFO(name);
      CHECK(value.get<double>() == Approx(0).margin(1e-9));
    }
  CHECK(heavier.at("ks_comb") > 1);
  CHECK(heavier.at("w1_sumMass") > 20);
  CHECK(evaluated("fake.h5", 60, 40).at("ks_comb") > 1);

  const auto compared = rpv("compare --runs " + f / "run");
  CHECK(compared.status == 0);
  CHECK(compared.said.find("| `run` | **") != std::string::npos);
  const auto by_images = rpv("compare --by images --runs " + f / "run" + " --out " + f / "runs.png");
  if (drew(by_images)) {
    CHECK(by_images.said.starts_with("| ks_images in epoch | 0 |"));
    CHECK(bytes_of(f / "runs.png").substr(1, 3) == "PNG");
  }
  CHECK_THAT(rpv("compare --by eye --runs " + f / "run").said, has_text("--by: found eye, expected jets or images"));
  const std::string kept = bytes_of(f / "run/metrics.csv");
  fs::create_symlink(f / "run/metrics.csv", f / "picture.png");
  for (const std::string& out : {f / "run/metrics.csv", f / "picture.png"})
    CHECK_THAT(rpv("compare --runs " + f / "run" + " --out " + out).said, has_text("which is no PNG file"));
  CHECK(bytes_of(f / "run/metrics.csv") == kept);
  const auto absent = rpv("compare --runs " + f / "run" + " " + f / "none");
  CHECK(absent.status == 1);
  CHECK(absent.said.find("--runs: found no " + f / "none/metrics.csv" + ", expected the folder of a run") !=
        std::string::npos);

  const auto o = rpv("report --run " + f / "run");
  if (!drew(o)) return;
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

TEST_CASE("events without jets, or with one, are compared without a number that is none") {
  const folder f;
  constexpr int n = 70;
  std::vector<float> empty(n * 4096), single(n * 4096);
  for (int i = 0; i < n; ++i) single[i * 4096 + 32 * 64 + i % 64] = 4e5f + 1e3f * static_cast<float>(i);
  hepgan::io::write_events(f / "empty.h5", empty, {1, 64, 64});
  hepgan::io::write_events(f / "single.h5", single, {1, 64, 64});
  const auto o =
      rpv("evaluate --real " + f / "single.h5" + " --fake " + f / "empty.h5" + " --json " + f / "found.json");
  INFO(o.said);
  REQUIRE(o.status == 0);
  CHECK(o.said.find("nan") == std::string::npos);
  const auto found = nlohmann::json::parse(bytes_of(f / "found.json"));
  CHECK(found.at("ks_comb") == 2100);
  CHECK(found.at("w1_jetPt").is_null());  // nothing to move
  CHECK(found.at("w1_dijetMass").is_null());
  CHECK(found.at("correlation_difference").is_null());  // no event with two jets
  CHECK(found.at("auc_features") == 1);
  for (const auto& [name, value] : found.items()) {
    INFO(name);
    CHECK((value.is_number() || name.starts_with("w1_") || name.starts_with("correlation")));
  }
  const std::string evaluate = std::string(HEPGAN_RPV) + " evaluate --real " + f / "single.h5" + " --fake " +
                               f / "empty.h5" + " --classifier-events 0 --json ";
  for (const std::string& out : {std::string("-"), std::string("/dev/stdout"), f / "alone.json"}) {
    INFO(out);
    REQUIRE(run("( " + evaluate + out + " 2>" + f / "table" + " >" + f / "alone.json" + " )").status == 0);
    CHECK(nlohmann::json::parse(bytes_of(f / "alone.json")).at("ks_comb") == 2100);
    CHECK(bytes_of(f / "table").find("ks_comb ") != std::string::npos);
  }
  REQUIRE(run("( " + evaluate + "/dev/fd/3 3>&1 >" + f / "table" + " ) | cat >" + f / "piped.json").status == 0);
  CHECK(nlohmann::json::parse(bytes_of(f / "piped.json")).at("ks_comb") == 2100);
  CHECK(bytes_of(f / "table").find("ks_comb ") != std::string::npos);
  CHECK(run("( " + evaluate + "- >/dev/full )").said.find("--json: found -, which cannot be written") !=
        std::string::npos);
  const auto itself = rpv("evaluate --real " + f / "single.h5" + " --fake " + f / "single.h5" + " --json " +
                          f / "found.json" + " --classifier-events 0");
  REQUIRE(itself.status == 0);
  CHECK(nlohmann::json::parse(bytes_of(f / "found.json")).at("w1_jetPt") == 0);
}

TEST_CASE("networks tell events of other masses apart, and real ones not from each other") {
  const folder f;
  REQUIRE(rpv("events --n 400 --mglu 1000 --mneu 500 --out " + f / "real.h5").status == 0);
  REQUIRE(rpv("events --n 400 --mglu 2200 --mneu 100 --out " + f / "heavier.h5").status == 0);
  const auto asked = [&](const std::string& more) {
    const auto o = rpv("evaluate --real " + f / "real.h5" + " --fake " + f / "heavier.h5" + " --json " +
                       f / "found.json" + " --threads 2 " + more);
    INFO(o.said);
    REQUIRE(o.status == 0);
    return nlohmann::json::parse(bytes_of(f / "found.json"));
  };
  const auto found = asked("");
  CHECK(found.at("auc_features") > 0.95);
  CHECK(found.at("auc_images") > 0.7);
  for (const std::string name : {"auc_images", "auc_features"}) {
    INFO(name);
    const double floor = found.at(name + "_floor"), error = found.at(name + "_floor_error");
    CHECK(std::abs(floor - 0.5) < 4 * error);
    CHECK(found.at(name + "_error") < error);
  }
  CHECK_FALSE(asked("--classifier-events 0").contains("auc_images"));
  const auto few = rpv("evaluate --n 30 --real " + f / "real.h5" + " --fake " + f / "heavier.h5");
  CHECK_THAT(few.said, has_text("no classifier test: found 30 events, expected at least 64 of each"));
  CHECK_THAT(few.said,
             has_text("30 real and 30 generated events are few: distributions whose distance D is below 0.42"));
  CHECK(few.status == 0);
  const auto fewer = rpv("evaluate --classifier-events 20 --real " + f / "real.h5" + " --fake " + f / "heavier.h5");
  CHECK_THAT(fewer.said, has_text("--classifier-events: found 20, expected 0 (none) or at least 64"));
  CHECK(rpv("evaluate --real a.h5 --fake b.h5 --classifier-events -1").status == 1);
}

TEST_CASE("the example takes numbers as seeds, and nothing else") {
  for (const char* arguments : {"", " best.ckpt", " best.ckpt xx", " best.ckpt 4x", " best.ckpt ''", " best.ckpt -1"}) {
    const auto o = run(HEPGAN_SAMPLE_ONE_EVENT + std::string(arguments));
    INFO(arguments << "\n" << o.said);
    CHECK(o.status == 2);
    CHECK(o.said.starts_with("usage: "));
  }
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
       {"", "train ", "sample ", "evaluate ", "overlay ", "interpolate ", "report ", "compare ", "events ", "info "}) {
    const auto help = rpv(command + "--help"), version = rpv(command + "--version");
    INFO(help.said);
    CHECK(help.status == 0);
    CHECK(help.said.find("--help") != std::string::npos);
    CHECK(version.status == 0);
    CHECK(version.said.find("hepgan") != std::string::npos);
  }
}
#endif
