// How the training went: losses and the critic's scores, and ks_comb by epoch.
#pragma once
#include <algorithm>
#include <cmath>
#include <sstream>

#include "metrics.hpp"
#include "style.hpp"

namespace rpv::report {

inline constexpr double talk_best = 16.67;  ///< ks_comb of the best of 32 networks × 64 epochs, CHEP 2018
inline constexpr double ks_floor = 3;       ///< ks_comb of real against real, on average
inline constexpr double image_floor = 5;    ///< ks_images of real against real, on average

namespace detail {

inline std::string epoch_axis(const std::vector<double>& epochs) {
  const double first = epochs.empty() ? 0 : epochs.front(), last = epochs.empty() ? 0 : epochs.back();
  const double margin = std::max(0.5, 0.02 * (last - first));
  std::ostringstream out;
  out << "set xrange [" << first - margin << ":" << last + margin << "]\nset xtics " << whole_step(last - first)
      << "\n";
  return out.str();
}

/// Largest and smallest finite number of several columns.
inline std::pair<double, double> range_of(std::initializer_list<const std::vector<double>*> columns, bool positive) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const auto* column : columns)
    for (const double v : *column)
      if (std::isfinite(v) && (!positive || v > 0)) low = std::min(low, v), high = std::max(high, v);
  return low <= high ? std::pair{low, high} : std::pair{0.0, 1.0};
}

inline std::string curve(const std::string& file, int column, const char* colour, const std::string& name,
                         const std::string& more = "lw 1.5 ps 0.8") {
  return file + " using 1:" + std::to_string(column) + " with linespoints pt 7 " + more + " lc rgb '" + colour + "' " +
         (name.empty() ? "notitle" : "title '" + name + "'");
}

}  // namespace detail

inline bool has_numbers(const std::vector<double>& column) {
  return std::ranges::any_of(column, [](double v) { return std::isfinite(v); });
}

/// training: losses above; where there is a critic, what it makes of real and generated events below, a probability or
/// another number; and between them, where there is one, the penalty on generated events, which is of another size.
inline void draw_training(plotter& plot, const metrics& m, const std::string& decision) {
  using namespace detail;
  const auto epochs = m.epochs(), critic = m["loss_critic"], generator = m["loss_generator"];
  const auto penalty = m["event_penalty"];
  const auto judged_real = m["d_real"], judged_fake = m["d_fake"];
  const auto file = plot.table({epochs, critic, generator, judged_real, judged_fake, penalty});
  const auto [smallest, largest] = range_of({&penalty}, true);
  const bool penalised = std::ranges::any_of(penalty, [](double p) { return p > 0 && std::isfinite(p); });
  const bool judged = has_numbers(judged_real), two = has_numbers(critic);
  const std::string epoch_below = "set format x '%g'\nset xlabel 'Epoch'\n";  // of the last panel
  // from the top: heights of the panels in pixels, the same with another one
  const double height = (judged ? 960 : 552) + (penalised ? 460 : 0);
  const auto up = [&](double pixels) { return (height - pixels) / height; };
  plot.begin("training", 1200, static_cast<int>(height));
  auto& out = plot.script();
  const auto [low, high] = range_of({&critic, &generator}, false);
  const double base = std::min(0.0, low), margin = 0.08 * std::max(1e-3, high - base);
  out << epoch_axis(epochs) << style::title("Losses") << "set key at screen 0.97, screen " << up(35)
      << " right top horizontal maxrows 1\n"
      << style::panel(0.135, 0.97, up(432), up(86)) << (judged || penalised ? "set format x ''\n" : epoch_below)
      << "set yrange [" << (low < 0 ? low - margin : 0) << ":" << high + margin
      << "]\nset ylabel 'Mean loss per epoch'\n"
      << "plot " << (two ? curve(file, 2, style::real_line, "critic") + ", \\\n  " : "")
      << curve(file, 3, style::fake_line, "generator") << "\n";
  if (penalised)
    out << style::title("Penalty on generated events") << style::panel(0.135, 0.97, up(892), up(546))
        << (judged ? "" : epoch_below)
        << "set ylabel 'Mean penalty per epoch'\nset logscale y\nset format y '10^{%L}'\nset yrange ["
        << std::pow(10, std::floor(std::log10(smallest))) << ":" << std::pow(10, std::ceil(std::log10(largest) + 0.05))
        << "]\nplot " << curve(file, 6, style::fake_line, "") << "\nunset logscale y\nset format y '%g'\n";
  if (!judged) return;
  const bool probable = decision == "probability";
  const auto [least, most] = range_of({&judged_real, &judged_fake}, false);
  const double beside = 0.08 * std::max(1e-3, most - least);
  out << style::title(probable ? "Judged real" : "Judged by the critic")
      << style::panel(0.135, 0.97, 120 / height, 418 / height) << epoch_below << "set ylabel 'Mean " << decision
      << " D'\nset yrange [" << (probable ? -0.03 : least - beside) << ":" << (probable ? 1.03 : most + beside)
      << "]\nset key at screen 0.97, screen " << 469 / height << " right top horizontal maxrows 1\n"
      << "plot "
      << (probable ? std::string("0.5 with lines dt 2 lw 0.8 lc rgb '") + style::muted + "' notitle, \\\n  " : "")
      << curve(file, 4, style::real_line, "D(x)") << ", \\\n  " << curve(file, 5, style::fake_line, "D(G(z))") << "\n";
}

namespace detail {

/// A sum of KS values, its parts, and lines to hold it against.
struct ks_curves {
  struct part {
    const char *column, *name, *colour;
  };
  struct level {
    double y;
    const char *text, *colour;
  };
  const char *title, *sum, *label;  ///< the sum's column, and as gnuplot writes it
  std::vector<part> parts;
  std::vector<level> levels;
};
inline const ks_curves of_jets{
    "Distance from real jets",
    "ks_comb",
    "ks\\_comb",
    {{"ks_nJet", "nJet", "#4f79ab"}, {"ks_sumMass", "summed mass", "#8a5cc0"}, {"ks_jetPt", "jet p_T", "#3f9463"}},
    {{talk_best, "sum, best of the CHEP 2018 talk (4096 events): 16.67", style::teal},
     {ks_floor, "sum, real against real: ≈ 3", style::green}}};
inline const ks_curves of_images{"Distance from real images",
                                 "ks_images",
                                 "ks\\_images",
                                 {{"ks_cells", "cells", "#4f79ab"},
                                  {"ks_energy", "energy", "#8a5cc0"},
                                  {"ks_sumEt", "E_T", "#3f9463"},
                                  {"ks_missingEt", "missing E_T", "#b07a2a"},
                                  {"ks_hottestCell", "hottest cell", "#7a7a7a"}},
                                 {{image_floor, "sum, real against real: ≈ 5", style::green}}};

inline std::string level_lines(const ks_curves& shown) {
  std::ostringstream out;
  int tag = 0;
  for (const auto& level : shown.levels) {
    ++tag;
    out << "set arrow " << tag << " from graph 0, first " << level.y << " to graph 1, first " << level.y
        << " nohead dt 2 lw 1 lc rgb '" << level.colour << "'\nset label " << 10 + tag << " '{/=17 " << level.text
        << "}' at graph 0.012, first " << level.y << " left offset 0, 0.6 front textcolor rgb '" << level.colour
        << "'\n";
  }
  return out.str();
}

}  // namespace detail

/// ks-by-epoch: the sum by which epochs were chosen, its parts, what to hold it against, and the best epoch.
inline void draw_ks(plotter& plot, const metrics& m, bool by_images) {
  using namespace detail;
  const ks_curves& shown = by_images ? of_images : of_jets;
  const auto epochs = m.epochs(), sum = m[shown.sum];
  std::vector<std::vector<double>> columns{epochs, sum};
  for (const auto& part : shown.parts) columns.push_back(m[part.column]);
  const auto file = plot.table({columns.begin(), columns.end()});
  plot.begin("ks-by-epoch", 1200, 960);
  auto& out = plot.script();
  const std::size_t best = m.best().value_or(epochs.size());
  const bool chosen = best < epochs.size() && sum[best] > 0;
  const std::string name = shown.label;
  std::ostringstream remark;
  if (chosen)
    remark << "{/:Bold best: epoch " << epochs[best] << ", " << name << " = "
           << fixed(sum[best], sum[best] < 100 ? 1 : 0) << "}";
  else
    remark << "no epoch was chosen";
  const bool lower = chosen && !by_images && std::ranges::any_of(sum, [&](double v) { return v < sum[best]; });
  double low = std::numeric_limits<double>::infinity(), high = 0;
  for (std::size_t i = 1; i < columns.size(); ++i) {
    const auto [least, most] = range_of({&columns[i]}, true);
    low = std::min(low, least), high = std::max(high, most);
  }
  out << epoch_axis(epochs) << style::title(shown.title, remark.str(), style::fake_line)
      << style::panel(0.14, 0.97, 0.125, 0.91) << "set logscale y\nset format y '%g'\nset yrange ["
      << std::clamp(low / 2, 0.1, 1.0) << ":" << std::max(100.0, high * 4) << "]\n"
      << "set xlabel 'Epoch" << (lower ? " {/=17 (lower sums: the share of events without a jet does not fit)}" : "")
      << "'\nset ylabel 'Kolmogorov–Smirnov  −ln p' offset -0.6, 0\nset key top right maxrows 2\n";
  out << level_lines(shown);
  if (chosen)
    out << "set arrow 3 from first " << epochs[best] << ", graph 0 to first " << epochs[best] << ", first " << sum[best]
        << " nohead dt 3 lw 1 lc rgb '" << style::fake_line << "'\nset label 3 '' at first " << epochs[best]
        << ", first " << sum[best] << " front point pt 6 ps 2.6 lw 2 lc rgb '" << style::fake_line << "'\n";
  out << "plot ";
  for (std::size_t i = 0; i < shown.parts.size(); ++i)
    out << curve(file, static_cast<int>(i) + 3, shown.parts[i].colour, shown.parts[i].name, "lw 1.3 ps 0.6")
        << ", \\\n  ";
  out << curve(file, 2, style::ink, name + ", the sum", "lw 1.8 ps 0.9") << "\n";
}

}  // namespace rpv::report
