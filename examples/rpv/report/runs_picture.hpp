// Several runs beside each other: ks_comb by epoch, as a picture and as a table.
#pragma once
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "training_pictures.hpp"

namespace rpv::report {

/// A run, by the name of its folder.
struct trained {
  std::string name;
  metrics by_epoch;

  /// ks_comb of the best epoch, as the run itself chose it; as far as it goes where none was chosen.
  double best() const {
    const auto row = by_epoch.best();
    return row ? by_epoch["ks_comb"][*row] : farthest;
  }
  static constexpr double farthest = 3 * 700;
};

/// Best first; those that end alike stay in their order.
inline void sort_by_best(std::vector<trained>& runs) {
  std::ranges::stable_sort(runs, {}, [](const trained& t) { return t.best(); });
}

/// A text of a user's for gnuplot, within quotes.
inline std::string plain(const std::string& text) {
  std::string all = "'";
  for (const char c : text) all += c == '\'' ? "''" : std::string(1, c);
  return all + "'";
}

/// One line for each run, its key beside the panel in the order of the runs.
inline void draw_runs(plotter& plot, const std::vector<trained>& runs) {
  using namespace detail;
  constexpr std::array colours{"#2f5580", "#d9480f", "#2b8a3e", "#7048a8", "#0b7285", "#c2255c", "#e8a200", "#66727f"};
  std::vector<double> epochs, all;
  for (const auto& r : runs) {
    const auto e = r.by_epoch.epochs(), k = r.by_epoch["ks_comb"];
    epochs.insert(epochs.end(), e.begin(), e.end()), all.insert(all.end(), k.begin(), k.end());
  }
  std::ranges::sort(epochs);
  const auto [low, high] = range_of({&all}, true);
  plot.begin("runs", 1400, std::max(760, 200 + 34 * static_cast<int>(runs.size())));
  auto& out = plot.script();
  out << epoch_axis(epochs) << style::title("Distance from real jets") << style::panel(0.09, 0.72, 0.15, 0.91)
      << "set logscale y\nset format y '%g'\nset yrange [" << std::min(1.0, low / 2) << ":"
      << std::max(3000.0, high * 2) << "]\nset xlabel 'Epoch'\nset ylabel 'ks\\_comb  (−ln p, summed)' offset -0.6, 0\n"
      << "set key at screen 0.74, graph 1 left top Left reverse noenhanced title 'of its best epoch' left samplen 2.4 font ',18'\n";
  const auto line = [&](int tag, double y, const char* text, const char* colour) {
    out << "set arrow " << tag << " from graph 0, first " << y << " to graph 1, first " << y
        << " nohead dt 2 lw 1 lc rgb '" << colour << "'\nset label " << 10 + tag << " '{/=16 " << text
        << "}' at graph 0.012, first " << y << " left offset 0, 0.55 front textcolor rgb '" << colour << "'\n";
  };
  line(1, talk_best, "best of the CHEP 2018 talk: 16.67", style::teal);
  line(2, ks_floor, "real against real: ≈ 3", style::green);
  out << "plot ";
  for (std::size_t i = 0; i < runs.size(); ++i)  // a colour comes again with another mark
    out << (i ? ", \\\n  " : "") << plot.table({runs[i].by_epoch.epochs(), runs[i].by_epoch["ks_comb"]})
        << " using 1:2 with linespoints lw 1.5 ps 1 pt " << (i < colours.size() ? 7 : 8) << " dt "
        << (i < colours.size() ? 1 : 4) << " lc rgb '" << colours[i % colours.size()] << "' title "
        << plain(runs[i].name + ": " + fixed(runs[i].best(), runs[i].best() < 100 ? 1 : 0));
  out << "\n";
}

/// A Markdown table: a row for each run, a column for each epoch, the best in bold.
inline std::string table_of(const std::vector<trained>& runs) {
  std::size_t epochs = 0;
  for (const auto& r : runs) epochs = std::max(epochs, r.by_epoch.rows());
  std::string text = "| ks_comb in epoch |", below = "|---|";
  for (std::size_t e = 0; e < epochs; ++e) text += " " + std::to_string(e) + " |", below += "---|";
  text += "\n" + below + "\n";
  for (const auto& r : runs) {
    const auto comb = r.by_epoch["ks_comb"];
    const auto best = r.by_epoch.best();
    text += "| `" + r.name + "` |";
    for (std::size_t e = 0; e < epochs; ++e) {
      const std::string number = e < comb.size() ? fixed(comb[e], comb[e] < 100 ? 1 : 0) : "";
      text += e == best ? " **" + number + "** |" : " " + number + " |";
    }
    text += "\n";
  }
  return text;
}

}  // namespace rpv::report
