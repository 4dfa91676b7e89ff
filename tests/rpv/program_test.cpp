// The rpv program as scripts meet it: every command at work, resume bit for bit, and every bad input a sentence.
#include "catch.hpp"

#if defined(HEPGAN_RPV)
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <hepgan/data/event_stream.hpp>
#include <hepgan/io/checkpoint.hpp>
#include <hepgan/io/event_file.hpp>
#include <hepgan/io/event_writer.hpp>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "../io/files.hpp"

namespace {

namespace fs = std::filesystem;

struct outcome {
  int status;
  std::string said;
};

outcome run(const std::string& command_line) {
  const std::string command = command_line + " 2>&1";
  std::string said;
  FILE* pipe = popen(command.c_str(), "r");
  for (int c; (c = std::fgetc(pipe)) != EOF;) said += static_cast<char>(c);
  return {WEXITSTATUS(pclose(pipe)), said};
}
outcome rpv(const std::string& arguments) { return run(std::string(HEPGAN_RPV) + " " + arguments); }

/// Paths as text, for command lines.
struct folder : files::folder {
  std::string operator/(const std::string& name) const { return (path() / name).string(); }
};
using files::bytes_of;

const std::string network = " --filters 8 --noise 16";
const std::string tiny = network + " --events 400 --batch 32 --threads 2";

}  // namespace

TEST_CASE("a resumed run equals an undisturbed one byte for byte") {
  const std::string recipe = GENERATE(as<std::string>{}, "recommended", "talk --flip-rate 0.2");
  INFO(recipe);
  const folder f;
  const std::string how = tiny + " --recipe " + recipe;
  REQUIRE(rpv("train --out " + f / "whole" + how + " --epochs 2").status == 0);
  REQUIRE(rpv("train --out " + f / "parts" + how + " --epochs 1").status == 0);
  REQUIRE(rpv("train --out " + f / "parts" + " --resume --epochs 2").status == 0);
  for (const std::string file : {"last.ckpt", "metrics.csv", "epoch-001.ckpt"}) {
    INFO(file);
    REQUIRE(fs::exists(f / ("whole/" + file)));
    CHECK(bytes_of(f / ("whole/" + file)) == bytes_of(f / ("parts/" + file)));
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

namespace {

std::ptrdiff_t count(const std::string& text, const std::string& part) {
  std::ptrdiff_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

/// A training that gets the signal soon after `file` is there; one that ends before it is not waited for without end.
outcome signalled(const std::string& signal, const std::string& arguments, const std::string& file) {
  return run("{ " + std::string(HEPGAN_RPV) + " " + arguments + " & child=$!; while kill -0 $child && [ ! -e " + file +
             " ]; do sleep 0.01; done; sleep 0.05; kill -" + signal + " $child; wait $child; }");
}

}  // namespace

TEST_CASE("a killed run and an interrupted one resume to the same end") {
  const folder f;
  const std::string how = tiny + " --epochs 6";
  REQUIRE(rpv("train --out " + f / "whole" + how).status == 0);
  const std::string metrics = bytes_of(f / "whole/metrics.csv");
  REQUIRE(count(metrics, "\n") == 7);

  struct row {
    std::string run, signal, awaited;
    int status;  // as a shell tells it: 128 and the signal's number
  };
  for (const row& r : {row{"killed", "KILL", "epoch-001.ckpt", 137}, row{"interrupted", "INT", "metrics.csv", 130}}) {
    const std::string out = f / r.run;
    const auto o = signalled(r.signal, "train --out " + out + how, out + "/" + r.awaited);
    INFO(r.run << ": if it ended before the signal came, nothing was tested and it needs more epochs\n" << o.said);
    REQUIRE(o.status == r.status);
    REQUIRE(count(bytes_of(out + "/metrics.csv"), "\n") < count(metrics, "\n"));
    if (r.signal == "INT") CHECK(o.said.find("rpv train --out " + out + " --resume continues") != std::string::npos);
    REQUIRE(rpv("train --out " + out + " --resume").status == 0);
    CHECK(bytes_of(out + "/last.ckpt") == bytes_of(f / "whole/last.ckpt"));
    CHECK(bytes_of(out + "/metrics.csv") == metrics);
  }
}

TEST_CASE("a run tells its progress in lines, and its best epoch is the one that its metrics mark") {
  const folder f;
  const auto told = rpv("train --out " + f / "run" + tiny + " --epochs 3");
  REQUIRE(told.status == 0);
  for (const char* word : {"epoch 0/3 [", " critic ", " generator ", " images/s", " left"})
    CHECK_THAT(told.said, has_text(word));
  CHECK(told.said.find('\r') == std::string::npos);  // no terminal

  std::istringstream metrics(bytes_of(f / "run/metrics.csv"));
  std::string line, best;
  std::getline(metrics, line);
  REQUIRE(line.substr(line.rfind(',') + 1) == "best");
  while (std::getline(metrics, line))
    if (line.substr(line.rfind(',') + 1) == "1") best = line.substr(0, line.find(','));
  REQUIRE(!best.empty());
  CHECK(bytes_of(f / "run/best.ckpt") == bytes_of(f / ("run/epoch-00" + best + ".ckpt")));
  for (const char* record : {"training.generator.optimizer", "training.critic"}) {
    CHECK(bytes_of(f / "run/last.ckpt").find(record) != std::string::npos);
    CHECK(bytes_of(f / "run/epoch-000.ckpt").find(record) == std::string::npos);
  }
}

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
  for (const std::string command : {"", "train ", "sample ", "evaluate ", "report ", "events ", "info "}) {
    const auto help = rpv(command + "--help"), version = rpv(command + "--version");
    INFO(help.said);
    CHECK(help.status == 0);
    CHECK(help.said.find("--help") != std::string::npos);
    CHECK(version.status == 0);
    CHECK(version.said.find("hepgan") != std::string::npos);
  }
}

namespace {

/// An event that the second epoch trains on, of one batch, while the first one leaves it out with its partial batch.
std::int64_t event_of_the_second_epoch(const std::vector<float>& images, int batch, std::uint64_t seed) {
  std::vector<hepgan::data::memory_events> sources;
  sources.emplace_back(hepgan::shape{1, 64, 64}, images);
  hepgan::data::event_stream events(std::move(sources), {.seed = seed, .validation_fraction = 0.1});
  REQUIRE(events.steps_per_epoch(batch) == 1);
  const auto first = events.batch_events(0, 0, batch);
  for (const std::int64_t event : events.batch_events(1, 0, batch))
    if (std::find(first.begin(), first.end(), event) == first.end()) return event;
  FAIL("every event of the second epoch's batch is in the first one's too");
  return -1;
}

}  // namespace

TEST_CASE("a run that diverges stops with a sentence and keeps its last good checkpoint") {
  const folder f;
  constexpr int n = 70, batch = 32;
  std::vector<float> images(n * 4096);
  for (int i = 0; i < n; ++i) images[i * 4096 + 7 * i] = 1;
  // Finite in MeV, infinite as pixels at this image-norm.
  std::fill_n(images.begin() + event_of_the_second_epoch(images, batch, 1) * 4096, 4096, 3e38f);
  hepgan::io::write_events(f / "events.h5", images, {1, 64, 64});
  const auto good = rpv("train --out " + f / "run" + network + " --data " + f / "events.h5" + " --seed 1 --batch 32" +
                        " --validation-fraction 0.1 --transform linear --image-norm 0.5 --threshold 0.5 --epochs 1" +
                        " --jet-weight 0 --cell-weight 0 --region-weight 0 --pair-weight 0");
  INFO(good.said);
  REQUIRE(good.status == 0);
  const std::vector<std::string> kept{"last.ckpt", "best.ckpt", "epoch-000.ckpt", "metrics.csv"};
  std::vector<std::string> before;
  for (const std::string& file : kept) {
    before.push_back(bytes_of(f / ("run/" + file)));
    REQUIRE_FALSE(before.back().empty());
  }
  const auto o = rpv("train --out " + f / "run" + " --resume --epochs 2");
  INFO(o.said);
  CHECK(o.status == 1);
  CHECK(o.said.find("epoch 1, step 0") != std::string::npos);
  CHECK(o.said.find("not finite") != std::string::npos);
  CHECK(o.said.find("smaller learning rate") != std::string::npos);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    INFO(kept[i]);
    CHECK(bytes_of(f / ("run/" + kept[i])) == before[i]);
  }
  CHECK_FALSE(fs::exists(f / "run/epoch-001.ckpt"));
  CHECK(rpv("sample --n 5 --checkpoint " + f / "run/last.ckpt" + " --out " + f / "x.h5").status == 0);
}

namespace {

/// Files of events that no training can use, each in one way.
void write_bad_events(const folder& f) {
  REQUIRE(rpv("events --n 70 --out " + f / "events.h5").status == 0);
  files::write_bytes(f / "empty.h5", "");
  files::write_bytes(f / "text.h5", "no events at all");
  files::write_bytes(f / "short.h5", bytes_of(f / "events.h5").substr(0, 3000));
  std::vector<double> energies(70 * 4096);
  files::write_h5(f / "group.h5", "some_events", "hist", {70, 64, 64}, energies);
  files::write_h5(f / "name.h5", "all_events", "images", {70, 64, 64}, energies);
  files::write_h5(f / "rank.h5", "all_events", "hist", {70, 4096}, energies);
  files::write_h5(f / "size.h5", "all_events", "hist", {70, 32, 32}, std::vector<double>(70 * 1024));
  std::vector<double> soft(70 * 4096);
  for (std::size_t i = 0; i < soft.size(); i += 21) soft[i] = i % 100 ? 40 : 1200;  // a few cells above 1 TeV
  files::write_h5(f / "gev.h5", "all_events", "hist", {70, 64, 64}, soft);
  files::write_h5(f / "none.h5", "all_events", "hist", {0, 64, 64}, {});
  energies[9 * 4096 + 64 * 5 + 6] = -700;
  files::write_h5(f / "negative.h5", "all_events", "hist", {70, 64, 64}, energies);
  energies[9 * 4096 + 64 * 5 + 6] = std::nan("");
  files::write_h5(f / "nan.h5", "all_events", "hist", {70, 64, 64}, energies);
  const auto npy = files::npy("<f4", {70, 64, 64}, std::vector<float>(70 * 4096));
  files::write_bytes(f / "short.npy", npy.substr(0, npy.size() - 100));
}

/// Checkpoints that cannot be loaded, made of a good one.
void write_bad_checkpoints(const folder& f) {
  REQUIRE(rpv("train --out " + f / "run" + tiny + " --epochs 1").status == 0);
  const std::string good = bytes_of(f / "run/epoch-000.ckpt");
  std::string damaged = good, version = good;
  damaged[damaged.size() / 2] ^= 4, version[8] = 9;
  files::write_bytes(f / "damaged.ckpt", damaged);
  files::write_bytes(f / "version.ckpt", version);
  files::write_bytes(f / "short.ckpt", good.substr(0, good.size() / 2));
  auto c = hepgan::checkpoint::read(f / "run/epoch-000.ckpt");
  c.put("recipe", std::string("talk"));
  c.write(f / "network.ckpt");
}

}  // namespace

TEST_CASE("bad input is one sentence and a status, and no file is lost") {
  const folder f;
  write_bad_events(f), write_bad_checkpoints(f);
  files::write_bytes(f / "x.h5", "kept");
  const std::string run_before = bytes_of(f / "run/last.ckpt"), metrics_before = bytes_of(f / "run/metrics.csv");

  struct row {
    std::string arguments, expected;
  };
  const std::string train = "train --out " + f / "new" + network;
  const std::vector<row> table{
      {train + " --data " + f / "absent.h5", "absent.h5"},
      {train + " --data " + f / "text.h5", "text.h5"},
      {train + " --data " + f / "short.h5", "short.h5: found a truncated"},
      {train + " --data " + f / "short.npy", "short.npy"},
      {train + " --data " + f / "empty.h5", "empty.h5: found an empty file"},
      {train + " --data " + f.path().string(), "found a directory"},
      {train + " --data " + f / "group.h5", "group.h5: found some_events at the top, expected group all_events"},
      {train + " --data " + f / "name.h5", "name.h5: found images in group all_events, expected hist"},
      {train + " --data " + f / "rank.h5", "rank.h5: all_events/hist"},
      {train + " --data " + f / "size.h5", "size.h5: found images of 1x32x32, expected 1x64x64"},
      {train + " --data " + f / "none.h5", "none.h5"},
      {train + " --data " + f / "nan.h5", "nan.h5: all_events/hist"},
      {train + " --data " + f / "negative.h5", "negative.h5: all_events/hist"},
      {train + " --data " + f / "events.h5" + " " + f / "negative.h5", "negative.h5"},
      {train + " --batch 32 --data " + f / "gev.h5", "are these in MeV?"},
      {train + " --recipe none", "expected one of talk, recommended"},
      {"train --out " + f / "new" + " --filters 12", "--filters: found 12, expected 8, 16"},
      {"train --out " + f / "new" + " --filters x", "--filters: found x, expected a whole number"},
      {"train --out " + f / "new" + " --filters 128 --noise 16", "HEPGAN_RPV_CATALOGUE"},
      {"train --out --resume", "--out: found --resume, expected a path"},
      {train + " --seed -1", "--seed: found -1"},
      {train + " --seed ''", "--seed: found nothing"},
      {train + " --epochs 1e3", "--epochs: found 1e3"},
      {train + " --epochs 99999999999", "--epochs: found 99999999999"},
      {train + " --events 100 --data " + f / "events.h5", "--events"},
      {train + " --lr 0", "--lr: found 0.0, expected a positive number"},
      {train + " --lr nan", "--lr"},
      {train + " --flip-rate 2", "--flip-rate: found 2.0, expected 0 to 1"},
      {train + " --beta1 1", "--beta1"},
      {train + " --jet-weight -1", "--jet-weight"},
      {train + " --recipe talk --r1 2", "batch norm"},
      {"train --out " + f / "new" + " --recipe talk --filters 128 --noise 128", "talk/128x128"},
      {train + " --epochs 0", "--epochs"},
      {train + " --batch 1", "--batch: found 1, expected 2 to 65536"},
      {train + " --batch 100000", "--batch"},
      {train + " --events 40 --batch 64", "--batch"},
      {train + " --image-norm 0", "--image-norm"},
      {train + " --image-norm 400", "--image-norm"},
      {train + " --threshold 1", "--threshold"},
      {train + " --transform cube", "--transform: "},
      {train + " --validation-fraction 1", "--validation-fraction"},
      {train + " --data " + f / "events.h5" + " --select passTrigger --batch 16", "passTrigger"},
      {train + " --resume", "--resume"},
      {"train --out /proc/none" + network, "--out"},
      {"train --out " + f / "run", "--resume"},
      {"sample --n 0 --checkpoint " + f / "run/last.ckpt" + " --out " + f / "x.h5", "--n"},
      {"sample --n 5 --checkpoint " + f / "damaged.ckpt" + " --out " + f / "x.h5",
       "damaged.ckpt: found contents that do not match their checksum, expected them as they were written"},
      {"sample --n 5 --checkpoint " + f / "short.ckpt" + " --out " + f / "x.h5", "short.ckpt"},
      {"sample --n 5 --checkpoint " + f / "version.ckpt" + " --out " + f / "x.h5",
       "version.ckpt: found version 9, expected 1"},
      {"sample --n 5 --checkpoint " + f / "network.ckpt" + " --out " + f / "x.h5", "another network"},
      {"sample --n 5 --checkpoint " + f / "absent.ckpt" + " --out " + f / "x.h5", "absent.ckpt"},
      {"sample --n 5 --checkpoint " + f / "events.h5" + " --out " + f / "x.h5",
       "events.h5: found a file that begins otherwise, expected a hepgan checkpoint"},
      {"sample --n 5 --checkpoint " + f / "run/last.ckpt" + " --out /proc/none/x.h5", "/proc/none/x.h5"},
      {"evaluate --real " + f / "absent.h5" + " --fake " + f / "events.h5", "absent.h5"},
      {"evaluate --real " + f / "events.h5" + " --fake " + f / "nan.h5", "nan.h5"},
      {"evaluate --real " + f / "events.h5" + " --fake " + f / "none.h5", "none.h5"},
      {"evaluate --real " + f / "events.h5" + " --fake " + f / "size.h5", "size.h5"},
      {"evaluate --n 0 --real " + f / "events.h5" + " --fake " + f / "events.h5", "--n"},
      {"sample --n 5 --threads -1 --checkpoint " + f / "run/last.ckpt" + " --out " + f / "x.h5", "--threads"},
      {"sample --n 5 --checkpoint " + f / "run/last.ckpt" + " --out " + f / "run/last.ckpt", "--out"},
      {"sample --n 5 --checkpoint " + f.path().string() + " --out " + f / "y.h5", "expected a checkpoint"},
      {"events --n 5 --out " + f.path().string(), "expected a file"},
      {"evaluate --real " + f / "events.h5" + " --fake " + f / "events.h5" + " --json " + f / "events.h5", "--json"},
      {"report --run " + f / "nowhere", "nowhere"},
      {"events --n 10 --mglu 100 --mneu 850 --out " + f / "x.h5", "mglu"},
      {"info " + f / "text.h5", "text.h5"},
      {"events --n 5 --out " + f / "x.npy", "expected the name of an HDF5 file"},
      {"dance", "found dance, expected one of train, sample"},
      {"train", "--out"},
  };
  for (const row& r : table) {
    const auto o = rpv(r.arguments);
    INFO(r.arguments << "\n" << o.said);
    CHECK(o.status != 0);
    CHECK(o.status < 128);
    CHECK(o.said.find(r.expected) != std::string::npos);
    CHECK(std::count(o.said.begin(), o.said.end(), '\n') == 1);
    CHECK(bytes_of(f / "x.h5") == "kept");
  }
  const auto lost = run("( " + std::string(HEPGAN_RPV) + " info " + f / "run/last.ckpt" + " >/dev/full )");
  CHECK(lost.status == 1);
  CHECK(lost.said.find("standard output cannot be written") != std::string::npos);
  CHECK(bytes_of(f / "run/last.ckpt") == run_before);
  CHECK(bytes_of(f / "run/metrics.csv") == metrics_before);
  CHECK_FALSE(fs::exists(f / "new"));
}

TEST_CASE("OpenMP may give fewer threads than there are cores, and samples stay the same") {
  const folder f;
  REQUIRE(rpv("train --out " + f / "run" + tiny + " --epochs 1").status == 0);
  const std::string sample = std::string(HEPGAN_RPV) + " sample --checkpoint " + f / "run/best.ckpt" + " --n 64 --out ";
  REQUIRE(run(sample + f / "all.h5").status == 0);
  for (const std::string limit : {"OMP_THREAD_LIMIT=1 ", "OMP_DYNAMIC=true ", "OMP_MAX_ACTIVE_LEVELS=0 "}) {
    INFO(limit);
    REQUIRE(run(limit + sample + f / "limited.h5").status == 0);
    CHECK(bytes_of(f / "limited.h5") == bytes_of(f / "all.h5"));
  }
  const auto o = run("OMP_THREAD_LIMIT=1 " + sample + f / "more.h5" + " --threads 2");
  CHECK(o.status == 1);
  CHECK(o.said.find("expected at most 1") != std::string::npos);
}

TEST_CASE("two trainings never share a folder, nor two programs a file") {
  const folder f;
  const std::string out = f / "run", more = " & child=$!; while kill -0 $child && [ ! -e ";
  auto o = run("{ " + std::string(HEPGAN_RPV) + " train --out " + out + tiny + " --epochs 1000" + more + out +
               "/last.ckpt ]; do sleep 0.01; done; " + HEPGAN_RPV + " train --out " + out + tiny + "; " + HEPGAN_RPV +
               " train --out " + out + " --resume; kill -KILL $child; wait; }");
  INFO(o.said);
  CHECK(o.said.find("give --resume") != std::string::npos);
  CHECK(o.said.find("is in use by another training") != std::string::npos);
  const std::string file = f / "e.h5";
  o = run("{ " + std::string(HEPGAN_RPV) + " events --n 3000 --threads 1 --out " + file + more + file +
          ".part ]; do sleep 0.01; done; " + HEPGAN_RPV + " events --n 5 --out " + file + "; wait $child; }");
  INFO(o.said);
  CHECK(o.status == 0);
  CHECK(o.said.find("is being written by another program") != std::string::npos);
  CHECK(hepgan::io::event_file(file).size() == 3000);
}

TEST_CASE("a training outlives the reader of what it prints") {
  const folder f;
  run("{ " + std::string(HEPGAN_RPV) + " train --out " + f / "run" + tiny + " --epochs 3; echo $? >" + f / "status" +
      "; } | head -n 1");
  CHECK(count(bytes_of(f / "run/metrics.csv"), "\n") == 4);
  CHECK(bytes_of(f / "status") == "1\n");  // what it printed was lost
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
  CHECK(o.said.find("90 training events, 10 for validation") != std::string::npos);
}

TEST_CASE("a run of relative paths resumes from another folder") {
  const folder f;
  REQUIRE(rpv("events --n 400 --out " + f / "events.h5").status == 0);
  const std::string at = "cd " + f.path().string() + " && " + HEPGAN_RPV + " train --batch 32 --threads 2";
  REQUIRE(run(at + network + " --data events.h5 --out run --epochs 1").status == 0);
  const auto o = rpv("train --out " + f / "run" + " --resume --epochs 2");
  INFO(o.said);
  CHECK(o.status == 0);
}
#endif
