// The top of the report: what a physicist reads from the comparison, in one sentence and one table.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/physics/comparison.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "histogram.hpp"
#include "page.hpp"
#include "training_pictures.hpp"

namespace rpv::report {

struct summary_row {
  const char *name, *text, *unit;
  const std::vector<float>&real, &fake;
  double ks;
  bool combined;
};

inline std::vector<summary_row> summary_rows(const hepgan::physics::jet_samples& real,
                                             const hepgan::physics::jet_samples& fake,
                                             const hepgan::physics::comparison& c) {
  return {{"ks_nJet", "number of jets", "", real.n_jet, fake.n_jet, c.ks_nJet, true},
          {"ks_sumMass", "summed jet mass", "GeV", real.sum_mass, fake.sum_mass, c.ks_sumMass, true},
          {"ks_jetPt", "jet pT", "GeV", real.jet_pt, fake.jet_pt, c.ks_jetPt, true},
          {"ks_jetEta", "jet η", "", real.jet_eta, fake.jet_eta, c.ks_jetEta, false},
          {"ks_jetPhi", "jet φ", "rad", real.jet_phi, fake.jet_phi, c.ks_jetPhi, false}};
}

/// What the KS values say, in plain words.
inline std::string verdict(const std::vector<summary_row>& rows, const hepgan::physics::comparison& c) {
  const summary_row* worst = &rows[0];
  for (const auto& row : rows)
    if (row.combined && row.ks > worst->ks) worst = &row;
  const double real = mean(worst->real), fake = mean(worst->fake);
  const std::string unit = *worst->unit ? std::string(" ") + worst->unit : "";
  const std::string where = std::string("the ") + worst->text + " differs most, with a mean of " +
                            fixed(fake, unit.empty() ? 2 : 0) + unit + " generated against " +
                            fixed(real, unit.empty() ? 2 : 0) + unit + " real";
  const bool few = std::min(c.n_real, c.n_fake) < 3500;  // KS values grow with the number of events
  std::string text;
  if (rows[0].fake.empty())
    text = "No generated event holds a jet, so there is nothing to compare yet";
  else if (c.ks_comb <= 2 * ks_floor)
    text = "With these numbers of events generated and real jets can hardly be told apart by number, mass and pT";
  else if (c.ks_comb < talk_best)
    text = (few ? "On these few events ks_comb is below that of the CHEP 2018 talk's best network, which was tested on "
                  "4096; "
                : "Generated jets come closer to the real ones than those of the CHEP 2018 talk's best network; ") +
           where;
  else if (c.ks_comb < 5 * talk_best)
    text = "Generated jets resemble the real ones, but the test tells them apart; " + where;
  else
    text = "Generated jets still differ clearly from the real ones; " + where;
  for (const auto& row : rows)  // what ks_comb leaves out, where p < 1 %
    if (!row.combined && row.ks > 4.6 && !row.fake.empty())
      text += ", but the distribution of " + std::string(row.text) + " differs (−ln p = " + fixed(row.ks, 0) + ")";
  if (!c.no_jet_compatible && !rows[0].fake.empty())
    text += ", and the share of events without jets (" + fixed(100 * c.no_jet_fraction, 1) + " % against " +
            fixed(100 * c.real_no_jet_fraction, 1) + " %), which KS cannot see, does not fit";
  return text + ".";
}

inline std::string summary_html(const hepgan::physics::jet_samples& real, const hepgan::physics::jet_samples& fake,
                                const hepgan::physics::comparison& c) {
  const auto rows = summary_rows(real, fake, c);
  const auto measured = [](const std::vector<float>& sample) {
    const double error = mean_error(sample);
    if (!std::isfinite(error)) return fixed(mean(sample), 2);
    const int digits = error > 0 ? std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, 4) : 2;
    const double m = mean(sample);
    return (m < 0 ? "−" : "") + fixed(std::abs(m), digits) + " ± " + fixed(error, digits);
  };
  std::ostringstream out;
  out << "<section class=\"summary\"><div class=\"score\"><span class=\"value\">" << ks_text(c.ks_comb, 2100)
      << "</span><span class=\"name\">ks_comb</span><span class=\"scale\">talk’s best 16.67 (4096 events)<br>real "
         "against real ≈ 3</span>"
      << "</div><p class=\"verdict\">" << escape(verdict(rows, c)) << "</p></section>\n"
      << "<div class=\"wide\"><table class=\"numbers\"><thead><tr><th>KS value</th><th>observable</th><th>mean, "
         "real</th>"
      << "<th>mean, generated</th><th>distance D</th><th>−ln p</th><th>p</th></tr></thead><tbody>\n";
  for (const auto& row : rows) {
    const std::string p = row.ks >= 700 ? "&lt; 1e-304" : short_number(std::exp(-row.ks), 2);
    out << "<tr" << (row.combined ? "" : " class=\"aside\"") << "><td><code>" << row.name << "</code></td><td>"
        << row.text << (*row.unit ? std::string(" [") + row.unit + "]" : "") << "</td><td>" << measured(row.real)
        << "</td><td>" << measured(row.fake) << "</td><td>"
        << fixed(hepgan::physics::ks_distance(row.real, row.fake), 4) << "</td><td>" << ks_text(row.ks) << "</td><td>"
        << p << "</td></tr>\n";
  }
  out << "</tbody><tfoot><tr><td><code>ks_comb</code></td><td colspan=\"4\">sum of the first three</td><td>"
      << ks_text(c.ks_comb, 2100) << "</td><td></td></tr></tfoot></table></div>\n"
      << "<p class=\"note\">" << c.n_real
      << " real events, the validation events, by which the best epoch was chosen, and " << c.n_fake
      << " generated ones (<code>rpv evaluate</code> takes events that had no part in it); without a jet: "
      << fixed(100 * c.real_no_jet_fraction, 2) << " % of the real and " << fixed(100 * c.no_jet_fraction, 2)
      << " % of the generated ones. Jets: anti-k<sub>T</sub>, R = 1, p<sub>T</sub> &gt; 200 GeV, |η| &lt; 2. Each KS "
         "value is −ln p of the two-sample Kolmogorov–Smirnov test: 0 for equal samples, 0 to 2 on average for two "
         "real ones, "
         "and growing with the number of events when distributions differ (the talk used 4096).</p>\n";
  return out.str();
}

}  // namespace rpv::report
