// Bad input is a sentence, and nothing is lost.
#if defined(HEPGAN_RPV)
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <hepgan/io/checkpoint.hpp>
#include <vector>

#include "program.hpp"

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
  c.put("recipe", std::string("recommended")), c.put("filters", std::int64_t{24});
  c.write(f / "unbuilt.ckpt");
  fs::create_directory(f / "unbuilt");
  fs::copy_file(f / "run/run.json", f / "unbuilt/run.json");
  auto last = hepgan::checkpoint::read(f / "run/last.ckpt");
  std::string settings = last.text("settings");
  settings.replace(settings.find("\"filters\":8"), 11, "\"filters\":24");
  last.put("settings", settings);
  last.write(f / "unbuilt/last.ckpt");
}

}  // namespace

TEST_CASE("bad input is one sentence of what was found and expected, and no file is lost") {
  const folder f;
  write_bad_events(f), write_bad_checkpoints(f);
  const std::string older = "\x89HDF, and kept";
  files::write_bytes(f / "x.h5", older);
  files::write_bytes(f / "notes", "kept too");
  fs::create_directory(f / "weights");
  REQUIRE(::mkfifo((f / "pipe").c_str(), 0600) == 0);
  files::write_bytes(f / "weights/best.ckpt", "");
  const std::string run_before = bytes_of(f / "run/last.ckpt"), metrics_before = bytes_of(f / "run/metrics.csv"),
                    description_before = bytes_of(f / "run/run.json");

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
      {train + " --data " + f / "pipe", "pipe: found a named pipe, expected a file of events"},
      {"info " + f / "pipe", "pipe: found a named pipe, expected a checkpoint"},
      {"info /dev/zero", "/dev/zero: found a device, expected a checkpoint"},
      {train + " --data " + f / "group.h5", "group.h5: found some_events at the top, expected group all_events"},
      {train + " --data " + f / "name.h5", "name.h5: found images in group all_events, expected hist"},
      {train + " --data " + f / "rank.h5", "rank.h5: all_events/hist"},
      {train + " --data " + f / "size.h5", "size.h5: found images of 1x32x32, expected 1x64x64"},
      {train + " --data " + f / "none.h5", "none.h5"},
      {train + " --data " + f / "nan.h5", "nan.h5: all_events/hist"},
      {train + " --data " + f / "negative.h5", "negative.h5: all_events/hist"},
      {train + " --data " + f / "events.h5" + " " + f / "negative.h5", "negative.h5"},
      {train + " --data " + f / "events.h5" + " " + f / "./events.h5", "events.h5 twice, expected each file once"},
      {train + " --batch 32 --data " + f / "gev.h5", "are these in MeV, and the threshold"},
      {train + " --recipe none", "expected one of talk, recommended"},
      {"train --out " + f / "new" + " --filters 12", "HEPGAN_RPV_CATALOGUE=\""},
      {"train --out " + f / "new" + " --filters 12", "recommended/12x64\" and cmake"},
      {"train --out " + f / "new" + " --filters 0", "--filters: found 0, expected at least 1"},
      {"train --out " + f / "new" + " --filters x", "--filters: found x, expected a whole number"},
      {"train --out " + f / "new" + " --filters 128 --noise 16", "HEPGAN_RPV_CATALOGUE"},
      {"train --out --resume", "--out: found --resume, expected a path"},
      {train + " --seed -1", "--seed: found -1"},
      {train + " --seed ''", "--seed: found nothing"},
      {train + " --epochs 1e3", "--epochs: found 1e3"},
      {train + " --epochs 99999999999", "--epochs: found 99999999999"},
      {train + " --events 100 --data " + f / "events.h5", "--events"},
      {train + " --lr 0", "--lr: found 0.0, expected a positive number"},
      {train + " --recipe optimal-transport --batch 33", "--batch: found 33, expected a multiple of the 2 batches"},
      {train + " --lr nan", "--lr"},
      {train + " --flip-rate 2", "--flip-rate: found 2.0, expected 0 to 1"},
      {train + " --beta1 1", "--beta1"},
      {train + " --jet-weight -1", "--jet-weight"},
      {train + " --recipe talk --penalty-weight 2", "no part that it would change"},
      {train + " --recipe talk --level-steps 9",
       "which has no part that it would change, expected it beside one of progressive, conditional-progressive"},
      {train + " --recipe talk --match mmd", "--match: found beside recipe talk, which holds nothing of events"},
      {train + " --conditions mGlu",
       "--conditions: found 1 of them, expected 0, as the networks of recipe recommended take; those of conditional"},
      {train + " --match all", "expected cramer, moments or mmd"},
      {train + " --recipe vae --critic-steps 2", "no part that it would change"},
      {train + " --augment z", "expected none, phi, eta or phi,eta"},
      {train + " --critic-steps 0", "at least 1"},
      {"train --out " + f / "new" + " --recipe talk --filters 128 --noise 128", "talk/128x128"},
      {train + " --epochs 0", "--epochs"},
      {train + " --batch 1", "--batch: found 1, expected 2 to 65536"},
      {train + " --batch 100000", "--batch"},
      {train + " --events 40 --batch 64", "--batch"},
      {train + " --image-norm 0", "--image-norm"},
      {train + " --image-norm 400", "--image-norm"},
      {train + " --image-norm 1e300", "--image-norm, --transform: found 6.4"},
      {train + " --image-norm 1e38", "--image-norm, --transform: found "},
      {train + " --transform power:1e-300", "--image-norm, --transform: found inf MeV"},
      {train + " --transform power:0.01", "--image-norm, --transform: found "},
      {train + " --threshold 1e-200", "--threshold: found "},
      {train + " --threshold 1", "--threshold"},
      {train + " --events 100 --batch 16 --threshold 0.9 --image-norm 4e6", "--data, --threshold: found "},
      {train + " --transform cube", "--transform: "},
      {train + " --validation-fraction 1", "--validation-fraction"},
      {train + " --data " + f / "events.h5" + " --select passTrigger --batch 16", "passTrigger"},
      {train + " --resume", "--resume"},
      {"train --out /proc/none" + network, "--out"},
      {"train --out " + f / "run", "--resume"},
      {"sample --n 0 --checkpoint " + f / "run/last.ckpt" + " --out " + f / "x.h5", "--n"},
      {"sample --n 100000001 --checkpoint " + f / "run/last.ckpt" + " --out " + f / "x.h5",
       "--n: found 100000001, expected 1 to 100000000"},
      {"events --n 9223372036854775807 --out " + f / "x.h5", "--n: found 9223372036854775807, expected 1 to 100000000"},
      {"interpolate --n 4611686018427387904 --from mGlu=1 --to mGlu=2 --checkpoint " + f / "run/last.ckpt" + " --out " +
           f / "x.h5",
       "--n: found 4611686018427387904"},
      {"sample --n 5 --checkpoint " + f / "damaged.ckpt" + " --out " + f / "x.h5",
       "damaged.ckpt: found contents that do not match their checksum, expected them as they were written"},
      {"sample --n 5 --checkpoint " + f / "short.ckpt" + " --out " + f / "x.h5", "short.ckpt"},
      {"sample --n 5 --checkpoint " + f / "version.ckpt" + " --out " + f / "x.h5",
       "version.ckpt: found version 9, expected 1"},
      {"sample --n 5 --checkpoint " + f / "network.ckpt" + " --out " + f / "x.h5",
       "rpv: " + f / "network.ckpt" + ": generator: found another network"},
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
      {"evaluate --real " + f / "events.h5" + " --fake " + f / "events.h5" + " --json " + f / "run/run.json",
       "run.json, which is no evaluation, expected a new file, or an older evaluation to replace"},
      {"overlay --events " + f / "events.h5" + " --pileup " + f / "x.h5" + " --fake-pileup " + f / "x.h5" + " --json " +
           f / "notes",
       "--json: found " + f / "notes" + ", which is no evaluation"},
      {"overlay --events " + f / "events.h5" + " --pileup " + f / "x.h5" + " --fake-pileup " + f / "x.h5" +
           " --fake-out " + f / "notes",
       "--fake-out: found " + f / "notes" + ", which is no HDF5 file"},
      {"events --n 5 --out " + f / "notes", "which is no HDF5 file, expected a new file, or an older HDF5 file"},
      {"sample --n 5 --checkpoint " + f / "run/best.ckpt" + " --out " + f / "run/last.ckpt", "which is no HDF5 file"},
      {"compare --runs " + f / "run" + " --out " + f / "notes", "which is no PNG file"},
      {"report --run " + f / "nowhere", "nowhere"},
      {"events --n 10 --mglu 100 --mneu 850 --out " + f / "x.h5", "mglu"},
      {"info " + f / "text.h5", "text.h5"},
      {"events --n 5 --out " + f / "x.npy", "expected the name of an HDF5 file"},
      {"sample --n 5 --checkpoint " + f / "unbuilt.ckpt" + " --out " + f / "x.h5",
       "unbuilt.ckpt: network: found recommended/24x16, expected one that this program was built with"},
      {"train --resume --out " + f / "unbuilt",
       "rpv: " + f / "unbuilt/last.ckpt" + ": network: found recommended/24x16, expected one that"},
      {train + " --lr 1e-400", "--lr: found 1e-400, expected a number of a size that fits"},
      {train + " --transform ''", "--transform: "},
      {"events --n 5 --out " + f / "nowhere/x.h5", "nowhere/x.h5: cannot be written: found"},
      {"train --out " + f / "weights" + network, "expected another folder"},
      {"train --out", "--out: found nothing, expected one"},
      {train + " --epochs 1 --epochs 2", "--epochs: found 2 values, expected one"},
      {"events --n 5 --grid --mglu 1000 --out " + f / "y.h5", "found --mglu beside --grid, expected one of them"},
      {"dance", "found dance, expected one of train, sample"},
      {"", "found no command, expected one of train, sample"},
      {"train", "found no --out, expected it among the options; rpv train --help lists them"},
      {"info", "found no checkpoint, expected it"},
      {"events --n 5 --color red --out " + f / "y.h5",
       "found --color red, expected options of this command; rpv events --help lists them"},
  };
  for (const row& r : table) {
    const auto o = rpv(r.arguments);
    INFO(r.arguments << "\n" << o.said);
    CHECK(o.status != 0);
    CHECK(o.status < 128);
    for (const std::string& part : {r.expected, std::string("found "), std::string("expected ")})
      CHECK(o.said.find(part) != std::string::npos);
    CHECK(count(o.said, "\n") == 1 + count("\n" + o.said, "\nreading "));
    CHECK((bytes_of(f / "x.h5") == older && bytes_of(f / "notes") == "kept too"));
  }
  hepgan::checkpoint foreign;
  foreign.put("generator", std::string("of another program"));
  foreign.write(f / "foreign.ckpt");
  CHECK(rpv("info " + f / "foreign.ckpt").said.starts_with("rpv: "));
  const auto told = rpv("info " + f / "unbuilt.ckpt");
  CHECK((told.status == 0 && count(told.said, "filters     24") == 1));
  const auto lost = run("( " + std::string(HEPGAN_RPV) + " info " + f / "run/last.ckpt" + " >/dev/full )");
  CHECK(lost.status == 1);
  CHECK(lost.said.find("standard output cannot be written") != std::string::npos);
  CHECK(bytes_of(f / "run/last.ckpt") == run_before);
  CHECK(bytes_of(f / "run/metrics.csv") == metrics_before);
  CHECK(bytes_of(f / "run/run.json") == description_before);
  CHECK_FALSE(fs::exists(f / "new"));
}
#endif
