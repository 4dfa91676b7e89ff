// The top of the report: what a physicist reads from the comparison, in one sentence and one table.
#pragma once
#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "../classifier.hpp"
#include "histogram.hpp"
#include "observed.hpp"
#include "page.hpp"
#include "training_pictures.hpp"

namespace rpv::report {

/// Where p < 1 % although ks_comb leaves it out: of jets, and of whole events, whose momenta no single jet balances.
inline std::string further_differences(const std::vector<observed>& rows, const observed_images& images) {
  std::vector<std::string> all;
  const auto add = [&](const char* text, double ks) {
    if (ks > 4.6)
      all.push_back(std::string(text) + " (" + (all.empty() ? ks_equation(ks, 0) : ks_text(ks, 700, 0)) + ")");
  };
  for (const auto& row : rows)
    if (!row.of.combined && !row.fake.empty()) add(row.of.text, row.distance.ks);
  for (std::size_t i = 0; i < hepgan::physics::image_observables.size(); ++i)
    add(hepgan::physics::image_observables[i].text, images.result.distances[i].ks);
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i)
    text += (i == 0 ? ". What ks_comb leaves out differs in " : i + 1 == all.size() ? " and " : ", ") + all[i];
  return text;
}

/// What the KS values say, in plain words.
inline std::string verdict(const std::vector<observed>& rows, const hepgan::physics::comparison& c,
                           const observed_images& images) {
  const observed* worst = &rows[0];
  for (const auto& row : rows)
    if (row.of.combined && row.distance.ks > worst->distance.ks) worst = &row;
  const double real = mean(worst->real), fake = mean(worst->fake);
  const std::string unit = worst->unit();
  const std::string where = std::string("of number, mass and pT the ") + worst->of.text +
                            " differs most, with a mean of " + fixed(fake, unit.empty() ? 2 : 0) + unit +
                            " generated against " + fixed(real, unit.empty() ? 2 : 0) + unit + " real";
  const bool few = std::min(c.n_real, c.n_fake) < 3500;  // KS values grow with the number of events
  std::string text;
  if (rows[0].fake.empty())
    text = "No generated event holds a jet, so there is nothing to compare yet";
  else if (c.ks_comb <= 2 * ks_floor)
    text = "With these numbers of events generated and real jets can hardly be told apart by number, mass and pT";
  else if (c.ks_comb < talk_best)
    text = std::string("ks_comb is below that of the CHEP 2018 talk's best network, which was tested on 4096 events ") +
           (few ? "(these are fewer) of another simulation; " : "of another simulation; ") + where;
  else if (c.ks_comb < 5 * talk_best)
    text = "Generated jets are nearly like the real ones, but the test tells them apart; " + where;
  else
    text = "Generated jets still differ clearly from the real ones; " + where;
  if (!c.no_jet_compatible && !rows[0].fake.empty())
    text += ", and the share of events without jets (" + fixed(100 * c.no_jet_fraction, 1) + " % against " +
            fixed(100 * c.real_no_jet_fraction, 1) + " %), which KS cannot see, does not fit";
  return text + further_differences(rows, images) + ".";
}

/// An area with its error, "0.51 ± 0.01".
inline std::string area_text(const hepgan::auc_estimate& a) { return fixed(a.value, 3) + " ± " + fixed(a.error, 3); }

/// What networks tell apart, where they were asked.
inline std::string classifier_html(const std::optional<told_apart>& told) {
  if (!told) return "";
  std::ostringstream out;
  out << "<div class=\"wide\"><table class=\"numbers\"><thead><tr><th>a small network learns</th><th>to tell apart</th>"
         "<th>AUC, real against generated</th><th>AUC, real against real</th></tr></thead><tbody>\n";
  const auto row = [&](const char* name, const char* what, const hepgan::auc_estimate& found,
                       const hepgan::auc_estimate& floor) {
    out << "<tr><td><code>" << name << "</code></td><td>" << what << "</td><td>" << area_text(found) << "</td><td>"
        << area_text(floor) << "</td></tr>\n";
  };
  row("auc_images", "images", told->images, told->images_floor);
  row("auc_features", "the observables above, of the event and of its four hardest jets", told->features,
      told->features_floor);
  out << "</tbody></table></div>\n<p class=\"note\">Classifier two-sample test: each half of the events is scored by a "
         "network that learnt from the other half. AUC is the probability that it finds a real event more real than a "
         "generated one: 0.5 if they cannot be told apart, 1 if always. Networks tell more from more events, so "
         "compare "
         "values of one number of events.</p>\n";
  return out.str();
}

/// What cells say, of events that were chosen by them.
inline std::string verdict(const observed_images& o) {
  using hepgan::physics::image_observables;
  const auto& c = o.result;
  const auto worst = static_cast<std::size_t>(
      std::ranges::max_element(c.distances, {}, &hepgan::physics::comparison::distance::ks) - c.distances.begin());
  const auto& w = image_observables[worst];
  const std::string unit = *w.unit ? std::string(" ") + w.unit : "";
  const std::string how = c.ks_images <= 2 * image_floor ? "can hardly be told apart" : "can be told apart";
  return "Epochs are chosen by images, not by jets: with these numbers of events generated and real ones " + how +
         " by their cells; the " + w.text + " differs most, with a mean of " + short_number(c.fake_means[worst], 4) +
         unit + " generated against " + short_number(c.real_means[worst], 4) + unit + " real.";
}

inline std::string summary_html(const std::vector<observed>& rows, const hepgan::physics::comparison& c,
                                const observed_images& images, bool by_images, bool chosen) {
  const auto measured = [](const std::vector<float>& sample) {
    const double error = mean_error(sample);
    if (!std::isfinite(error)) return fixed(mean(sample), 2);
    const int digits = digits_of_error(error, 4, 2);
    const double m = mean(sample);
    return (m < 0 ? "−" : "") + fixed(std::abs(m), digits) + " ± " + fixed(error, digits);
  };
  std::ostringstream out;
  out << "<section class=\"summary\"><div class=\"score\"><span class=\"value\">"
      << (by_images ? ks_text(images.result.ks_images, 3500) : ks_text(c.ks_comb, 2100))
      << "</span><span class=\"name\">"
      << (by_images ? "ks_images</span><span class=\"scale\">real against real ≈ 5</span>"
                    : "ks_comb</span><span class=\"scale\">talk’s best 16.67 (4096 events)<br>real against real ≈ "
                      "3</span>")
      << "</div><p class=\"verdict\">" << escape(by_images ? verdict(images) : verdict(rows, c, images))
      << "</p></section>\n"
      << "<div class=\"wide\"><table class=\"numbers\"><thead><tr><th>KS value</th><th>observable</th><th>mean, "
         "real</th>"
      << "<th>mean, generated</th><th>W<sub>1</sub></th><th>distance D</th><th>−ln "
         "p</th><th>p</th></tr></thead><tbody>\n";
  const auto line = [&](const auto& of, const auto& real, const auto& fake, const auto& distance, bool aside) {
    const double ks = distance.ks;
    const std::string p = ks >= 700 ? "&lt; 1e-304" : short_number(std::exp(-ks), 2);
    out << "<tr" << (aside ? " class=\"aside\"" : "") << "><td><code>ks_" << of.name << "</code></td><td>"
        << with_unit(of.text, of.unit) << "</td><td>" << measured(real) << "</td><td>" << measured(fake) << "</td><td>"
        << w1_text(distance, of.unit) << "</td><td>" << fixed(hepgan::physics::ks_distance(real, fake), 4)
        << "</td><td>" << ks_text(ks) << "</td><td>" << p << "</td></tr>\n";
  };
  for (const auto& row : rows) line(row.of, row.real, row.fake, row.distance, !row.of.combined);
  for (std::size_t i = 0; i < hepgan::physics::image_observables.size(); ++i)
    line(hepgan::physics::image_observables[i], images.real[i], images.fake[i], images.result.distances[i], !by_images);
  out << "</tbody><tfoot><tr><td><code>ks_comb</code></td><td colspan=\"5\">sum of the first three</td><td>"
      << ks_text(c.ks_comb, 2100) << "</td><td></td></tr>\n"
      << "<tr><td><code>ks_images</code></td><td colspan=\"5\">sum of the last five, which need no jets</td><td>"
      << ks_text(images.result.ks_images, 3500) << "</td><td></td></tr></tfoot></table></div>\n"
      << "<p class=\"note\">" << c.n_real << " real events, the validation events, and " << c.n_fake
      << " generated ones, of "
      << (chosen ? "the best epoch, which was chosen by these real events (<code>rpv evaluate</code> takes events that "
                   "had no part in it)"
                 : "<code>last.ckpt</code>, since there is no <code>best.ckpt</code>")
      << "; without a jet: " << fixed(100 * c.real_no_jet_fraction, 2) << " % of the real and "
      << fixed(100 * c.no_jet_fraction, 2)
      << " % of the generated ones. Jets: anti-k<sub>T</sub>, R = 1, p<sub>T</sub> &gt; 200 GeV, |η| &lt; 2. Each KS "
         "value is −ln p of the two-sample Kolmogorov–Smirnov test: 0 for equal samples, 0 to 2 on average for two "
         "real ones, "
         "and growing with the number of events when distributions differ (the talk used 4096). W<sub>1</sub> is the "
         "Wasserstein distance: by how much values must move, on average, to be distributed as the real ones. Events "
         "without a jet, and with one where an observable wants two, enter no distribution but that of nothing: their "
         "share is in the number of jets and above.</p>\n";
  return out.str();
}

}  // namespace rpv::report
