// The one page that knows xsimd (8 and 13): vectors as long as a channel block.
#pragma once
#include <type_traits>
#include <xsimd/xsimd.hpp>

namespace hepgan::native {

/// Vectors of the widest set that the flags allow; a channel block is one or two of them. void: no vectors for this type.
template <class Real>
using vector_of = xsimd::batch<Real>;

template <class Real>
inline constexpr int width = static_cast<int>(vector_of<Real>::size);

/// Whether a layer's function takes vectors.
template <class L, class Real>
concept vectorised = requires(vector_of<Real> v, const Real* s) { L::value(v, s); } ||
                     requires(vector_of<Real> v) { L::value(v); };

}  // namespace hepgan::native
