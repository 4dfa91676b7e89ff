// Events as images: φ across, η upwards, energies on one logarithmic colour scale.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/core/shape.hpp>
#include <hepgan/physics/images.hpp>
#include <limits>
#include <sstream>

#include "style.hpp"

namespace rpv::report {
namespace detail {

/// What images share: the colour scale and the axes of the detector.
inline std::string image_settings(double low, double high, const char* palette) {
  std::ostringstream out;
  out << "set border 15 lc rgb '#9aa5b1' lw 0.7\nunset grid\nunset key\nset tics font ',18'\nset palette " << palette
      << "\nset logscale cb\nset cbrange [" << low << ":" << high << "]\nunset colorbox\n"
      << "set xrange [-pi:pi]\nset yrange [-2.5:2.5]\nset xtics " << phi_tics << "\nset ytics " << eta_tics << "\n";
  return out.str();
}

/// The colour scale at the right of the last panel.
inline std::string colour_box(const std::string& label, double left, double bottom, double height, const char* format,
                              const char* tics = "") {
  std::ostringstream out;
  out << "set colorbox vertical user origin screen " << left << "," << bottom << " size screen 0.014," << height
      << "\nset cblabel '" << label << "'\nset format cb '" << format << "'\nset cbtics in " << tics << " scale 0.5\n";
  return out.str();
}

/// Marks at 1, 2 and 5 × 10ⁿ where whole decades would be too few; automatic otherwise.
inline std::string narrow_tics(double low, double high) {
  if (high > 300 * low) return "";
  std::ostringstream out;
  for (double decade = std::pow(10, std::floor(std::log10(low))); decade <= high; decade *= 10)
    for (const int step : {1, 2, 5})
      if (const double v = step * decade; v >= low * 0.999 && v <= high * 1.001)
        out << (out.tellp() > 0 ? ", '" : "('") << short_number(v, 3) << "' " << v;
  return out.str() + ")";
}

/// GeV; pixels without energy are not drawn.
inline std::vector<double> drawable(std::span<const float> image) {
  std::vector<double> gev(image.size());
  for (std::size_t i = 0; i < image.size(); ++i)
    gev[i] = image[i] > 0 ? 1e-3 * image[i] : std::numeric_limits<double>::quiet_NaN();
  return gev;
}

/// `plot` of one matrix whose pixels fill the detector; pixels outside the colour scale take its end colours.
inline std::string plot_image(const std::string& file, hepgan::shape s, double low, double high) {
  std::ostringstream out;
  out << "plot " << file << " matrix using (-pi + 2*pi*($1 + 0.5)/" << s.width << "):(-2.5 + 5*($2 + 0.5)/" << s.height
      << "):($3 < " << low << " ? " << low << " : $3 > " << high << " ? " << high << " : $3) with image\n";
  return out.str();
}

/// The colour scale's ends: those of the pixels with energy, widened to 1, 2 or 5 × 10ⁿ.
inline std::pair<double, double> colour_range(std::initializer_list<const std::vector<double>*> images) {
  double low = std::numeric_limits<double>::infinity(), high = 0;
  for (const auto* image : images)
    for (const double v : *image)
      if (v > 0) low = std::min(low, v), high = std::max(high, v);
  if (!(high > 0)) return {0.5, 1000};
  high = round_up(high);
  return {std::min(0.5 * high, 1 / round_up(1 / low)), high};
}

/// Single pixels fluctuate; a ratio is readable in blocks of so many by as many.
inline int averaged_blocks(hepgan::shape s) { return s.height % 4 == 0 && s.width % 4 == 0 && s.height >= 32 ? 4 : 1; }

inline std::vector<double> blocks(const std::vector<double>& image, hepgan::shape s, int side) {
  std::vector<double> sums(image.size() / (side * side));
  for (int y = 0; y < s.height; ++y)
    for (int x = 0; x < s.width; ++x)
      if (const double v = image[std::size_t(y) * s.width + x]; v > 0)
        sums[y / side * (s.width / side) + x / side] += v;
  return sums;
}

}  // namespace detail

/// events: the first few real events above as many generated ones.
inline void draw_events(plotter& plot, std::span<const float> real, std::span<const float> fake, hepgan::shape s) {
  using namespace detail;
  constexpr std::size_t columns = 4;
  const std::size_t pixels = static_cast<std::size_t>(s.size());
  std::vector<std::vector<double>> images;
  for (const auto& sample : {real, fake})
    for (std::size_t i = 0; i < columns; ++i)
      images.push_back((i + 1) * pixels <= sample.size() ? drawable(sample.subspan(i * pixels, pixels))
                                                         : std::vector<double>(pixels, std::nan("")));
  double high = 0;
  for (const auto& image : images) high = std::max(high, colour_range({&image}).second);
  const double low = 0.5;
  high = std::max(10 * low, high);
  plot.begin("events", 2000, 1040);
  auto& out = plot.script();
  out << image_settings(low, high, style::palette);
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::size_t row = i / columns, column = i % columns;
    const double left = 0.053 + 0.216 * double(column), bottom = row ? 0.105 : 0.56;
    out << style::panel(left, left + 0.188, bottom, bottom + 0.363) << "unset label\n";
    if (column == 0) out << style::title(row ? "Generated" : "Real");
    out << (row ? "set xlabel 'φ [rad]' offset 0, 0.3\nset format x '%g'\n" : "unset xlabel\nset format x ''\n");
    if (row)
      out << "set xtics " << phi_tics << "\n";
    else
      out << "set xtics ('' -pi, '' -pi/2, '' 0, '' pi/2, '' pi)\n";
    out << (column ? "unset ylabel\nset format y ''\n" : "set ylabel 'η' offset 1, 0\nset format y '%g'\n");
    if (i + 1 == images.size()) out << colour_box("Energy per pixel [GeV]", 0.899, 0.105, 0.818, "%g");
    out << plot_image(plot.matrix(images[i], s.width), s, low, high);
  }
}

/// average: mean images of both samples, and the ratio of the two.
inline void draw_average(plotter& plot, std::span<const float> real, std::span<const float> fake, hepgan::shape s) {
  using namespace detail;
  const auto pixels = static_cast<std::size_t>(s.size());
  const auto a = drawable(hepgan::physics::mean_image(real, pixels)),
             b = drawable(hepgan::physics::mean_image(fake, pixels));
  const auto coarse = averaged_blocks(s);
  const auto coarse_a = blocks(a, s, coarse), coarse_b = blocks(b, s, coarse);
  std::vector<double> ratio(coarse_a.size());
  for (std::size_t i = 0; i < ratio.size(); ++i) ratio[i] = coarse_a[i] > 0 ? coarse_b[i] / coarse_a[i] : std::nan("");
  const auto [low, high] = colour_range({&a, &b});
  plot.begin("average", 2040, 640);
  auto& out = plot.script();
  const auto place = [&](double left, const std::string& title) {
    out << style::panel(left, left + 0.2255, 0.15, 0.86) << style::title(title);
  };
  out << image_settings(low, high, style::palette) << "set xlabel 'φ [rad]' offset 0, 0.3\n";
  place(0.048, "Real, average of " + std::to_string(real.size() / pixels));
  out << "set ylabel 'η' offset 1, 0\n" << plot_image(plot.matrix(a, s.width), s, low, high);
  place(0.3015, "Generated, average of " + std::to_string(fake.size() / pixels));
  out << "unset ylabel\nset format y ''\n"
      << colour_box("Mean energy per pixel [GeV]", 0.536, 0.15, 0.71, "%g", narrow_tics(low, high).c_str())
      << plot_image(plot.matrix(b, s.width), s, low, high);
  place(0.675, "Generated / real" +
                   (coarse > 1 ? " in " + std::to_string(coarse) + " × " + std::to_string(coarse) + " blocks" : ""));
  out << "set ylabel 'η' offset 1, 0\nset format y '%g'\nset palette " << style::diverging << "\nset cbrange [0.5:2]\n"
      << colour_box("Ratio", 0.9085, 0.15, 0.71, "%g", "('0.5' 0.5, '0.7' 0.7, '1' 1, '1.4' 1.4, '2' 2)")
      << plot_image(plot.matrix(ratio, s.width / coarse), {1, s.height / coarse, s.width / coarse}, 0.5, 2);
}

}  // namespace rpv::report
