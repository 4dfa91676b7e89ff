// The physics report: one page that holds every picture and needs nothing beside itself.
#include "../../examples/rpv/report/report.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "catch.hpp"

namespace fs = std::filesystem;
using namespace rpv::report;

namespace {

/// A run's folder that goes away with the test.
struct folder {
  fs::path path = fs::temp_directory_path() / ("hepgan-report-" + std::to_string(::getpid()));
  explicit folder(const std::string& csv) {
    fs::remove_all(path);
    fs::create_directories(path);
    std::ofstream(path / "metrics.csv") << csv;
  }
  ~folder() { fs::remove_all(path); }
};

constexpr const char* one_epoch = "epoch,loss_critic,ks_comb,best\n0,1.2,20.5,1\n";

bool gnuplot_is_here() { return std::system("gnuplot --version > /dev/null 2>&1") == 0; }

/// A few events of 8×8 pixels, and jets made up for them.
struct events {
  hepgan::shape image{1, 8, 8};
  std::vector<float> pixels = std::vector<float>(5 * 64);
  hepgan::physics::jet_events jets;
  explicit events(float scale) {
    for (int e = 0; e < 5; ++e) {
      for (int k = e; k < 64; k += 7) pixels[e * 64 + k] = scale * 1000.0f * static_cast<float>(k + 1);
      const hepgan::physics::jet j{scale * 300, 0.1f * static_cast<float>(e), -3.0f + static_cast<float>(e), 90, 12};
      jets.add(std::vector(1 + e % 3, j));
    }
  }
};

void write_report(const fs::path& run, const events& real, const events& fake, std::optional<rpv::told_apart> told = {},
                  bool by_images = false) {
  write({.run = run,
         .real = real.pixels,
         .fake = fake.pixels,
         .image = real.image,
         .real_jets = real.jets,
         .fake_jets = fake.jets,
         .result = hepgan::physics::compare(real.jets, fake.jets),
         .told = told,
         .options = {{"data", "<script>alert('1')</script> & \"more\""}, {"lr", "0.0001"}},
         .data = {},
         .by_images = by_images});
}

}  // namespace

TEST_CASE("A report holds every picture, escapes what users wrote and needs no network") {
  if (!gnuplot_is_here()) {
    WARN("skipped: gnuplot is not installed");
    return;
  }
  const folder run(one_epoch);
  write_report(run.path, events(1), events(1.3f));
  const std::string html = contents(run.path / "report.html");
  for (const char* name : {"events",       "average",      "n-jet",       "sum-mass", "jet-pt",     "jet-eta",
                           "jet-phi",      "lead-pt",      "second-pt",   "jet-mass", "delta-phi",  "dijet-mass",
                           "constituents", "correlations", "energy",      "sum-et",   "missing-et", "hottest-cell",
                           "pixel-energy", "occupancy",    "ks-by-epoch", "training"}) {
    INFO(name);
    const std::string png = contents(run.path / "pictures" / (std::string(name) + ".png"));
    CHECK(png.substr(1, 3) == "PNG");
    CHECK(html.find("\"data:image/png;base64," + base64(png) + "\"") != std::string::npos);
  }
  CHECK(html.find("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot;") != std::string::npos);
  for (const char* absent : {"<script", "://", "src=\"//", "url(", "@import", "<link"}) {
    INFO(absent);
    CHECK(html.find(absent) == std::string::npos);
  }
  CHECK_THAT(html, has_text("“real” are built-in toy events"));
  CHECK_THAT(html, has_text("What ks_comb leaves out differs in ") && has_text("missing transverse energy ("));
  CHECK_FALSE(fs::exists(run.path / ".report.part"));
  CHECK_FALSE(fs::exists(run.path / "report.html.part"));
}

TEST_CASE("A report of events that hardly have jets leaves out pictures of them") {
  if (!gnuplot_is_here()) {
    WARN("skipped: gnuplot is not installed");
    return;
  }
  const folder run(one_epoch);
  fs::create_directory(run.path / "pictures");
  for (const char* of_before : {"jet-pt.png", "correlations.png", "mine.png"})
    std::ofstream(run.path / "pictures" / of_before) << "an earlier report's";
  write_report(run.path, events(1), events(1.3f), {}, true);
  CHECK(fs::exists(run.path / "pictures" / "mine.png"));
  const std::string html = contents(run.path / "report.html");
  for (const char* left_out : {"jet-pt", "dijet-mass", "correlations"})
    CHECK_FALSE(fs::exists(run.path / "pictures" / (std::string(left_out) + ".png")));
  for (const char* drawn : {"events", "average", "pixel-energy", "occupancy", "ks-by-epoch"})
    CHECK(fs::exists(run.path / "pictures" / (std::string(drawn) + ".png")));
  CHECK_THAT(html, has_text("Hardly any event has the jets that the other pictures would show."));
  CHECK_THAT(html, !has_text("<h2>Correlations"));
}

TEST_CASE("A report says what networks tell apart, if they were asked, and how far apart the observables are") {
  if (!gnuplot_is_here()) {
    WARN("skipped: gnuplot is not installed");
    return;
  }
  const folder run(one_epoch);
  write_report(run.path, events(1), events(1.3f));
  CHECK_THAT(contents(run.path / "report.html"), !has_text("auc_images"));
  write_report(run.path, events(1), events(1.3f),
               rpv::told_apart{{0.75, 0.02}, {0.5, 0.03}, {0.625, 0.02}, {0.49, 0.03}});
  const std::string html = contents(run.path / "report.html");
  for (const char* text : {"auc_images", "0.750 ± 0.020", "0.500 ± 0.030", "auc_features", "0.625 ± 0.020",
                           "0.490 ± 0.030", "ks_constituents", "90 GeV"}) {  // pT of 300 GeV a third higher
    INFO(text);
    CHECK(html.find(text) != std::string::npos);
  }
}

namespace {

int height_of_training(const std::string& csv) {
  const folder run(csv);
  write_report(run.path, events(1), events(1.3f));
  const std::string png = contents(run.path / "pictures/training.png");
  return 256 * static_cast<unsigned char>(png[22]) + static_cast<unsigned char>(png[23]);  // of the header
}

}  // namespace

TEST_CASE("A caption tells what the panels of this training are") {
  const auto caption = [](const std::string& row, const std::string& decision) {
    const folder run("epoch,loss_critic,loss_generator,d_real,d_fake\n" + row);
    return detail::training_caption(metrics(run.path / "metrics.csv"), decision);
  };
  CHECK_THAT(caption("0,1.2,0.8,0.6,0.4\n", "probability"), has_text("the mean probability that the critic gives"));
  CHECK_THAT(caption("0,-4,7,-0.8,-14.7\n", "score"),
             has_text("; and the mean score that the critic gives real and generated events."));
  CHECK(caption("0,null,700,null,null\n", "probability") == "Mean loss of each epoch: reconstruction and divergence.");
}

TEST_CASE("A critic's decisions are drawn where there is one") {
  if (!gnuplot_is_here()) {
    WARN("skipped: gnuplot is not installed");
    return;
  }
  const std::string columns = "epoch,loss_critic,loss_generator,d_real,d_fake,ks_comb,event_penalty\n";
  for (const std::string penalty : {"0\n", "5\n"})
    CHECK(height_of_training(columns + "0,1.2,0.8,0.6,0.4,20," + penalty) >
          height_of_training(columns + "0,null,0.8,null,null,20," + penalty));
}

TEST_CASE("A penalty on generated events is drawn where there is one, in a panel of its own") {
  if (!gnuplot_is_here()) {
    WARN("skipped: gnuplot is not installed");
    return;
  }
  const std::string row = "epoch,loss_critic,ks_comb,best,event_penalty\n0,1.2,20.5,1,";
  const int without = height_of_training(row + "0\n"), with = height_of_training(row + "3000\n");
  CHECK(without == height_of_training(one_epoch));
  CHECK(with > without);
}

TEST_CASE("A report of a generator that makes nothing is drawn too") {
  if (!gnuplot_is_here()) {
    WARN("skipped: gnuplot is not installed");
    return;
  }
  const folder run("epoch,loss_critic,ks_comb\n0,null,2100\n");
  events nothing(0);
  nothing.jets = {};
  for (int e = 0; e < 5; ++e) nothing.jets.add({});
  write_report(run.path, events(1), nothing);
  CHECK_THAT(contents(run.path / "report.html"), has_text("No generated event holds a jet"));
  write_report(run.path, nothing, nothing);  // replaces it
  CHECK(fs::exists(run.path / "report.html"));
}

TEST_CASE("A report without metrics.csv or gnuplot is refused in a sentence, and nothing is written") {
  const folder run(one_epoch);
  const char* old = std::getenv("PATH");
  const std::string path = old ? old : "";
  ::setenv("PATH", "/nonexistent", 1);
  CHECK_THROWS_WITH(write_report(run.path, events(1), events(1)),
                    has_text("gnuplot: found no such program, expected it"));
  ::setenv("PATH", path.c_str(), 1);
  fs::remove(run.path / "metrics.csv");
  CHECK_THROWS_WITH(write_report(run.path, events(1), events(1)),
                    has_text("metrics.csv: found nothing, expected one row per epoch"));
  CHECK(fs::is_empty(run.path));
}
