// Where a normalisation leaves its batch statistics in the tape.
#pragma once
#include <hepgan/arch/layout.hpp>

namespace hepgan {

struct batch_statistics {
  static constexpr double epsilon = 1e-5;
  int mean, inverse_deviation, variance;  ///< offsets; the variance is with n−1, for the running one
  constexpr explicit batch_statistics(int channels)
      : mean(0), inverse_deviation(padded(channels)), variance(2 * padded(channels)) {}
  static constexpr int padded(int channels) { return round_up(channels); }
  static constexpr int size(int channels) { return 3 * padded(channels); }
};

}  // namespace hepgan
