// Generated points over real ones, a panel for each snapshot.
#pragma once
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "../common/plotter.hpp"
#include "run.hpp"

namespace toys {

/// "25 modes, 82.0 % good", or "82.0 % good, W₁ 0.11".
inline std::string text_of(const distribution& d, const figures& f, int digits = 1) {
  const std::string good = examples::fixed(100 * f.good, digits) + " % good";
  return d.has_modes ? std::to_string(f.modes) + " modes, " + good : good + ", W₁ " + examples::fixed(f.distance, 2);
}

inline void draw(const training& t, const std::vector<snapshot>& all, const std::filesystem::path& out) {
  namespace style = examples::style;
  examples::plotter plotter(examples::plotter::scratch());
  constexpr int side = 520, head = 140, foot = 60, left = 80, gap = 30;
  const int panels = static_cast<int>(all.size()), width = left + panels * (side + gap), height = side + head + foot;
  plotter.begin("picture", width, height);
  auto& script = plotter.script();

  const auto column = [&](std::span<const float> points, int coordinate) {
    std::vector<double> values;
    for (std::size_t i = coordinate; i < points.size(); i += 2) values.push_back(t.data.scale * points[i]);
    return values;
  };
  double reach = 0;
  for (const point& c : t.data.centres) reach = std::max({reach, std::abs(c.x), std::abs(c.y)});
  reach = 1.25 * reach + 3 * t.data.sigma;
  std::vector<float> points(2 * judged);
  t.data.fill(points, t.seed, 0);
  const std::string real = plotter.table({column(points, 0), column(points, 1)});
  script << "set xrange [" << -reach << ":" << reach << "]\nset yrange [" << -reach << ":" << reach
         << "]\nset key off\nset border 15\nset label 3 '{/:Bold=28 " << t.how.name << "}  " << t.data.name << ", seed "
         << t.seed << "' at screen " << double(left) / width << "," << 1 - 40.0 / height << " left textcolor rgb '"
         << style::ink << "'\n";
  for (int i = 0; i < panels; ++i) {
    const double from = left + i * double(side + gap);
    script << style::panel(from / width, (from + side) / width, double(foot) / height, double(foot + side) / height)
           << style::title("step " + std::to_string(all[i].step), text_of(t.data, all[i].found, 0))
           << (i ? "unset label 3\nset format y ''\n" : "") << "plot " << real << " with points pt 7 ps 0.9 lc rgb '"
           << style::real_fill << "', " << plotter.table({column(all[i].points, 0), column(all[i].points, 1)})
           << " with points pt 7 ps 0.35 lc rgb '" << style::fake_line << "'\n";
  }
  plotter.draw_to(out);
}

}  // namespace toys
