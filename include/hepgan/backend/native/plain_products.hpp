// Products of matrices that lie row after row, for what is no layer: C = A·B and C = A·Bᵀ, in float or double.
#pragma once
#include <hepgan/arch/arch.hpp>
#include <hepgan/backend/native/matrix_product.hpp>
#include <hepgan/backend/native/transpose.hpp>
#include <hepgan/core/aligned.hpp>

namespace hepgan::native {

/// A matrix by its rows; it owns nothing.
template <class Real>
struct matrix {
  const Real* data;
  int rows, columns;
};

/// Room for products, which grows with the largest: for one thread that asks for them. Their sums are not divided among
/// threads.
template <class Arch, class Real>
class products {
  using V = widest_lanes<Arch, Real>;

 public:
  /// c [a.rows][b.columns] = a·b.
  void multiply(matrix<Real> a, matrix<Real> b, Real* c) {
    matrix_product::copy_panels<V>({b.columns, b.rows}, b.data, room_for(a, b));
    run(a, b.columns, c);
  }
  /// c [a.rows][b.rows] = a·bᵀ.
  void multiply_transposed(matrix<Real> a, matrix<Real> b, Real* c) {
    const column_panels<V> panels{b.rows, b.columns};
    Real* const to = room_for(a, b);
    parallel_for(panels.count(), [&](std::int64_t p) {
      const int panel = static_cast<int>(p), first = panels.first(panel);
      transpose<V>(
          panels.width(panel), b.columns, true, b.data + std::int64_t(first) * b.columns, b.columns,
          [&](int step, int row) { return to + panels.packed_index(step, first + row); }, putting<false, Real>{});
    });
    run(a, b.rows, c);
  }

 private:
  /// Panels of b; then tiles of a.
  Real* room_for(const matrix<Real>& a, const matrix<Real>& b) {
    panels_ = std::int64_t(b.rows) * b.columns;
    const std::int64_t room = panels_ + matrix_product::tile_numbers(row_tiles<V>(a.rows), a.columns);
    if (std::int64_t(room_.size()) < room) room_ = aligned_block<Real>(room);
    return room_.data();
  }
  void run(matrix<Real> a, int columns, Real* c) {
    matrix_product::multiply<V, Real>(a.rows, columns, a.columns, {a.data, a.columns, 1}, room_.data(), c,
                                      room_.data() + panels_);
  }
  std::int64_t panels_ = 0;
  aligned_block<Real> room_;
};

}  // namespace hepgan::native
