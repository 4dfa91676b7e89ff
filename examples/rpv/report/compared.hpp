// One distribution of real and generated events, with the ratio of the two below.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "histogram.hpp"
#include "style.hpp"

namespace rpv::report {

struct axes {
  std::string title, remark, x, y;
  bool log_x = false, log_y = false;
  std::string x_tics = "";  ///< as gnuplot's `set xtics` takes them; automatic when empty
  bool angle = false;       ///< marks at multiples of π
  std::string legend = "";  ///< what the key says of the generated sample
};

namespace detail {

/// A histogram's outline: two points for each bin; zeros become `floor`, so that a logarithmic axis keeps the line.
struct outline {
  std::vector<double> x, y;
  outline(const std::vector<double>& edges, const std::vector<double>& counts, double total, double floor) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const double v = std::max(floor, counts[i] / total);
      x.insert(x.end(), {edges[i], edges[i + 1]}), y.insert(y.end(), {v, v});
    }
  }
};

/// Generated over real: points with the generated sample's errors, the real sample's as a band around one.
struct ratios {
  std::vector<double> x, y, low, high;                   // points in range
  std::vector<double> above, below;                      // x of those outside
  std::vector<double> left, right, band_low, band_high;  // of the real sample
  double from = 0.5, to = 1.5;

  explicit ratios(const histogram& h, bool log_x) {
    std::vector<double> r(h.bins(), std::nan(""));
    int wide = 0;
    for (std::size_t i = 0; i < h.bins(); ++i) {
      if (h.real[i] > 0) r[i] = h.fake[i] / h.fake_total / (h.real[i] / h.real_total);
      if (h.real[i] >= 10) wide += r[i] < from || r[i] > to;
    }
    if (wide > 1) from = 0, to = 2;
    for (std::size_t i = 0; i < h.bins(); ++i) {
      const double centre = h.centre(i, log_x);
      if (!(h.real[i] > 0)) {
        if (h.fake[i] > 0) above.push_back(centre);
        continue;
      }
      const double error = 1 / std::sqrt(h.real[i]);
      left.push_back(h.edges[i]), right.push_back(h.edges[i + 1]);
      band_low.push_back(std::max(from, 1 - error)), band_high.push_back(std::min(to, 1 + error));
      if (r[i] > to)
        above.push_back(centre);
      else if (r[i] < from || h.fake[i] == 0)
        below.push_back(centre);
      else {
        const double e = r[i] / std::sqrt(h.fake[i]);
        x.push_back(centre), y.push_back(r[i]), low.push_back(std::max(from, r[i] - e)),
            high.push_back(std::min(to, r[i] + e));
      }
    }
  }
};

/// The range of the vertical axis, with room for the key.
inline std::pair<double, double> vertical_range(const histogram& h, bool log_y) {
  double top = 0, least = std::numeric_limits<double>::infinity();
  const auto see = [&](double v) {
    top = std::max(top, v);
    if (v > 0) least = std::min(least, v);
  };
  for (std::size_t i = 0; i < h.bins(); ++i) see(h.real[i] / h.real_total), see(h.fake[i] / h.fake_total);
  if (!(top > 0)) return {log_y ? 0.1 : 0, 1};
  return log_y ? std::pair{least / 3, top * std::pow(top / least, 0.18) * 1.5} : std::pair{0.0, top * 1.3};
}

}  // namespace detail

inline void draw_compared(plotter& plot, const std::string& name, const histogram& h, const axes& a) {
  using namespace detail;
  plot.begin(name, 1200, 960);
  auto& out = plot.script();
  const auto [low, high] = vertical_range(h, a.log_y);
  const outline real(h.edges, h.real, h.real_total, low), fake(h.edges, h.fake, h.fake_total, low);
  std::vector<double> centre, from, to;
  for (std::size_t i = 0; i < h.bins(); ++i) {
    if (!(h.real[i] > 0)) continue;
    const double error = std::sqrt(h.real[i]);
    centre.push_back(h.centre(i, a.log_x));
    from.push_back(std::max(low, (h.real[i] - error) / h.real_total)), to.push_back((h.real[i] + error) / h.real_total);
  }
  const auto real_file = plot.table({real.x, real.y}), fake_file = plot.table({fake.x, fake.y});
  const auto bars = plot.table({centre, from, to});

  out << style::title(a.title, a.remark) << style::panel(0.135, 0.97, 0.37, 0.91);
  out << "set xrange [" << h.edges.front() << ":" << h.edges.back() << "]\n";
  if (a.log_x) out << "set logscale x\n";
  if (!a.x_tics.empty()) out << "set xtics " << a.x_tics << "\n";
  if (a.angle) out << "set xtics -pi,pi/2,pi\n";
  out << "set format x ''\n";
  if (a.log_y)
    out << "set logscale y\nset format y '10^{%T}'\n";
  else
    out << "set format y '%g'\nset ytics autofreq\n";
  out << "set yrange [" << low << ":" << high << "]\nset ylabel '" << a.y << "' offset 0.5, 0\n";
  out << "plot " << real_file << " using 1:2 with filledcurves y1=" << low << " fs solid noborder lc rgb '"
      << style::real_fill << "' title 'real', \\\n  " << real_file << " using 1:2 with lines lw 1 lc rgb '"
      << style::real_line << "' notitle, \\\n  " << bars << " using 1:2:(0):($3-$2) with vectors nohead lw 1 lc rgb '"
      << style::real_line << "' notitle, \\\n  " << fake_file << " using 1:2 with lines lw 1.5 lc rgb '"
      << style::fake_line << "' title 'generated" << (a.legend.empty() ? "" : ",  " + a.legend) << "'\n";

  const ratios r(h, a.log_x);
  const auto band = plot.table({r.left, r.right, r.band_low, r.band_high});
  const auto points = plot.table({r.x, r.y, r.low, r.high});
  const std::vector<double> top(r.above.size(), r.to - 0.05 * (r.to - r.from)),
      bottom(r.below.size(), r.from + 0.05 * (r.to - r.from));
  const auto above = plot.table({r.above, top}), below = plot.table({r.below, bottom});
  out << "unset label\nunset key\nunset logscale y\n" << style::panel(0.135, 0.97, 0.125, 0.335);
  out << "set yrange [" << r.from << ":" << r.to << "]\nset ytics " << r.from << "," << (r.to - r.from) / 2
      << "\nset format y '%.1f'\nset ylabel 'gen. / real' offset 0.5, 0\nset xlabel '" << a.x
      << (h.overflow ? " {/=16 (last bin: and above)}" : "") << "' offset 0, 0.2\n"
      << "set format x '%g'\n";
  if (a.angle) out << "set xtics " << phi_tics << "\n";
  out << "plot " << band << " using (0.5*($1+$2)):(1):1:2:3:4 with boxxyerror fs solid noborder lc rgb '" << style::band
      << "' notitle, \\\n  1 with lines lw 0.8 lc rgb '" << style::real_line << "' notitle, \\\n  " << points
      << " using 1:3:(0):($4-$3) with vectors nohead lw 1 lc rgb '" << style::fake_line << "' notitle, \\\n  " << points
      << " using 1:2 with points pt 7 ps 0.9 lc rgb '" << style::fake_line << "' notitle, \\\n  " << above
      << " using 1:2 with points pt 9 ps 1.2 lc rgb '" << style::fake_line << "' notitle, \\\n  " << below
      << " using 1:2 with points pt 11 ps 1.2 lc rgb '" << style::fake_line << "' notitle\n";
}

}  // namespace rpv::report
