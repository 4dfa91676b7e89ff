// One operation of a network as plain data: what the walk writes, and all that a kernel needs to know.
#pragma once
#include <array>
#include <cstdint>
#include <hepgan/arch/layout.hpp>

namespace hepgan {

enum class op_kind : std::uint8_t {
  linear_map,
  bias,
  pointwise,
  symmetry,
  normalisation,
  event_norm,
  deviation,
  sum,
  concat,
  reorder
};
enum class backend : std::uint8_t { reference, native, onednn };
/// Of the factors of products; their sums are floats, and so are weights, images and statistics.
enum class precision : std::uint8_t { fp32, bf16 };
/// Factors in the place of a float.
constexpr int factors_of_a_place(precision p) { return p == precision::bf16 ? 2 : 1; }

/// How many events a kernel gets at a time: each kind may have kernels of its own (backend/select.hpp), and so has
/// packed weights of its own.
enum class batch_kind : std::uint8_t { few, many };
inline constexpr batch_kind batch_kinds[]{batch_kind::few, batch_kind::many};
constexpr batch_kind kind_of_batch(int events) { return events < 4 ? batch_kind::few : batch_kind::many; }

/// Weights in use have an order for each pass, made when one first needs it: production never makes the backward one.
enum class pass : std::uint8_t { forward, backward };
inline constexpr pass passes[]{pass::forward, pass::backward};

/// When the state of reparametrised weights moves: as a training step of their network begins, or after each update.
enum class state_moves : std::uint8_t { at_step, at_update };

/// One T for each value of an enumeration of two.
template <class Enum, class T>
struct per {
  T values[2];
  constexpr T& operator[](Enum e) { return values[static_cast<int>(e)]; }
  constexpr const T& operator[](Enum e) const { return values[static_cast<int>(e)]; }
  friend constexpr bool operator==(const per&, const per&) = default;
};

/// Which linear map an operation is, for kernels that know it by name; `terms` knows the rest.
enum class map_kind : std::uint8_t {
  user,
  convolution,
  transposed_convolution,
  dense,
  circular_pad,
  circular_fold,
  nearest_up,
  average_pool
};

/// The kernels that there are for linear maps. `reference` runs any: from `terms`.
enum class map_kernel : std::uint8_t {
  reference,
  onednn_convolution,
  onednn_product,
  product_tiles,
  toom_cook,     ///< in tiles of 4×4
  toom_cook_f2,  ///< of 2×2
  direct_convolution,
  one_channel,
  circular,
  resampling
};
constexpr backend backend_of(map_kernel k) {
  if (k == map_kernel::reference) return backend::reference;
  return k == map_kernel::onednn_convolution || k == map_kernel::onednn_product ? backend::onednn : backend::native;
}

/// Pixels along an axis that windows of layers from or to planes may have: what their kernels have room for.
inline constexpr int widest_plane_window = 8;
/// So few channels lie as plain images: blocks would be padding for the most part.
inline constexpr int few_channels = 4;

/// Whether its factors may be other numbers than floats.
constexpr bool knows_precisions(map_kernel k) {
  return k == map_kernel::toom_cook || k == map_kernel::toom_cook_f2 || k == map_kernel::direct_convolution;
}

/// Per axis {height, width}. A transposed convolution holds the geometry of the convolution that it is the adjoint of;
/// of nearest_up and average_pool the stride is the factor.
struct geometry {
  map_kind map = map_kind::user;
  std::array<int, 2> kernel{1, 1}, stride{1, 1}, pad{0, 0};
  friend constexpr bool operator==(const geometry&, const geometry&) = default;
};

/// What a convolution 3×3 computes together with its own, as one window 4×4 of stride 2: nearest_up<2> before it, or
/// average_pool<2> after it.
enum class resampling : std::uint8_t { none, up_before, down_after };

struct tensor {
  shape extent;
  layout form;
  constexpr int stored() const { return stored_size(extent, form); }
};

/// A range of a flat block: offset and count in numbers.
struct range {
  int offset = 0, count = 0;
  friend constexpr bool operator==(const range&, const range&) = default;
};

/// How deep compositions nest: a conv2d is two levels, each chain, branch and scope around it one more.
inline constexpr int deepest_nesting = 16;

struct op {
  op_kind kind = op_kind::pointwise;
  backend where = backend::reference;  ///< of a linear map: for many events
  per<batch_kind, map_kernel> runs{};  ///< the kernels of a linear map
  geometry geo{};
  resampling with = resampling::none;   ///< of a convolution 3×3; `geo` is then what its kernel runs
  int leaf = -1;                        ///< row in the network's list of leaves; −1 for joins and reorders
  int fused = -1;                       ///< leaf of a pointwise layer that runs inside this operation
  int in[2]{-1, -1};                    ///< tensor numbers
  int out = -1;                         ///< tensor number
  tensor x{}, x2{}, y{};                ///< of in[0], in[1] and out
  range weights{}, state{}, scalars{};  ///< in the flat blocks of the parameters
  range fused_scalars{};
  const char* fused_name = "";
  range batch{};                                         ///< per-batch results (batch statistics) in the tape
  per<batch_kind, per<pass, std::int64_t>> packed_at{};  ///< where its weights in use begin
  int fan_in = 0;                                        ///< of the initialiser
  bool frozen = false;                                   ///< no gradient of its weights is computed
  bool insisted = false;                                 ///< its backend was ordered by `with_backend`
  bool precise = false;                                  ///< its products are summed directly
  precision products = precision::fp32;
  const char* reparametrisation = nullptr;  ///< makes its weights in use of the canonical ones, and of its state
  bool bias_per_pixel = false;
  std::int64_t multiply_adds = 0;  ///< per event
  const char* name = "";
  const char* scope[deepest_nesting]{};  ///< names given by `named`, or null
  std::int16_t path[deepest_nesting]{};  ///< positions in the nested composition
  int depth = 0;

  constexpr bool reparametrised() const { return reparametrisation != nullptr; }
  /// Numbers of the weights that its kernels know of.
  constexpr int kernel_weights() const { return with == resampling::none ? weights.count : weights.count / 9 * 16; }
};

/// A convolution goes from the large side of its windows to the small one, its adjoint the other way.
struct sides {
  const tensor &small, &large;
  bool transposed;
};
constexpr sides sides_of(const op& o) {
  const bool transposed = o.geo.map == map_kind::transposed_convolution;
  return {transposed ? o.x : o.y, transposed ? o.y : o.x, transposed};
}
constexpr bool to_small(const op& o, pass p) { return sides_of(o).transposed == (p == pass::backward); }

/// Weights [outer][out][inner] of a linear map with `out` outputs per pixel: outer is 1 but for transposed
/// convolutions. `inputs`: products that an output is the sum of, in the mean.
struct weight_extents {
  int outer = 1, out = 1, inner = 1;
  double inputs = 1;
  constexpr int count() const { return outer * out * inner; }
};
constexpr weight_extents weight_extents_of(const op& o) {
  if (o.with != resampling::none)
    return {1, o.y.extent.channels, o.weights.count / o.y.extent.channels, static_cast<double>(o.fan_in)};
  const bool transposed = o.geo.map == map_kind::transposed_convolution;
  const int outer = transposed ? o.x.extent.channels : 1;
  const int out = o.geo.map == map_kind::dense ? o.y.extent.size() : o.y.extent.channels;
  const double inputs = static_cast<double>(o.multiply_adds) / o.y.extent.size();
  return {outer, out, o.weights.count / (outer * out), inputs};
}

/// What a tape is made for. Kernels divide their work among so many threads, whoever calls them later.
struct workload {
  int batch = 0;
  bool training = false;
  int threads = 1;
};

/// What a kernel makes once for a workload, such as primitives.
struct kernel_resource {
  virtual ~kernel_resource() = default;
};

template <class Real>
struct job;

/// What the next operation does to a channel block of y (backward: of dx), event · blocks + block, as soon as that is
/// whole: while it is in a cache, by the thread that wrote it.
template <class Real>
struct follow_up {
  void (*run)(const job<Real>&, std::int64_t block) = nullptr;
  const job<Real>* next = nullptr;
  void operator()(std::int64_t block) const {
    if (run) run(*next, block);
  }
};

/// What one call of a kernel works on. Pointers are to the whole batch; unused ones are null.
template <class Real>
struct job {
  const op* what = nullptr;
  int batch = 0;
  bool training = false;
  int threads = 1;
  const Real* weights = nullptr;  ///< in use, in canonical order
  const Real* packed = nullptr;   ///< the same, in the kernel's order for this pass
  const Real* state = nullptr;    ///< running statistics
  const Real* scalars = nullptr;
  const Real* fused_scalars = nullptr;
  const Real *x = nullptr, *x2 = nullptr;
  Real* y = nullptr;
  Real* statistics = nullptr;  ///< written forward, read backward
  const Real* dy = nullptr;
  Real *dx = nullptr, *dx2 = nullptr;         ///< null: not wanted
  Real* gradient = nullptr;                   ///< of the weights, added to; null: not wanted
  Real* scratch = nullptr;                    ///< at least what `kernel::scratch` asked for
  const kernel_resource* resource = nullptr;  ///< what `kernel::make` returned
  std::uint64_t seed = 0, event = 0;          ///< of random layers: number of the first event of the batch
  follow_up<Real> then{};                     ///< for a kernel that `finishes_blocks`
  bool begun = false;                         ///< its kernel's `block` was done to all of x (backward: of dy)
};

}  // namespace hepgan
