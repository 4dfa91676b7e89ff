// The physics report of a run: pictures of the training and of generated beside real events, on one page.
#pragma once
#include <filesystem>
#include <hepgan/core/error.hpp>
#include <hepgan/core/file.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/physics/comparison.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "image_pictures.hpp"
#include "jet_pictures.hpp"
#include "page.hpp"
#include "summary.hpp"
#include "training_pictures.hpp"

namespace rpv::report {

struct input {
  std::filesystem::path run;          ///< holds metrics.csv; report.html and pictures/ are written here
  std::span<const float> real, fake;  ///< images, MeV
  hepgan::shape image;
  const hepgan::physics::jet_samples& real_jets;
  const hepgan::physics::jet_samples& fake_jets;
  hepgan::physics::comparison result;
  std::vector<std::pair<std::string, std::string>> options;  ///< the run's options and versions, as a table
  bool built_in = false;                                     ///< "real" are the toy's events
};

namespace detail {

/// Captions by picture; in the order in which the page shows them.
struct section {
  const char *heading, *layout;
  std::vector<std::pair<const char*, const char*>> pictures;
};

inline const std::vector<section>& sections() {
  static const std::vector<section> all{
      {"Events",
       "<div>",
       {{"events", "The first four real (above) and generated (below) events; white pixels hold no energy."},
        {"average", "Average images on one colour scale, and their ratio."}}},
      {"Jets",
       "<div class=\"grid\">",
       {{"n-jet", "Jets per event, among events with at least one."},
        {"sum-mass", "Summed mass of all jets of an event."},
        {"jet-pt", "Transverse momentum of all jets."},
        {"jet-eta", "Pseudorapidity of all jets."},
        {"jet-phi", "Azimuth of all jets; physics makes it flat."}}},
      {"Pixels",
       "<div class=\"grid\">",
       {{"pixel-energy", "Energy spectrum of single pixels; the tower threshold is 500 MeV."},
        {"occupancy", "Share of an event’s pixels that hold energy."}}},
      {"Training",
       "<div class=\"grid\">",
       {{"ks-by-epoch", "Agreement of jets on the validation events after each epoch; smaller is better."},
        {"training",
         "Mean losses of each epoch: the critic’s with the penalty on its gradient, where there is one, the "
         "generator’s "
         "without the penalty on its events, which has a panel of its own, as far as it is above 0; and the mean "
         "probability that the critic "
         "gives "
         "real and generated events of being real."}}}};
  return all;
}

inline void check(const input& in) {
  const auto pixels = static_cast<std::size_t>(in.image.size());
  if (in.image.channels != 1 || pixels == 0)
    throw hepgan::error("report: found images of shape " + to_string(in.image) + ", expected one channel");
  for (const auto& sample : {in.real, in.fake})
    if (sample.empty() || sample.size() % pixels != 0)
      throw hepgan::error("report: found " + std::to_string(sample.size()) +
                          " pixels, expected a positive multiple of " + std::to_string(pixels));
}

}  // namespace detail

/// Writes report.html and pictures/*.png. What is there is replaced file by file, when all of the new has been drawn.
inline void write(const input& in) {
  namespace fs = std::filesystem;
  detail::check(in);
  const metrics m(in.run / "metrics.csv");
  plotter plot(in.run / ".report.part");
  draw_events(plot, in.real, in.fake, in.image);
  draw_average(plot, in.real, in.fake, in.image);
  draw_jets(plot, in.real_jets, in.fake_jets, in.result);
  draw_pixels(plot, in.real, in.fake, in.image);
  draw_ks(plot, m);
  draw_training(plot, m);
  const auto drawn = plot.draw();

  std::string body = "<h1>Generated detector images</h1>\n<p class=\"lead\">RPV gluino events, run <code>" +
                     escape(fs::absolute(in.run).lexically_normal().filename().string()) + "</code>" +
                     (in.built_in ? "; “real” are built-in toy events, no simulation of a detector" : "") + "</p>\n" +
                     summary_html(in.real_jets, in.fake_jets, in.result);
  for (const auto& section : detail::sections()) {
    body += std::string("<h2>") + section.heading + "</h2>\n" + section.layout + "\n";
    for (const auto& [name, caption] : section.pictures)
      for (const auto& file : drawn)
        if (file.stem() == name) body += figure({file, caption});
    body += "</div>\n";
  }
  body += "<h2>Options and versions</h2>\n" + options_html(in.options);

  std::error_code failed;
  fs::create_directories(in.run / "pictures", failed);
  for (const auto& file : drawn)
    if (!failed) fs::rename(file, in.run / "pictures" / file.filename(), failed);
  if (failed)
    throw hepgan::error((in.run / "pictures").string() + ": found \"" + failed.message() +
                        "\", expected to write there");
  hepgan::write_file(in.run / "report.html", page("RPV report", body));
}

}  // namespace rpv::report
