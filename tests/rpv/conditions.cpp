// A conditional run: trained, resumed, sampled, interpolated and evaluated by mass point.
#if defined(HEPGAN_RPV)
#include <cmath>
#include <hepgan/io/event_file.hpp>
#include <hepgan/io/event_writer.hpp>
#include <nlohmann/json.hpp>
#include <vector>

#include "program.hpp"

namespace {

/// Without pairs, which cost by the square of lit cells: an untrained generator lights all.
const std::string how = " --recipe conditional --pair-weight 0" + tiny;

/// Skips, saying so, where this program was built without the network.
bool has_network(const outcome& o) {
  if (o.said.find("HEPGAN_RPV_CATALOGUE") == std::string::npos) return true;
  WARN("skipped: this build has no such network");
  return false;
}
std::vector<float> images_of(const std::string& path) {
  const hepgan::io::event_file file(path);
  std::vector<float> images(std::size_t(file.size()) * 4096);
  file.read(0, file.size(), images);
  return images;
}

}  // namespace

TEST_CASE("a conditional run resumes bit for bit, and samples and interpolates the masses that it is asked for") {
  const folder f;
  const auto whole = rpv("train --out " + f / "whole" + how + " --epochs 2 --leave-out mGlu=1400,mNeu=650");
  if (!has_network(whole)) return;
  INFO(whole.said);
  REQUIRE(whole.status == 0);
  CHECK_THAT(whole.said, has_text("315 built-in training events, 35 for validation"));  // seven of eight points
  REQUIRE(rpv("train --out " + f / "parts" + how + " --epochs 1 --leave-out mGlu=1400,mNeu=650").status == 0);
  const auto other = rpv("train --out " + f / "parts" + " --resume --epochs 2 --leave-out mGlu=1400,mNeu=850");
  CHECK_THAT(other.said, has_text("--leave-out: found \"mGlu=1400,mNeu=850\", expected \"mGlu=1400,mNeu=650\""));
  REQUIRE(rpv("train --out " + f / "parts" + " --resume --epochs 2").status == 0);
  for (const std::string file : {"last.ckpt", "metrics.csv", "epoch-001.ckpt"})
    CHECK(bytes_of(f / ("whole/" + file)) == bytes_of(f / ("parts/" + file)));
  CHECK_THAT(
      rpv("info " + f / "whole/best.ckpt").said,
      has_text("conditions  (mGlu-1400)/500,(mNeu-250)/1400\nseen        mGlu=1000,mNeu=500 to mGlu=1800,mNeu=1050\n"));

  const std::string checkpoint = " --checkpoint " + f / "whole/last.ckpt", sample = "sample" + checkpoint;
  REQUIRE(rpv(sample + " --n 40 --condition mNeu=700,mGlu=1500 --threads 1 --out " + f / "a.h5").status == 0);
  REQUIRE(rpv(sample + " --n 40 --condition mGlu=1500,mNeu=700 --threads 2 --out " + f / "b.h5").status == 0);
  CHECK(bytes_of(f / "a.h5") == bytes_of(f / "b.h5"));
  const hepgan::io::event_file file(f / "a.h5");
  for (const float m : file.field("mGlu")) CHECK(m == Approx(1500));
  for (const float m : file.field("mNeu")) CHECK(m == Approx(700));
  REQUIRE(rpv(sample + " --n 40 --like " + f / "a.h5" + " --out " + f / "c.h5").status == 0);
  CHECK(images_of(f / "a.h5") == images_of(f / "c.h5"));
  REQUIRE(rpv(sample + " --n 40 --condition mGlu=1000,mNeu=500 --out " + f / "d.h5").status == 0);
  CHECK(images_of(f / "a.h5") != images_of(f / "d.h5"));
  for (const char* saved : {"whole/last.ckpt", "whole/best.ckpt"}) {
    const std::string at = "sample --n 2 --out " + f / "x.h5" + " --checkpoint " + f / saved + " --condition ";
    CHECK(rpv(at + "mGlu=1800,mNeu=500").said == "");
    CHECK(rpv(at + "mGlu=9000,mNeu=700").said == "rpv: mGlu 9000 is outside the 1000 to 1800 that the training saw\n");
  }

  REQUIRE(rpv("events --grid --n 80 --out " + f / "real.h5").status == 0);
  const auto o =
      rpv("interpolate" + checkpoint + " --from mGlu=1000,mNeu=500 --to mGlu=1800,mNeu=1050 --steps 3 --n 20" +
          " --real " + f / "real.h5" + " --out " + f / "path.h5");
  INFO(o.said);
  REQUIRE(o.status == 0);
  CHECK_THAT(o.said, has_text("     1400      775 "));
  CHECK(count(o.said, "\n") == 4);
  CHECK(hepgan::io::event_file(f / "path.h5").size() == 60);
  const auto mglu = hepgan::io::event_file(f / "path.h5").field("mGlu");
  for (int i = 0; i < 60; ++i) CHECK(mglu[i] == Approx(1000 + i / 20 * 400));

  const auto long_way = [&](const std::string& name, const std::string& how) {  // a table of some kilobytes
    const std::string way = std::string(HEPGAN_RPV) + " interpolate" + checkpoint +
                            " --from mGlu=1000,mNeu=500 --to mGlu=1800,mNeu=1050 --steps 150 --n 1 --out " + f / name;
    REQUIRE(run("{ " + way + how + "; }").status == 0);
    return bytes_of(f / name);
  };
  CHECK(long_way("closed.h5", " <&- >&-") == long_way("open.h5", " >/dev/null"));  // the file is no standard output

  REQUIRE(rpv(sample + " --n 80 --like " + f / "real.h5" + " --out " + f / "fake.h5").status == 0);
  const auto e = rpv("evaluate --real " + f / "real.h5" + " --fake " + f / "fake.h5" + " --json " + f / "e.json");
  INFO(e.said);
  REQUIRE(e.status == 0);
  const auto points = nlohmann::json::parse(bytes_of(f / "e.json")).at("points");
  REQUIRE(points.size() == 8);
  for (const auto& point : points) CHECK((point.at("n_real") == 10 && point.at("n_fake") == 10));
  CHECK(points[0].at("mGlu") == 1000);
  REQUIRE(rpv("report --run " + f / "whole").status == 0);
}

TEST_CASE("a run does not go on with the same images at other masses") {
  const folder f;
  REQUIRE(rpv("events --n 70 --out " + f / "events.h5").status == 0);
  const auto write = [&](float mass) {
    const std::vector<float> mglu(70, mass), mneu(70, 850);
    hepgan::io::write_events(f / "told.h5", images_of(f / "events.h5"), {1, 64, 64}, {{"mGlu", mglu}, {"mNeu", mneu}});
  };
  write(1400);
  const auto begun = rpv("train --out " + f / "run" + network + " --recipe conditional --pair-weight 0 --batch 32" +
                         " --epochs 1 --data " + f / "told.h5");
  if (!has_network(begun)) return;
  REQUIRE(begun.status == 0);
  write(1500);
  const auto o = rpv("train --out " + f / "run" + " --resume --epochs 2");
  INFO(o.said);
  CHECK(o.status == 1);
  CHECK_THAT(o.said, has_text("--data: these are not the events that the run in"));
  write(1400);
  CHECK(rpv("train --out " + f / "run" + " --resume --epochs 2").status == 0);
}

TEST_CASE("autoencoders and growing networks are told masses, resume bit for bit, and make those asked for") {
  const std::string recipe = GENERATE(as<std::string>{}, "conditional-vae", "conditional-progressive --level-steps 5");
  INFO(recipe);
  const folder f;
  const std::string told = " --recipe " + recipe + tiny;
  const auto whole = rpv("train --out " + f / "whole" + told + " --epochs 2");
  if (!has_network(whole)) return;
  INFO(whole.said);
  REQUIRE(whole.status == 0);
  REQUIRE(rpv("train --out " + f / "parts" + told + " --epochs 1").status == 0);
  REQUIRE(rpv("train --out " + f / "parts" + " --resume --epochs 2").status == 0);
  CHECK(bytes_of(f / "whole/last.ckpt") == bytes_of(f / "parts/last.ckpt"));
  for (const std::string file : {"whole/epoch-000.ckpt", "whole/last.ckpt"}) {  // of levels 2 and 4, where they grow
    const std::string checkpoint = " --checkpoint " + f / file, sample = "sample --n 20" + checkpoint + " --out ";
    REQUIRE(rpv(sample + f / "a.h5" + " --condition mGlu=1500,mNeu=700").status == 0);
    REQUIRE(rpv(sample + f / "b.h5" + " --condition mGlu=1000,mNeu=500").status == 0);
    CHECK(images_of(f / "a.h5") != images_of(f / "b.h5"));
    CHECK_THAT(rpv(sample + f / "c.h5").said, has_text("expected a value for each of mGlu, mNeu"));
    const auto o = rpv("interpolate --n 20 --steps 3" + checkpoint +
                       " --from mGlu=1000,mNeu=500 --to mGlu=1800,mNeu=1050 --out " + f / "path.h5");
    INFO(o.said);
    CHECK(o.status == 0);
    CHECK_THAT(o.said, has_text("     1400      775 "));
    CHECK_THAT(rpv("info " + f / file).said, has_text("conditions  (mGlu-1400)/500,(mNeu-250)/1400\n"));
  }
}

TEST_CASE("conditions that are missing, unknown or not wanted are one sentence") {
  const folder f;
  const auto trained = rpv("train --out " + f / "told" + how + " --epochs 1");
  if (!has_network(trained)) return;
  REQUIRE(trained.status == 0);
  REQUIRE(rpv("train --out " + f / "untold" + tiny + " --epochs 1").status == 0);
  REQUIRE(rpv("events --n 70 --out " + f / "one.h5").status == 0);
  hepgan::io::write_events(f / "bare.h5", images_of(f / "one.h5"), {1, 64, 64});
  std::vector<float> masses(70, 1400);
  masses[33] = std::nanf("");
  hepgan::io::write_events(f / "nan.h5", images_of(f / "one.h5"), {1, 64, 64}, {{"mGlu", masses}, {"mNeu", masses}});

  struct row {
    std::string arguments, expected;
  };
  const std::string train = "train --out " + f / "new" + network + " --batch 16 --recipe conditional --data ",
                    told = "sample --n 5 --out " + f / "x.h5" + " --checkpoint " + f / "told/best.ckpt",
                    untold = "sample --n 5 --out " + f / "x.h5" + " --checkpoint " + f / "untold/best.ckpt",
                    path = "interpolate --out " + f / "x.h5" + " --checkpoint " + f / "told/best.ckpt";
  const std::vector<row> table{
      {told, "--condition: found nothing, expected a value for each of mGlu, mNeu"},
      {told + " --condition mGlu=1500", "--condition: found mGlu=1500, expected a value for each of mGlu, mNeu"},
      {told + " --condition mGlu=1500,mneu=7", "found mGlu=1500,mneu=7, expected a value for each of mGlu, mNeu"},
      {told + " --condition mGlu=1500,mNeu=7,x=1", "expected a value for each of mGlu, mNeu"},
      {told + " --condition mGlu=1500,mGlu=7", "--condition: found mGlu twice"},
      {told + " --condition mGlu=1500,mNeu", "--condition: found mNeu, expected field=number"},
      {told + " --condition mGlu=1,mNeu=1 --like " + f / "one.h5", "--like: found beside --condition"},
      {told + " --like " + f / "bare.h5", "bare.h5: found hist in group all_events, expected mGlu"},
      {told + " --like " + f / "nan.h5", "nan.h5: mGlu of event 33: found nan, expected a finite number"},
      {"sample --n 71 --out " + f / "x.h5" + " --checkpoint " + f / "told/best.ckpt" + " --like " + f / "one.h5",
       "--like: found 70 events in "},
      {untold + " --condition mGlu=1500,mNeu=700", "--condition: found mGlu=1500,mNeu=700, expected no conditions"},
      {untold + " --like " + f / "one.h5", "--like: found "},
      {path + " --from mGlu=1500 --to mGlu=1,mNeu=1", "--from: found mGlu=1500, expected a value for each"},
      {path + " --from mGlu=1,mNeu=1 --to mGlu=1e38,mNeu=1", "--to: found mGlu=1e38, expected field=number"},
      {path + " --from mGlu=1,mNeu=1 --to mGlu=2,mNeu=2 --steps 1", "--steps: found 1, expected 2 to 1000"},
      {path + " --from mGlu=1,mNeu=1 --to mGlu=2,mNeu=2 --steps 1001", "--steps: found 1001, expected 2 to 1000"},
      {train + f / "bare.h5", "bare.h5: found hist in group all_events, expected mGlu"},
      {train + f / "one.h5 " + f / "nan.h5", "nan.h5: mGlu of event 33: found nan"},
      {train + f / "one.h5" + " --conditions mGlu", "--conditions: found 1 of them, expected 2"},
      {train + f / "one.h5" + " --conditions mGlu/2,mNeu", "--conditions: found mGlu/2, expected such as"},
      {train + f / "one.h5" + " --leave-out mGlu", "--leave-out: found mGlu, expected field=number"},
      {train + f / "one.h5" + " --leave-out mGlu=1", "found no event of mGlu=1, expected some to leave out"},
      {train + f / "one.h5" + " --leave-out mGlu=1400,mNeu=850", "found no event for training"},
      {"train --out " + f / "new" + tiny + " --conditions mGlu", "--conditions: found 1 of them, expected 0"},
      {"events --n 5 --grid --mglu 1000 --out " + f / "x.h5", "--grid"},
  };
  for (const row& r : table) {
    const auto o = rpv(r.arguments);
    INFO(r.arguments << "\n" << o.said);
    CHECK(o.status != 0);
    CHECK(count(o.said, "\n") == 1 + count("\n" + o.said, "\nreading "));
    CHECK(o.said.find(r.expected) != std::string::npos);
    CHECK_FALSE(fs::exists(f / "x.h5"));
    CHECK_FALSE(fs::exists(f / "new"));
  }
}
#endif
