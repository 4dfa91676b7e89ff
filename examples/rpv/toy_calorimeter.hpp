// Toy events, part 4: towers of 64×64 bins in η and φ, with ATLAS-like resolution.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

#include "toy_kinematics.hpp"

namespace rpv::toy {

enum class particle { charged, photon, neutral, unseen };

class calorimeter {
 public:
  static constexpr int rows = 64, columns = 64;  // η, φ

  /// A particle from the centre; GeV, massless. Charged ones bend in 2 T over 1.15 m, or never arrive.
  void add(particle kind, double px, double py, double pz, double e) {
    if (kind == particle::unseen) return;
    const double pt = std::sqrt(px * px + py * py);
    if (pt < 1e-6) return;
    const double eta = std::asinh(pz / pt);
    double phi = std::atan2(py, px);
    if (kind == particle::charged) {
      const double bend = 0.3 * 2 * 1.15 / (2 * pt);
      if (bend >= 1) return;
      sign_ = -sign_;
      phi += sign_ * std::asin(bend);
    }
    const int r = static_cast<int>(std::floor((eta / eta_max + 1) / 2 * rows));
    if (r < 0 || r >= rows) return;
    int c = static_cast<int>(std::floor((phi / std::numbers::pi + 1) / 2 * columns));
    c = (c % columns + columns) % columns;
    auto& cells = kind == particle::photon ? electromagnetic_ : hadronic_;
    cells[r * columns + c] += static_cast<float>(e);
  }

  /// Smears each tower and drops what is below threshold or within the noise. MeV.
  void read_out(random& random, std::span<float> image) const {
    for (int r = 0; r < rows; ++r) {
      const double eta = std::abs(eta_max * ((2 * r + 1.0) / rows - 1));
      for (int c = 0; c < columns; ++c) {
        const int i = r * columns + c;
        double e = 0;
        if (electromagnetic_[i] > 0) {
          const double t = electromagnetic_[i];
          e += measured(random, t, std::sqrt(t * t * 0.0017 * 0.0017 + t * 0.101 * 0.101), 0.5);
        }
        if (hadronic_[i] > 0) {
          const double t = hadronic_[i];
          const double variance = eta < 1.7 ? t * t * 0.0302 * 0.0302 + t * 0.5205 * 0.5205 + 1.59 * 1.59
                                            : t * t * 0.05 * 0.05 + t * 0.706 * 0.706;
          e += measured(random, t, std::sqrt(variance), 1.0);
        }
        image[i] = e >= 0.5 ? static_cast<float>(1000 * e) : 0.0f;
      }
    }
  }

 private:
  static constexpr double eta_max = 2.5;

  /// Log-normal, so that energies stay positive: mean `e`, width `sigma`.
  static double measured(random& random, double e, double sigma, double threshold) {
    const double b = std::sqrt(std::log1p(sigma * sigma / (e * e)));
    const double seen = e * std::exp(b * random.normal() - b * b / 2);
    return seen < threshold || seen < 1.3 * sigma ? 0 : seen;
  }

  std::array<float, rows * columns> electromagnetic_{}, hadronic_{};
  double sign_ = 1;
};

}  // namespace rpv::toy
