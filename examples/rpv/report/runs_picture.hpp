// Several runs beside each other: a column of their metrics by epoch, as a picture and as a table.
#pragma once
#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "training_pictures.hpp"

namespace rpv::report {

/// ks_comb or ks_images, with as many digits as it is worth.
inline std::string compared_text(double ks) { return fixed(ks, ks < 100 ? 1 : 0); }

/// A run, by the name of its folder.
struct trained {
  std::string name;
  metrics by_epoch;
  bool by_images = false;  ///< what is compared: ks_images, else ks_comb

  const detail::ks_curves& shown() const { return by_images ? detail::of_images : detail::of_jets; }
  std::vector<double> values() const { return by_epoch[shown().sum]; }
  bool begun() const { return by_epoch.rows() > 0; }
  /// Real events that were compared after each epoch, or that it is not said.
  std::string events() const {
    const auto n = by_epoch["n_real"];
    return n.empty() || !std::isfinite(n.back()) ? "an unknown number" : fixed(n.back(), 0);
  }
  /// Epochs of which fewer than half of the generated events have a jet: nearly empty samples agree with anything.
  std::vector<bool> few_jets() const {
    std::vector<bool> few;
    for (const double without : by_epoch["no_jet_fraction"]) few.push_back(!by_images && without > 0.5);
    return few;
  }
  /// Of epochs that can be compared, no number else.
  std::vector<double> comparable() const {
    auto v = values();
    const auto few = few_jets();
    for (std::size_t i = 0; i < v.size(); ++i)
      if (few[i]) v[i] = std::numeric_limits<double>::quiet_NaN();
    return v;
  }
  /// Of the best epoch, as the run itself chose it; infinite where none was chosen, or it cannot be compared.
  double best() const {
    const auto row = by_epoch.best();
    const double value = row ? comparable()[*row] : std::numeric_limits<double>::infinity();
    return std::isfinite(value) ? value : std::numeric_limits<double>::infinity();
  }
  /// As it is told: "23.8", or why there is no number.
  std::string best_text() const {
    if (std::isfinite(best())) return compared_text(best());
    const auto row = by_epoch.best();
    return row && few_jets()[*row] ? "few jets" : "none";
  }
};

/// Best first; those that end alike stay in their order.
inline void sort_by_best(std::vector<trained>& runs) {
  std::ranges::stable_sort(runs, {}, [](const trained& t) { return t.best(); });
}

/// Whether all runs with an epoch compared as many events: KS values of unlike numbers of events are not alike.
inline bool alike_in_number(const std::vector<trained>& runs) {
  std::set<std::string> numbers;
  for (const auto& r : runs)
    if (r.begun()) numbers.insert(r.events());
  return numbers.size() <= 1;
}

/// A text of a user's for gnuplot, within quotes; a line's end would end them.
inline std::string plain(const std::string& text) {
  std::string all = "'";
  for (const char c : text)
    all += c == '\'' ? "''" : std::string(1, std::iscntrl(static_cast<unsigned char>(c)) ? '?' : c);
  return all + "'";
}

/// One line for each run, of which there is one at least; its key beside the panel in the order of the runs.
inline void draw_runs(plotter& plot, const std::vector<trained>& runs) {
  using namespace detail;
  constexpr std::array colours{"#2f5580", "#d9480f", "#2b8a3e", "#7048a8", "#0b7285", "#c2255c", "#e8a200", "#66727f"};
  std::vector<double> epochs, all;
  for (const auto& r : runs) {
    const auto e = r.by_epoch.epochs(), k = r.comparable();
    epochs.insert(epochs.end(), e.begin(), e.end()), all.insert(all.end(), k.begin(), k.end());
  }
  std::ranges::sort(epochs);
  const bool alike = alike_in_number(runs);
  std::vector<std::string> titles;
  std::size_t longest = 20;  // letters, in some of which are several bytes
  for (const auto& r : runs) {
    titles.push_back(r.name + ": " + r.best_text() + (alike || !r.begun() ? "" : ", n = " + r.events()));
    longest = std::max(longest, titles.back().size());
  }
  const double right = std::max(0.4, 0.91 - 0.0085 * double(longest));  // of the panel: the key is beside it
  const auto [low, high] = range_of({&all}, true);
  const ks_curves& shown = runs.front().shown();
  plot.begin("runs", 1400, std::max(760, 200 + 34 * static_cast<int>(runs.size())));
  auto& out = plot.script();
  out << epoch_axis(epochs) << style::title(shown.title) << style::panel(0.11, right, 0.15, 0.91)
      << "set logscale y\nset format y '%g'\nset yrange [" << std::min(1.0, low / 2) << ":"
      << std::max(3000.0, high * 2) << "]\nset xlabel 'Epoch'\nset ylabel '" << shown.label
      << ",  −ln p' offset -0.6, 0\n"
      << level_lines(shown) << "set key at screen " << right + 0.02
      << ", graph 1 left top Left reverse noenhanced title 'ks of the best epoch' left samplen 2.4 "
         "font ',18'\n";
  out << "plot ";
  for (std::size_t i = 0; i < runs.size(); ++i)  // a colour comes again with another mark
    out << (i ? ", \\\n  " : "") << plot.table({runs[i].by_epoch.epochs(), runs[i].comparable()})
        << " using 1:2 with linespoints lw 1.5 ps 1 pt " << (i < colours.size() ? 7 : 8) << " dt "
        << (i < colours.size() ? 1 : 4) << " lc rgb '" << colours[i % colours.size()] << "' title " << plain(titles[i]);
  out << "\n";
}

/// What the table means, below it.
inline std::string footer_of(const std::vector<trained>& runs) {
  const std::string sum = runs.front().shown().sum;
  std::string text = "\nBold: best.ckpt";
  if (!runs.front().by_images)
    text += ", of those epochs whose share of events without a jet fits, or of all if none of them does";
  text += ".\n";
  for (const auto& r : runs)
    if (!r.begun()) text += "Of `" + r.name + "` no epoch is done yet.\n";
  if (!alike_in_number(runs)) {
    std::string numbers;
    for (const auto& r : runs)
      if (r.begun()) numbers += (numbers.empty() ? " " : ", ") + r.events() + " of `" + r.name + "`";
    text +=
        "Not to be held against each other: " + sum + " grows with the number of events, which is" + numbers + ".\n";
  }
  if (std::ranges::any_of(runs, [](const trained& t) { return std::ranges::count(t.few_jets(), true) > 0; }))
    text += "In brackets: fewer than half of the events have a jet, and what is hardly there agrees with anything.\n";
  return text;
}

/// A Markdown table: a row for each run, a column for each epoch that any of them has, the best in bold, and in
/// brackets what cannot be compared.
inline std::string table_of(const std::vector<trained>& runs) {
  std::set<double> epochs;
  for (const auto& r : runs)
    for (const double e : r.by_epoch.epochs()) epochs.insert(e);
  std::string text = "| " + std::string(runs.front().shown().sum) + " in epoch |", below = "|---|";
  for (const double e : epochs) text += " " + short_number(e, 9) + " |", below += "---|";
  text += "\n" + below + "\n";
  for (const auto& r : runs) {
    const auto own = r.by_epoch.epochs(), comb = r.values();
    const auto few = r.few_jets();
    const auto best = r.by_epoch.best();
    text += "| `" + r.name + "` |";
    for (const double e : epochs) {
      const auto row = static_cast<std::size_t>(std::ranges::find(own, e) - own.begin());
      std::string number = row < own.size() ? compared_text(comb[row]) : "";
      if (row < own.size() && few[row]) number = "(" + number + ")";
      text += row == best ? " **" + number + "** |" : " " + number + " |";
    }
    text += "\n";
  }
  return text;
}

}  // namespace rpv::report
