// The physics report of a run: pictures of the training and of generated beside real events, on one page.
#pragma once
#include <filesystem>
#include <hepgan/core/error.hpp>
#include <hepgan/core/file.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/physics/comparison.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "correlation_picture.hpp"
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
  const hepgan::physics::jet_events& real_jets;
  const hepgan::physics::jet_events& fake_jets;
  hepgan::physics::comparison result;
  std::optional<told_apart> told;                            ///< by classifiers
  std::vector<std::pair<std::string, std::string>> options;  ///< the run's options and versions, as a table
  std::vector<std::string> data;                             ///< names of the events' files; none: the toy's events
  bool chosen = true;                                        ///< by an epoch's jets or images; else of last.ckpt
  bool by_images = false;                                    ///< how the epoch was chosen: else by jets
  std::string decision = "probability";                      ///< what the critic gives an event, where there is one
};

namespace detail {

/// Captions by picture; in the order in which the page shows them.
struct section {
  const char *heading, *layout;
  std::vector<std::pair<std::string, std::string>> pictures;
  std::string note = {};
};

/// Observables that some events have: where events were chosen by images, jets may be rare.
inline std::vector<observed> worth_a_picture(const std::vector<observed>& all, bool by_images) {
  constexpr std::size_t some = 20;
  std::vector<observed> worth;
  for (const auto& o : all)
    if (!by_images || std::max(o.real.size(), o.fake.size()) >= some) worth.push_back(o);
  return worth;
}
/// Whether correlations are worth one, which are those of events with two jets.
inline bool has_two_jets(const std::vector<observed>& worth) {
  return std::ranges::any_of(worth, [](const observed& o) { return o.of.jets == 2; });
}

/// Of each observable's picture: which events and jets are in it.
inline std::vector<std::pair<std::string, std::string>> jet_captions(const std::vector<observed>& all) {
  std::vector<std::pair<std::string, std::string>> captions;
  for (const auto& o : all) {
    const std::string which = o.of.each_jet    ? "all jets"
                              : o.of.jets == 1 ? "events with a jet"
                                               : "events with two jets or more";
    captions.emplace_back(picture_name(o.of.name),
                          "Of " + which + (o.of.name == std::string("jetPhi") ? "; physics makes it flat." : "."));
  }
  return captions;
}

/// Of what draw_training() draws of this run.
inline std::string training_caption(const metrics& m, const std::string& decision) {
  std::string text = has_numbers(m["loss_critic"])
                         ? "Mean losses of each epoch: the critic’s with the penalty on its gradient, where there is "
                           "one, the generator’s without the penalty on its events, which has a panel of its own, as "
                           "far as it is above 0"
                         : "Mean loss of each epoch: reconstruction and divergence";
  if (has_numbers(m["d_real"]))
    text += "; and the mean " + decision + " that the critic gives real and generated events" +
            (decision == "probability" ? " of being real" : "");
  return text + ".";
}

inline std::vector<section> sections(const std::vector<observed>& all, const std::vector<observed>& worth,
                                     const std::string& of_training) {
  return {{"Events",
           "<div>",
           {{"events", "The first four real (above) and generated (below) events; white pixels hold no energy."},
            {"average", "Average images on one colour scale, and their ratio."}}},
          {"Jets", "<div class=\"grid\">", jet_captions(all),
           worth.size() < all.size() ? "Hardly any event has the jets that the other pictures would show." : ""},
          {"Correlations",
           "<div>",
           {{"correlations",
             "Pearson’s coefficients of the observables of an event, over events with two jets or more, and generated "
             "minus "
             "real. Two samples of real events differ by about √(2/n)."}}},
          {"Whole events",
           "<div class=\"grid\">",
           {{"energy", "Of all cells."},
            {"sum-et", "Σ E / cosh η of all cells."},
            {"missing-et", "How far an event’s momenta across the beam are from cancelling: no jet by itself says it."},
            {"hottest-cell", "The largest energy of a single cell."}}},
          {"Pixels",
           "<div class=\"grid\">",
           {{"pixel-energy", "Energy spectrum of single pixels; the tower threshold is 500 MeV."},
            {"occupancy", "Share of an event’s pixels that hold energy."}}},
          {"Training",
           "<div class=\"grid\">",
           {{"ks-by-epoch", "Agreement on the validation events after each epoch; smaller is better."},
            {"training", of_training}}}};
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

inline std::string head(const input& in, const std::string& run) {
  std::string of;
  for (const auto& file : in.data) of += (of.empty() ? "events of <code>" : ", <code>") + escape(file) + "</code>";
  return "<h1>Generated detector images</h1>\n<p class=\"lead\">Run <code>" + escape(run) + "</code>; " +
         (of.empty() ? "“real” are built-in toy events of RPV gluinos, no simulation of a detector" : of) + "</p>\n";
}

}  // namespace detail

/// Writes report.html and pictures/*.png. What is there is replaced file by file, when all of the new has been drawn;
/// pictures that only an earlier report has are removed.
inline void write(const input& in) {
  namespace fs = std::filesystem;
  detail::check(in);
  const metrics m(in.run / "metrics.csv");
  plotter plot(in.run / ".report.part");
  draw_events(plot, in.real, in.fake, in.image);
  draw_average(plot, in.real, in.fake, in.image);
  const auto all = observe(in.real_jets, in.fake_jets, in.result);
  const auto worth = detail::worth_a_picture(all, in.by_images);
  draw_jets(plot, worth);
  if (detail::has_two_jets(worth)) draw_correlations(plot, in.result);
  const observed_images images(in.real, in.fake, in.image);
  draw_events_as_a_whole(plot, images);
  draw_pixels(plot, in.real, in.fake, in.image);
  draw_ks(plot, m, in.by_images);
  draw_training(plot, m, in.decision);
  const auto drawn = plot.draw();

  const std::string run = fs::absolute(in.run).lexically_normal().filename().string();
  std::string body =
      detail::head(in, run) + summary_html(all, in.result, images, in.by_images, in.chosen) + classifier_html(in.told);
  std::vector<fs::path> of_before;  // what an earlier report may have drawn, and this one has not
  for (const auto& section : detail::sections(all, worth, detail::training_caption(m, in.decision))) {
    std::string figures;
    for (const auto& [picture, caption] : section.pictures) {
      const std::string name = plotter::file_of(picture);
      const auto file = std::ranges::find_if(drawn, [&](const fs::path& f) { return f.filename() == name; });
      if (file != drawn.end())
        figures += figure({*file, caption});
      else
        of_before.push_back(in.run / "pictures" / name);
    }
    if (!figures.empty()) figures = section.layout + ("\n" + figures + "</div>\n");
    if (!section.note.empty()) figures += "<p class=\"note\">" + section.note + "</p>\n";
    if (!figures.empty()) body += std::string("<h2>") + section.heading + "</h2>\n" + figures;
  }
  body += "<h2>Options and versions</h2>\n" + options_html(in.options);

  std::error_code failed;
  fs::create_directories(in.run / "pictures", failed);
  for (const auto& file : drawn)
    if (!failed) fs::rename(file, in.run / "pictures" / file.filename(), failed);
  for (const auto& file : of_before)
    if (!failed) fs::remove(file, failed);
  if (failed)
    throw hepgan::error((in.run / "pictures").string() + ": found \"" + failed.message() +
                        "\", expected to write there");
  hepgan::write_file(in.run / "report.html", page("Report of " + run, body));
}

}  // namespace rpv::report
