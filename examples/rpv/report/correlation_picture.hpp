// How the observables of an event go together, in both samples.
#pragma once
#include <hepgan/physics/comparison.hpp>

#include "style.hpp"

namespace rpv::report {

/// correlations: matrices of both samples and their difference, with numbers in the cells.
inline void draw_correlations(plotter& plot, const hepgan::physics::comparison& result) {
  using namespace hepgan::physics;
  constexpr int n = static_cast<int>(event_observables);
  const auto flat = [](const correlation_matrix& m) {
    std::vector<double> all;
    for (const auto& row : m)
      for (const double r : row) all.push_back(r);
    return all;
  };
  const auto real = flat(result.real_correlations), fake = flat(result.fake_correlations);
  std::vector<double> difference(real.size());
  for (std::size_t i = 0; i < real.size(); ++i) difference[i] = fake[i] - real[i];
  std::string names;
  for (int k = 0; k < n; ++k) names += (k ? ", '" : "('") + std::string(correlated[k]->name) + "' " + std::to_string(k);
  names += ")";

  plot.begin("correlations", 2040, 760);
  auto& out = plot.script();
  out << "set border 15 lc rgb '#9aa5b1' lw 0.7\nunset grid\nunset key\nset tics font ',18'\nset palette "
      << style::diverging << "\nunset colorbox\nset xrange [-0.5:" << n - 0.5 << "]\nset yrange [" << n - 0.5
      << ":-0.5]\nset xtics " << names << " rotate by 40 right\n";
  const auto panel = [&](double left, const std::string& title, const std::string& remark, std::vector<double> matrix,
                         double limit) {
    for (double& r : matrix) r = std::round(100 * r) / 100 + 0.0;  // as it is read: no −0.00
    const std::string file = plot.matrix(matrix, n);
    const auto numbers = [&](const char* which, const char* colour) {  // on dark cells they are white
      out << ", \\\n  " << file << " matrix using 1:2:(abs($3) " << which << 0.7 * limit
          << " ? sprintf('%.2f', $3) : '') with labels font ',18' textcolor rgb '" << colour << "'";
    };
    out << style::panel(left, left + 0.27, 0.2, 0.88) << "unset label\n"
        << style::title(title, remark) << "set cbrange [" << -limit << ":" << limit << "]\n"
        << (left < 0.1 ? "set ytics " + names : "unset ytics") << "\n"
        << "plot " << file << " matrix with image";
    numbers("<= ", style::ink), numbers("> ", "#ffffff");
    out << "\n";
  };
  panel(0.075, "Real", "", real, 1);
  panel(0.385, "Generated", "", fake, 1);
  const double most = result.correlation_difference();
  panel(0.695, "Generated − real", "largest " + fixed(most, 2), difference, std::max(0.1, round_up(most)));
}

}  // namespace rpv::report
