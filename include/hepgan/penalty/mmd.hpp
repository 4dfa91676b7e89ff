// Observables held to their joint distribution, correlations and all: the maximum mean discrepancy (Gretton et al.,
// JMLR 13, 2012).
#pragma once
#include <array>
#include <hepgan/core/random.hpp>
#include <hepgan/penalty/observable_penalty.hpp>

namespace hepgan {

/// E k(x, x′) + E k(y, y′) − 2E k(x, y) over different events x, x′ of the batch and y, y′ of the reference, unbiased:
/// it may be below zero. k is the mean of exp(−r²/2h²) over widths h of 1/4, 1 and 4 times √d (d observables), with r
/// in units of each observable's standard deviation in the reference: two events are about √(2d) apart. The reference
/// is the first `most` of the real events.
class mmd_distance {
 public:
  static constexpr const char* name = "mmd_penalty";
  explicit mmd_distance(int most) : most_(most) {
    if (most < 2) throw error("mmd_penalty: found " + std::to_string(most) + " reference events, expected at least 2");
  }

  void add(rows<const float> values) {
    width_ = values.width, ready_ = false;
    const std::size_t room = most_ * width_ - (std::min)(real_.size(), most_ * width_);
    const auto taken = values.flat.first((std::min)(room, values.flat.size()));
    real_.insert(real_.end(), taken.begin(), taken.end());
  }
  double operator()(rows<const float> values, rows<float> slopes) {
    if (!ready_) take_reference();
    const auto n = static_cast<std::int64_t>(values.size());
    if (n < 2) throw error("mmd_penalty: found a batch of 1 event, expected at least 2");
    scaled_.resize(values.flat.size()), parts_.resize(n);
    const rows<float> x{scaled_, width_};
    for (std::int64_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < width_; ++k) x[i][k] = static_cast<float>(values[i][k] / deviation_[k]);
    const rows<const float> batch{scaled_, width_}, real{reference_, width_};
    const double pairs = double(n) * double(n - 1), crossed = double(n) * static_cast<double>(real.size());
    parallel_for(n, [&](std::int64_t i) {
      for (float& s : slopes[i]) s = 0;
      double sum = 0;
      for (std::int64_t j = 0; j < n; ++j)
        if (j != i) sum += similarity(batch[i], batch[j], 2 / pairs, slopes[i]) / pairs;
      for (std::size_t j = 0; j < real.size(); ++j)
        sum -= 2 * similarity(batch[i], real[j], -2 / crossed, slopes[i]) / crossed;
      parts_[i] = sum;
      for (std::size_t k = 0; k < width_; ++k) slopes[i][k] /= static_cast<float>(deviation_[k]);
    });
    double distance = among_real_;
    for (const double p : parts_) distance += p;
    return distance;
  }

 private:
  static constexpr std::array<double, 3> widths{0.25, 1, 4};

  /// k(a, b); factor · ∂k/∂a is added to d.
  double similarity(std::span<const float> a, std::span<const float> b, double factor, std::span<float> d) const {
    double square = 0, value = 0, slope = 0;  // slope: of k, over that of r²/2
    for (std::size_t k = 0; k < width_; ++k) square += (double(a[k]) - b[k]) * (double(a[k]) - b[k]);
    for (const double w : widths) {
      const double h2 = w * w * static_cast<double>(width_), e = std::exp(-0.5 * square / h2) / widths.size();
      value += e, slope -= e / h2;
    }
    for (std::size_t k = 0; k < width_; ++k) d[k] += static_cast<float>(factor * slope * (double(a[k]) - b[k]));
    return value;
  }
  void take_reference() {
    reference_ = real_, deviation_.assign(width_, 1.0);
    const rows<float> real{reference_, width_};
    const double m = static_cast<double>(real.size());
    if (m < 2) throw error("mmd_penalty: found a reference of 1 event, expected at least 2");
    for (std::size_t k = 0; k < width_; ++k) {
      deviation_[k] = detail::scale_of(real.size(), [&](std::size_t i) { return double(real[i][k]); }).deviation;
      for (std::size_t i = 0; i < real.size(); ++i) real[i][k] = static_cast<float>(real[i][k] / deviation_[k]);
    }
    std::vector<float> unused(width_);
    among_real_ = 0;
    for (std::size_t i = 0; i < real.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) among_real_ += 2 * similarity(real[i], real[j], 0, unused) / (m * (m - 1));
    ready_ = true;
  }

  std::size_t most_, width_ = 0;
  std::vector<float> real_;                ///< [event][observable]
  std::vector<float> reference_, scaled_;  ///< the same and a batch, in units of the deviation
  std::vector<double> deviation_, parts_;
  double among_real_ = 0;
  bool ready_ = false;
};

/// weight · mmd_distance to so many real events.
template <observable_policy Observables>
struct mmd_penalty : observable_penalty<Observables, mmd_distance> {
  mmd_penalty(Observables o, double weight, int most = 1024)
      : observable_penalty<Observables, mmd_distance>(std::move(o), mmd_distance(most), weight) {}
};

}  // namespace hepgan
