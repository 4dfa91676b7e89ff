// The kernel of entropic transport, exp(g_j − λC_ij), whose numbers stay in range: potentials g are absorbed into it
// (Schmitzer, arXiv:1610.06519), and each row is divided by its largest number.
#pragma once
#include <algorithm>
#include <hepgan/arch/arch.hpp>
#include <hepgan/arch/layout.hpp>
#include <hepgan/backend/native/simd.hpp>
#include <hepgan/core/aligned.hpp>
#include <limits>
#include <span>

namespace hepgan::detail {

template <class Number>
void grow(aligned_block<Number>& block, std::size_t n) {
  if (block.size() < n) block = aligned_block<Number>(n);
}
/// The largest number of a vector.
template <class V>
typename V::real largest_of(typename V::type x) {
  typename V::real each[V::width];
  V::store(each, x);
  return *std::max_element(each, each + V::width);
}

/// It owns the costs and the kernel; room grows with the largest. Costs and potentials are double: λC may be 1e9, and
/// the difference of two is what matters. Rows are filled up to whole vectors and to whole groups, with K = 0.
template <class Real>
class transport_kernel {
  using V = native::widest_lanes<arch::current, Real>;
  using in_double = native::widest_lanes<arch::current, double>;
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  static constexpr int group = 4;  ///< rows that a sweep takes at once

 public:
  void resize(int rows, int columns) {
    rows_ = rows, columns_ = columns, stride_ = round_up(columns), padded_ = (rows + group - 1) / group * group;
    grow(costs_, place(padded_)), grow(kernel_, place(padded_)), grow(exponents_, stride_);
    grow(g_, stride_), grow(largest_, padded_);
    std::fill(g_.data() + columns, g_.data() + stride_, -infinity);
    for (int i = 0; i < rows; ++i) std::fill(costs_.data() + place(i) + columns, costs_.data() + place(i + 1), 0.0);
    std::fill(kernel_.data() + place(rows), kernel_.data() + place(padded_), Real(0));
  }
  int rows() const { return rows_; }
  int columns() const { return columns_; }
  int stride() const { return stride_; }  ///< what a row is filled up to
  int padded_rows() const { return padded_; }
  std::span<double> cost(int row) const { return {costs_.data() + place(row), std::size_t(columns_)}; }
  std::span<Real> row(int row) const { return {kernel_.data() + place(row), std::size_t(columns_)}; }
  std::span<double> potentials() const { return {g_.data(), std::size_t(columns_)}; }
  /// The logarithm of what a row was divided by.
  double largest(int row) const { return largest_.data()[row]; }

  /// The largest cost less the smallest; not a number if one is not finite.
  double range_of_costs() const {
    double low = infinity, high = -infinity, none = 0;
    for (int i = 0; i < rows_; ++i)
      for (const double c : cost(i)) low = (std::min)(low, c), high = (std::max)(high, c), none += c * 0;
    return high - low + none;
  }

  /// The kernel of these potentials, without denormal numbers.
  void make(double lambda) {
    const auto times = in_double::all(lambda);
    const auto least = V::all(-80), zero = V::all(0);
    double* const x = exponents_.data();
    for (int i = 0; i < rows_; ++i) {
      const double* c = costs_.data() + place(i);
      Real* k = kernel_.data() + place(i);
      auto most = in_double::all(-infinity);
      for (int j = 0; j < stride_; j += in_double::width) {
        const auto xj = in_double::load(g_.data() + j) - times * in_double::load(c + j);
        in_double::store(x + j, xj);
        most = select(xj > most, xj, most);
      }
      const double largest = largest_.data()[i] = largest_of<in_double>(most);
#pragma omp simd
      for (int j = 0; j < stride_; ++j) k[j] = static_cast<Real>(x[j] - largest);
      for (int j = 0; j < stride_; j += V::width) {
        const auto xj = V::load(k + j);
        V::store(k + j, select(xj > least, exp(xj), zero));
      }
    }
  }

  /// y = Kᵀ f(K·x): f(row, number) is to be 0 for rows that fill up. K is read once.
  template <class F>
  void sweep(const Real* x, Real* y, F f) const {
    std::fill_n(y, stride_, Real(0));
    for (int i = 0; i < padded_; i += group) {
      const Real *k0 = kernel_.data() + place(i), *k1 = k0 + stride_, *k2 = k1 + stride_, *k3 = k2 + stride_;
      auto s0 = V::all(0), s1 = s0, s2 = s0, s3 = s0;
      for (int j = 0; j < stride_; j += V::width) {
        const auto xj = V::load(x + j);
        s0 = V::fma(V::load(k0 + j), xj, s0), s1 = V::fma(V::load(k1 + j), xj, s1);
        s2 = V::fma(V::load(k2 + j), xj, s2), s3 = V::fma(V::load(k3 + j), xj, s3);
      }
      const auto t0 = V::all(f(i, V::sum(s0))), t1 = V::all(f(i + 1, V::sum(s1)));
      const auto t2 = V::all(f(i + 2, V::sum(s2))), t3 = V::all(f(i + 3, V::sum(s3)));
      for (int j = 0; j < stride_; j += V::width) {
        auto yj = V::fma(V::load(k0 + j), t0, V::load(y + j));
        yj = V::fma(V::load(k1 + j), t1, yj);
        yj = V::fma(V::load(k2 + j), t2, yj);
        V::store(y + j, V::fma(V::load(k3 + j), t3, yj));
      }
    }
  }

 private:
  std::size_t place(int row) const { return std::size_t(row) * stride_; }

  int rows_ = 0, columns_ = 0, stride_ = 0, padded_ = 0;
  aligned_block<double> costs_, g_, largest_, exponents_;
  aligned_block<Real> kernel_;
};

}  // namespace hepgan::detail
