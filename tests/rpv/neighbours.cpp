// Other programs beside a run: fewer threads than cores, a second training, a reader that leaves.
#if defined(HEPGAN_RPV)
#include <hepgan/io/event_file.hpp>

#include "program.hpp"

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
  CHECK(o.said.find("expected another folder, or --resume to continue it") != std::string::npos);
  CHECK(o.said.find("is in use by another training") != std::string::npos);
  const std::string file = f / "e.h5";
  o = run("{ " + std::string(HEPGAN_RPV) + " events --n 3000 --threads 1 --out " + file + more + file +
          ".part ]; do sleep 0.01; done; " + HEPGAN_RPV + " events --n 5 --out " + file + "; wait $child; }");
  INFO(o.said);
  CHECK(o.status == 0);
  CHECK(o.said.find("found another program that is writing it, expected to be alone") != std::string::npos);
  CHECK(hepgan::io::event_file(file).size() == 3000);
}

TEST_CASE("what others wrote stays where a command is refused, and in a folder that is no run's") {
  const folder f;
  files::write_bytes(f / "e.h5.part", "half a download");
  CHECK(rpv("sample --checkpoint " + f / "absent.ckpt" + " --n 5 --out " + f / "e.h5").status != 0);
  CHECK(bytes_of(f / "e.h5.part") == "half a download");
  const auto refused = [&](const std::string& name, const std::string& bytes, const std::string& sentence) {
    const std::string own = f / name;
    fs::create_directories(fs::path(own).parent_path());
    files::write_bytes(own, bytes);
    const auto o = rpv("train" + tiny + " --epochs 1 --out " + fs::path(own).parent_path().string());
    INFO(o.said);
    CHECK(o.status != 0);
    CHECK(o.said.find(sentence) != std::string::npos);
    CHECK(bytes_of(own) == bytes);
  };
  refused("a/metrics.csv", "my,own,numbers\n", "a/metrics.csv that no run wrote, expected another folder");
  refused("b/run.json", "{\"my\": \"own\"}", "b/run.json that no run wrote, expected another folder");
  refused("c/epoch-005.ckpt", "of an older run", "found a run in ");
}

TEST_CASE("a training outlives the reader of what it prints") {
  const folder f;
  run("{ " + std::string(HEPGAN_RPV) + " train --out " + f / "run" + tiny + " --epochs 3; echo $? >" + f / "status" +
      "; } | head -n 1");
  CHECK(count(bytes_of(f / "run/metrics.csv"), "\n") == 4);
  CHECK(bytes_of(f / "status") == "1\n");  // what it printed was lost
}
#endif
