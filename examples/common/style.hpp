// How every picture looks: colours, common gnuplot settings, titles, tick marks and numbers as text.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace examples {
namespace style {

inline constexpr const char *real_fill = "#c3d3e6", *real_line = "#2f5580", *fake_line = "#d9480f";
inline constexpr const char *ink = "#1f2933", *muted = "#66727f", *band = "#dfe7f0", *green = "#2b8a3e",
                            *violet = "#7048a8", *teal = "#0b7285";

/// Settings that hold for every picture: UTF-8, axes left and below, a faint grid, a plain key.
inline constexpr const char* prologue = R"(set encoding utf8
set border 3 lc rgb '#66727f' lw 0.7
set tics out nomirror scale 0.6 textcolor rgb '#1f2933'
set grid back lt 1 lc rgb '#e6eaef' lw 0.5
set key top right noopaque samplen 2 spacing 1.15 textcolor rgb '#1f2933'
set errorbars 0
set samples 2
set minussign
set format x '%g'
)";

/// The common palette of energies: faint to dark, on white.
inline constexpr const char* palette =
    "defined (0 '#ffd49a', 0.25 '#fb8761', 0.5 '#c83e73', 0.75 '#721f81', 1 '#150e37')";
/// A palette of ratios: blue below one, red above.
inline constexpr const char* diverging =
    "defined (0 '#1d4f8f', 0.25 '#7fa8d1', 0.5 '#f7f7f7', 0.75 '#ec9a76', 1 '#a3210f')";

/// A bold title at the upper left corner of the next panel, and a remark at its right.
inline std::string title(const std::string& text, const std::string& remark = "", const char* colour = muted) {
  std::string s = "set label 1 '{/:Bold=24 " + text + "}' at graph 0, graph 1 left offset 0, 1.1 textcolor rgb '" +
                  std::string(ink) + "'\n";
  if (!remark.empty())
    s += "set label 2 '" + remark + "' at graph 1, graph 1 right offset 0, 1.1 textcolor rgb '" + colour + "'\n";
  return s;
}

/// Edges of the next panel, in shares of the picture.
inline std::string panel(double left, double right, double bottom, double top) {
  char text[160];
  std::snprintf(text, sizeof text,
                "set lmargin at screen %.4f\nset rmargin at screen %.4f\nset bmargin at screen %.4f\nset tmargin at "
                "screen %.4f\n",
                left, right, bottom, top);
  return text;
}

}  // namespace style

/// A number with this many digits behind the point.
inline std::string fixed(double v, int digits) {
  char text[64];
  if (!std::isfinite(v)) return "–";
  std::snprintf(text, sizeof text, "%.*f", digits, v);
  return text;
}

/// A number with this many significant digits.
inline std::string short_number(double v, int digits = 4) {
  char text[64];
  if (!std::isfinite(v)) return "–";
  std::snprintf(text, sizeof text, "%.*g", digits, v);
  return text;
}

/// "energy [GeV]", or the text alone of what has no unit.
inline std::string with_unit(const std::string& text, const char* unit) {
  return *unit ? text + " [" + unit + "]" : text;
}

/// How many digits behind the point two digits of this error have, at most so many; of no error, `otherwise`.
inline int digits_of_error(double error, int most, int otherwise) {
  return error > 0 ? std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, most) : otherwise;
}

/// The smallest of 1, 2, 2.5, 5 × 10ⁿ that is at least v.
inline double round_up(double v) {
  if (!(v > 0) || !std::isfinite(v)) return 1;
  const double power = std::pow(10, std::floor(std::log10(v)));
  for (const double step : {1.0, 2.0, 2.5, 5.0})
    if (step * power >= v * (1 - 1e-9)) return step * power;
  return 10 * power;
}

/// A step between tick marks of whole numbers, about `marks` of them.
inline int whole_step(double span, int marks = 10) {
  const double power = std::pow(10, std::floor(std::log10(std::max(1.0, span / marks))));
  for (const int step : {1, 2, 5})
    if (step * power >= span / marks) return static_cast<int>(step * power);
  return static_cast<int>(10 * power);
}

}  // namespace examples
