// A run stops, by will, by signal or by divergence, and goes on bit for bit.
#if defined(HEPGAN_RPV)
#include <algorithm>
#include <hepgan/data/event_stream.hpp>
#include <hepgan/io/event_writer.hpp>
#include <vector>

#include "program.hpp"

TEST_CASE("a resumed run equals an undisturbed one byte for byte") {
  const std::string recipe =
      GENERATE(as<std::string>{}, "recommended --augment phi,eta --match mmd", "talk --flip-rate 0.2", "vae --ema 0.9",
               "hinge-spectral", "optimal-transport", "progressive --level-steps 5");
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

namespace {

/// A training that gets the signal soon after `file` is there; one that ends before it is not waited for without end.
/// Behind a shell's &, SIGINT is ignored.
std::string signalled(const std::string& signal, const std::string& arguments, const std::string& file) {
  return "{ " + std::string(HEPGAN_RPV) + " " + arguments + " & child=$!; while kill -0 $child && [ ! -e " + file +
         " ]; do sleep 0.01; done; sleep 0.05; kill -" + signal + " $child; wait $child; }";
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
  for (const row& r : {row{"killed", "KILL", "epoch-001.ckpt", 137}, row{"interrupted", "TERM", "metrics.csv", 130}}) {
    const std::string out = f / r.run;
    const auto o = run(signalled(r.signal, "train --out " + out + how, out + "/" + r.awaited));
    INFO(r.run << ": if it ended before the signal came, nothing was tested and it needs more epochs\n" << o.said);
    REQUIRE(o.status == r.status);
    REQUIRE(count(bytes_of(out + "/metrics.csv"), "\n") < count(metrics, "\n"));
    if (r.signal == "TERM") CHECK(o.said.find("train --out " + out + " --resume continues") != std::string::npos);
    REQUIRE(rpv("train --out " + out + " --resume").status == 0);
    CHECK(bytes_of(out + "/last.ckpt") == bytes_of(f / "whole/last.ckpt"));
    CHECK(bytes_of(out + "/metrics.csv") == metrics);
  }
}

TEST_CASE("a signal that a program is started to ignore does not end its training") {
  const folder f;
  const auto o =
      run("trap '' HUP; " + signalled("HUP", "train --out " + f / "run" + tiny + " --epochs 3", f / "run/metrics.csv"));
  INFO(o.said);
  CHECK(o.status == 0);
  CHECK(fs::exists(f / "run/epoch-002.ckpt"));
}

TEST_CASE("a signal ends the writing of a file between its pieces, and leaves the older one and nothing else") {
  const folder f;
  const std::string file = f / "e.h5";
  REQUIRE(rpv("events --n 5 --out " + file).status == 0);
  const std::string older = bytes_of(file);
  const auto o = run("{ " + std::string(HEPGAN_RPV) + " events --n 10000000 --threads 1 --out " + file +
                     " & child=$!; while kill -0 $child && [ ! -s " + file +
                     ".part ]; do sleep 0.01; done; kill -TERM $child; wait $child; }");
  INFO(o.said);
  CHECK(o.status == 130);
  CHECK(o.said == "rpv: found a signal to stop, expected to come to the end; no file was written\n");
  CHECK(bytes_of(file) == older);
  CHECK_FALSE(fs::exists(file + ".part"));
}

TEST_CASE("what a run can be resumed from comes after its description") {
  const folder f;
  fs::create_directories(f / "run/run.json");  // which cannot be written then
  CHECK(rpv("train --out " + f / "run" + tiny).status == 1);
  CHECK_FALSE(fs::exists(f / "run/last.ckpt"));
}

TEST_CASE("what is saved before the first step has the threshold of the run") {
  const folder f;
  const auto o = run(signalled("KILL", "train --out " + f / "run" + network + " --events 8000", f / "run/metrics.csv"));
  INFO(o.said);
  REQUIRE(o.status == 137);
  const auto told = rpv("info " + f / "run/last.ckpt").said;
  INFO(told);
  for (const char* line : {"epoch       0\n", "threshold   500 MeV\n"}) CHECK_THAT(told, has_text(line));
  CHECK_THAT(rpv("compare --runs " + f / "run").said, has_text("--runs: found no epoch that is done yet"));
  if (drew(rpv("report --classifier-events 0 --run " + f / "run")))
    CHECK_THAT(bytes_of(f / "run/report.html"),
               has_text("of <code>last.ckpt</code>, since there is no <code>best.ckpt</code>"));
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
  CHECK(o.said.find("expected finite ones") != std::string::npos);
  CHECK(o.said.find("smaller learning rate") != std::string::npos);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    INFO(kept[i]);
    CHECK(bytes_of(f / ("run/" + kept[i])) == before[i]);
  }
  CHECK_FALSE(fs::exists(f / "run/epoch-001.ckpt"));
  CHECK(rpv("sample --n 5 --checkpoint " + f / "run/last.ckpt" + " --out " + f / "x.h5").status == 0);
}
#endif
