// What a run is asked for is what it does, keeps and tells.
#if defined(HEPGAN_RPV)
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <hepgan/backend/select.hpp>
#include <hepgan/io/event_file.hpp>
#include <hepgan/io/event_writer.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "program.hpp"

TEST_CASE("losses beside the bar are the epoch's, with the penalty of every eighth step in them") {
  const folder f;
  const auto said = rpv("train --out " + f / "run" + tiny + " --epochs 1 --classifier-events 0").said;
  INFO(said);
  double bar[2] = {}, line[2] = {}, file[2] = {};
  const auto last = said.rfind("epoch 0/1 [##########]"), end = said.rfind("epoch 0: ");
  REQUIRE((last != std::string::npos && end != std::string::npos));
  CHECK(std::sscanf(said.c_str() + last, "epoch 0/1 [##########] critic %lf generator %lf", bar, bar + 1) == 2);
  CHECK(std::sscanf(said.c_str() + end, "epoch 0: critic %lf, generator %lf", line, line + 1) == 2);
  const std::string metrics = bytes_of(f / "run/metrics.csv");
  CHECK(std::sscanf(metrics.c_str() + metrics.find('\n'), "\n0,%lf,%lf,", file, file + 1) == 2);
  for (const int network : {0, 1}) {
    CHECK(bar[network] == line[network]);
    CHECK(line[network] == Approx(file[network]).margin(6e-4));
  }
}

TEST_CASE("a run keeps its settings, says what it holds, and samples on any number of threads") {
  const folder f;
  REQUIRE(rpv("train --out " + f / "run" + tiny + " --epochs 2").status == 0);

  REQUIRE(rpv("events --n 400 --seed 9 --out " + f / "other.h5").status == 0);
  const std::vector<std::string> options{"--lr 7e-4",  "--threads 1",  "--seed 8",      "--batch 64",
                                         "--epochs 1", "--events 300", "--recipe talk", "--data " + f / "other.h5"};
  for (const std::string& option : options) {  // only more epochs may be asked of it
    const auto o = rpv("train --out " + f / "run" + " --resume " + option);
    INFO(o.said);
    CHECK(o.status == 1);
    CHECK(o.said.find(option.substr(0, option.find(' '))) != std::string::npos);
  }

  const auto o = rpv("info " + f / "run/last.ckpt");
  INFO(o.said);
  CHECK(o.status == 0);
  for (const char* line : {"recipe      recommended\n", "filters     8\n", "noise       16\n", "transform   sqrt\n",
                           "threshold   500 MeV\n", "steps       22\n", "epoch       2\n", "random_roll_phi"})
    CHECK(o.said.find(line) != std::string::npos);

  const std::string sample = "sample --checkpoint " + f / "run/epoch-001.ckpt" + " --n 100 --seed 4 --out ";
  REQUIRE(rpv(sample + f / "one.h5" + " --threads 1").status == 0);
  REQUIRE(rpv(sample + f / "three.h5" + " --threads 3").status == 0);
  CHECK(bytes_of(f / "one.h5") == bytes_of(f / "three.h5"));
}

TEST_CASE("a training is the same on any number of threads") {
  if (!hepgan::has_fast_products) return;  // convolutions are oneDNN's, which divides sums among threads
  const folder f;
  const auto train = [&](const std::string& threads) {
    const std::string out = f / threads;
    REQUIRE(
        rpv("train" + network + " --events 400 --batch 32 --epochs 1 --threads " + threads + " --out " + out).status ==
        0);
    return bytes_of(out + "/epoch-000.ckpt");
  };
  CHECK(train("1") == train("3"));
}

TEST_CASE("the talk's recipe is the talk's") {
  const folder f;
  REQUIRE(rpv("train --out " + f / "run" + " --recipe talk --filters 8 --noise 16 --events 80 --epochs 1").status == 0);
  const auto run = nlohmann::json::parse(bytes_of(f / "run/run.json"));
  const nlohmann::json talk{{"recipe", "talk"},
                            {"batch", 64},
                            {"lr", 1e-4},
                            {"beta1", 0.5},
                            {"beta2", 0.999},
                            {"flip-rate", 0.0139},
                            {"image-norm", 4e6},
                            {"threshold", 1.25e-4},
                            {"transform", "linear"},
                            {"validation-fraction", 0.1},
                            {"penalty-weight", 0.0},
                            {"critic-steps", 1},
                            {"generator-steps", 1},
                            {"level-steps", 0},
                            {"augment", "none"},
                            {"conditions", ""},
                            {"leave-out", ""},
                            {"jet-weight", 0.0},
                            {"cell-weight", 0.0},
                            {"region-weight", 0.0},
                            {"pair-weight", 0.0},
                            {"balance-weight", 0.0},
                            {"mass-weight", 0.0},
                            {"match", "cramer"},
                            {"lr-half-path", 0.0},
                            {"ema", 0.0},
                            {"choose-by", "jets"},
                            {"classifier-events", 500},
                            {"seed", 1}};
  for (const auto& [name, value] : talk.items()) {
    INFO(name);
    CHECK(run.at(name) == value);
  }
  const std::string help = rpv("train --help").said;
  for (const auto& [name, value] : talk.items()) CHECK_THAT(help, has_text("--" + name));
}

TEST_CASE("a row of metrics is what scripts and the report read") {
  const folder f;
  REQUIRE(rpv("train --epochs 1 --events 800 --batch 64 --threads 2 --out " + f / "run" + network).status == 0);
  std::istringstream metrics(bytes_of(f / "run/metrics.csv"));
  std::string columns, row;
  std::getline(metrics, columns), std::getline(metrics, row);
  CHECK(columns ==
        "epoch,loss_critic,loss_generator,d_real,d_fake,ks_nJet,ks_sumMass,ks_jetPt,ks_jetEta,ks_jetPhi,ks_comb,n_real,"
        "n_fake,no_jet_fraction,occupancy,energy_ratio,event_penalty,best,ks_leadPt,ks_secondPt,ks_jetMass,ks_deltaPhi,"
        "ks_dijetMass,ks_constituents,w1_nJet,w1_sumMass,w1_jetPt,w1_jetEta,w1_jetPhi,w1_leadPt,w1_secondPt,w1_jetMass,"
        "w1_deltaPhi,w1_dijetMass,w1_constituents,correlation_difference,ks_cells,ks_energy,ks_sumEt,ks_missingEt,"
        "ks_hottestCell,ks_images,w1_cells,w1_energy,w1_sumEt,w1_missingEt,w1_hottestCell,"
        "auc_images,auc_images_error,auc_images_floor,auc_images_floor_error,auc_features,auc_features_error,"
        "auc_features_floor,auc_features_floor_error");
  std::map<std::string, double> values;
  std::istringstream names(columns), numbers(row);
  for (std::string name, number; std::getline(names, name, ',') && std::getline(numbers, number, ',');)
    values[name] = number == "null" ? NAN : std::stod(number);  // no generated event need have two jets
  CHECK(values.size() == 55);
  CHECK(values["n_real"] == 80);  // a tenth of 800, and as many generated ones
  CHECK(values["n_fake"] == 80);
  for (const char* auc : {"auc_images", "auc_images_floor", "auc_features", "auc_features_floor"})
    CHECK((values[auc] > 0 && values[auc] <= 1));
  CHECK(values["auc_features"] > 0.9);  // after eleven steps
  for (const char* share : {"d_real", "d_fake", "occupancy"}) CHECK((values[share] > 0 && values[share] < 1));
  const double apart = values["correlation_difference"];
  CHECK((std::isnan(apart) || (apart >= 0 && apart <= 2)));
}

TEST_CASE("a recipe without a critic has none in its metrics, and none of its numbers is below its threshold") {
  const folder f;
  const auto o = rpv("train --out " + f / "run" + " --recipe vae --epochs 1" + tiny);
  INFO(o.said);
  REQUIRE(o.status == 0);
  const std::string metrics = bytes_of(f / "run/metrics.csv"), row = metrics.substr(metrics.find('\n') + 1);
  CHECK(row.starts_with("0,null,"));
  CHECK(count(row, "null") == 3 + 8);  // of the critic, and of classifiers, which want more events
  CHECK_THAT(rpv("info " + f / "run/best.ckpt").said, has_text("threshold   500 MeV\n"));
  for (const char* threads : {"1", "3"})
    REQUIRE(rpv("sample --checkpoint " + f / "run/best.ckpt" + " --n 20 --threads " + threads + " --out " +
                f / (threads + std::string(".h5")))
                .status == 0);
  CHECK(bytes_of(f / "1.h5") == bytes_of(f / "3.h5"));
  std::vector<float> images(20 * 4096);
  hepgan::io::event_file(f / "1.h5").read(0, 20, images);
  CHECK(std::ranges::any_of(images, [](float e) { return e > 0; }));
  CHECK(std::ranges::none_of(images, [](float e) { return e != 0 && e < 500; }));
}

TEST_CASE("an option changes what a run comes to, and a square root by any name is one") {
  const folder f;
  int runs = 0;
  const auto row = [&](const std::string& options) {  // of the metrics after an epoch
    const std::string run = f / ("run" + std::to_string(runs++));
    const auto o = rpv("train --recipe r1 --epochs 1 --seed 3 --out " + run + tiny + " " + options);
    INFO(o.said);
    REQUIRE(o.status == 0);
    const std::string metrics = bytes_of(run + "/metrics.csv");
    return metrics.substr(metrics.find('\n') + 1);
  };
  const std::string plain = row("");
  REQUIRE(row("") == plain);
  for (const char* option : {"--ema 0.5", "--critic-steps 2", "--generator-steps 2", "--penalty-weight 3",
                             "--augment phi", "--augment eta", "--transform log", "--transform power:0.7",
                             "--beta2 0.9", "--lr-half-path 1e-3", "--cell-weight 1", "--flip-rate 0.9"}) {
    INFO(option);
    CHECK(row(option) != plain);
  }
  const auto losses = [](const std::string& r) {
    return std::array{std::stod(r.substr(2)), std::stod(r.substr(r.find(',', 3) + 1))};
  };
  const auto root = losses(plain), power = losses(row("--transform power:0.5"));
  for (int i = 0; i < 2; ++i) CHECK(power[i] == Approx(root[i]).epsilon(1e-3));
}

TEST_CASE("a threshold holds for every event that is sampled") {
  const folder f;
  REQUIRE(rpv("train --out " + f / "run" + tiny + " --epochs 1 --image-norm 8e3 --threshold 0.25").status == 0);
  CHECK_THAT(rpv("info " + f / "run/best.ckpt").said, has_text("threshold   2000 MeV\n"));
  REQUIRE(rpv("sample --checkpoint " + f / "run/best.ckpt" + " --n 20 --out " + f / "fake.h5").status == 0);
  hepgan::io::event_file file(f / "fake.h5");
  std::vector<float> images(20 * 4096);
  file.read(0, 20, images);
  CHECK(std::ranges::any_of(images, [](float e) { return e > 0; }));
  CHECK(std::ranges::none_of(images, [](float e) { return e > 0 && e <= 2000; }));
}

TEST_CASE("a run tells its progress in lines, and its best epoch is the one that its metrics mark") {
  const folder f;
  const auto told = rpv("train --out " + f / "run" + tiny + " --epochs 3");
  REQUIRE(told.status == 0);
  for (const char* word : {"epoch 0/3 [", " critic ", " generator ", " images/s", " left"})
    CHECK_THAT(told.said, has_text(word));
  CHECK(told.said.find('\r') == std::string::npos);  // no terminal
  CHECK(told.said.ends_with("the best epoch is " + f / "run/best.ckpt" + "; rpv report --run " + f / "run" +
                            " draws it\n"));

  std::istringstream metrics(bytes_of(f / "run/metrics.csv"));
  std::string line, best;
  std::getline(metrics, line);
  const auto marks = std::count(line.begin(), line.begin() + line.find(",best,") + 1, ',');  // commas before
  while (std::getline(metrics, line)) {
    std::istringstream cells(line);
    std::string mark;
    for (std::ptrdiff_t i = 0; i <= marks; ++i) std::getline(cells, mark, ',');
    if (mark == "1") best = line.substr(0, line.find(','));
  }
  REQUIRE(!best.empty());
  CHECK(bytes_of(f / "run/best.ckpt") == bytes_of(f / ("run/epoch-00" + best + ".ckpt")));
  for (const char* record : {"training.generator.optimizer", "training.critic"}) {
    CHECK(bytes_of(f / "run/last.ckpt").find(record) != std::string::npos);
    CHECK(bytes_of(f / "run/epoch-000.ckpt").find(record) == std::string::npos);
  }
}

TEST_CASE("events are selected by a field of theirs") {
  const folder f;
  constexpr int n = 300;
  std::vector<float> images(n * 4096), passes(n);
  for (int i = 0; i < n; ++i) images[i * 4096 + 7 * i] = 1e5f, passes[i] = i % 3 == 0;
  hepgan::io::write_events(f / "events.h5", images, {1, 64, 64}, {{"passBaseline", passes}});
  const auto o = rpv("train --out " + f / "run" + network + " --data " + f / "events.h5" +
                     " --select passBaseline --batch 16 --epochs 1");
  INFO(o.said);
  CHECK(o.status == 0);
  const auto description = nlohmann::json::parse(bytes_of(f / "run/run.json"));
  CHECK((description.at("events") == 100 && description.at("training events") == 90));
  CHECK(description.at("threshold in MeV") == 500);
  CHECK(o.said.starts_with("reading " + f / "events.h5" + "\n90 training events, 10 for validation"));
}
#endif
