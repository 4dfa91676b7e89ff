// Products of plain matrices against sums in double.
#include <cmath>
#include <hepgan/backend/native/plain_products.hpp>
#include <hepgan/core/random.hpp>
#include <vector>

#include "../support/catch.hpp"

using namespace hepgan;

namespace {

template <class Real>
std::vector<Real> random_numbers(int n, std::uint32_t stream) {
  const random_stream r(5, purpose::user, stream);
  std::vector<Real> x(n);
  for (int i = 0; i < n; ++i) x[i] = static_cast<Real>(r.normal(i));
  return x;
}

/// The largest error of both kinds of product, relative to what its sums may come to.
template <class Real>
double error_of(native::products<arch::current, Real>& products, int rows, int columns, int steps) {
  const auto a = random_numbers<Real>(rows * steps, 0), b = random_numbers<Real>(steps * columns, 1);
  std::vector<Real> turned(b.size()), c(std::size_t(rows) * columns, Real(NAN)), d = c;
  for (int s = 0; s < steps; ++s)
    for (int j = 0; j < columns; ++j) turned[j * steps + s] = b[s * columns + j];
  products.multiply({a.data(), rows, steps}, {b.data(), steps, columns}, c.data());
  products.multiply_transposed({a.data(), rows, steps}, {turned.data(), columns, steps}, d.data());
  double worst = 0;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j) {
      double sum = 0, size = 0;
      for (int s = 0; s < steps; ++s) {
        const double term = double(a[i * steps + s]) * b[s * columns + j];
        sum += term, size += std::abs(term);
      }
      for (const Real found : {c[i * columns + j], d[i * columns + j]}) {
        const double error = std::abs(found - sum) / size;
        worst = std::isfinite(error) ? std::max(worst, error) : 1;
      }
    }
  return worst;
}

}  // namespace

TEST_CASE("plain matrices of any size are multiplied, the second as it lies or transposed") {
  native::products<arch::current, float> narrow;  // one room for all, larger and smaller
  native::products<arch::current, double> wide;
  for (const int rows : {1, 5, 13, 130})
    for (const int columns : {1, 7, 33, 96})
      for (const int steps : {1, 3, 64, 257}) {
        CAPTURE(rows, columns, steps);
        CHECK(error_of(narrow, rows, columns, steps) < 1e-6);
        CHECK(error_of(wide, rows, columns, steps) < 1e-15);
      }
}
