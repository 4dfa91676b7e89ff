// Runs one native kernel on canonical numbers in double: lays them out, poisons what it must write, reads it back.
#pragma once
#include <cmath>
#include <cstdlib>
#include <hepgan/backend/native/native.hpp>
#include <hepgan/backend/packed.hpp>
#include <hepgan/backend/select.hpp>
#include <hepgan/core/aligned.hpp>
#include <hepgan/core/random.hpp>
#include <limits>
#include <vector>

#include "distance.hpp"

namespace hepgan::test {

using numbers = std::vector<double>;

struct problem {
  op what;
  int batch = 1;
  bool training = true;
  numbers weights{}, state{}, scalars{}, fused_scalars{}, x{}, x2{}, dy{};  ///< canonical, (event, channel, pixel)
  std::uint64_t event = 0;
};
struct outcome {
  numbers y, dx, dx2, gradient, statistics;
  bool all_written = true;  ///< padding included, and nothing behind the scratch
  friend bool operator==(const outcome&, const outcome&) = default;
};

/// True of all but one in so many of the problems that ask, where the environment says how many: for an emulated CPU.
inline bool left_out() {
  static int asked = 0;
  const char* many = std::getenv("HEPGAN_ONE_PROBLEM_IN");
  return many && asked++ % std::atoi(many) != 0;
}

/// Standard normal numbers.
inline numbers draw(std::size_t n, std::uint64_t seed) {
  const random_stream r(seed, purpose::user);
  numbers v(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = double(float(r.normal(i)));
  return v;
}

inline double dot(const numbers& a, const numbers& b) {
  double s = 0;
  for (std::size_t i = 0; i < a.size(); ++i) s += a[i] * b[i];
  return s;
}

/// An operation between two tensors; `block` holds for both, a single channel being plain.
inline op operation(op_kind kind, shape x, shape y, int block) {
  op o{};
  o.kind = kind, o.where = backend::native, o.leaf = 3;
  o.x = {x, layout_for(backend::native, x, block)}, o.y = {y, layout_for(backend::native, y, block)};
  return o;
}

template <class Real>
aligned_block<Real> laid_out(const tensor& t, int batch, const numbers& canonical) {
  aligned_block<Real> r(std::size_t(t.stored()) * batch);
  r.fill(Real(0.75));  // padding holds anything finite
  for (int n = 0, i = 0; n < batch && !canonical.empty(); ++n)
    for (int c = 0; c < t.extent.channels; ++c)
      for (int p = 0; p < t.extent.pixels(); ++p, ++i)
        r.data()[std::int64_t(n) * t.stored() + stored_index(t.extent, t.form, c, p)] = Real(canonical[i]);
  return r;
}

template <class Real>
numbers read_back(const tensor& t, int batch, const aligned_block<Real>& r, bool& all_written) {
  numbers v;
  for (int n = 0; n < batch; ++n)
    for (int c = 0; c < t.extent.channels; ++c)
      for (int p = 0; p < t.extent.pixels(); ++p)
        v.push_back(r.data()[std::int64_t(n) * t.stored() + stored_index(t.extent, t.form, c, p)]);
  for (const Real number : r.span()) all_written = all_written && std::isfinite(number);
  return v;
}

template <class Real>
struct settings {
  int threads = 2;
  bool forward_in_place = false, backward_in_place = false, want_dx = true, want_gradient = true;
};

/// Forward, then backward where the problem has a dy. The gradient starts at 1: kernels add to it.
template <class Real>
outcome run(const kernel_functions<Real>& f, problem p, settings<Real> how = {}) {
  op& o = p.what;
  o.weights.count = static_cast<int>(p.weights.size());
  const auto reals = [](const numbers& v) { return std::vector<Real>(v.begin(), v.end()); };
  const auto nan = std::numeric_limits<Real>::quiet_NaN();
  const auto weights = reals(p.weights), state = reals(p.state), scalars = reals(p.scalars),
             fused = reals(p.fused_scalars);
  std::vector<Real> gradient(weights.size(), Real(1)),
      statistics(4 * batch_statistics::padded(o.x.extent.channels), nan);
  set_threads(how.threads);
  per<pass, aligned_block<Real>> packed;
  const auto asked_scratch = [&](bool training) {
    return std::size_t(f.scratch ? f.scratch(o, {p.batch, training, how.threads}) : 0);
  };
  constexpr std::size_t behind = 1 << 16;
  aligned_block<Real> scratch(asked_scratch(true) + behind);
  const auto scratch_held = [&](bool training) {
    return std::ranges::all_of(scratch.span().subspan(asked_scratch(training)), [](Real r) { return std::isnan(r); });
  };
  scratch.fill(nan);
  const map_kernel asked = o.runs[batch_kind::many];  // else the one that is chosen
  const map_kernel runs = asked != map_kernel::reference ? asked : select(backend::native, true, o, batch_kind::many);
  for (const pass way : passes) {
    packed[way] = aligned_block<Real>(packed_size(o, runs, way)), packed[way].fill(nan);
    if (f.pack && packed[way].size()) f.pack(o, way, weights.data(), packed[way].data());
  }
  auto x = laid_out<Real>(o.x, p.batch, p.x), x2 = laid_out<Real>(o.x2, p.batch, p.x2);
  auto y = laid_out<Real>(o.y, p.batch, {}), dx = laid_out<Real>(o.x, p.batch, {}),
       dx2 = laid_out<Real>(o.x2, p.batch, {});
  y.fill(nan), dx.fill(nan), dx2.fill(nan);
  job<Real> j{.what = &o,
              .batch = p.batch,
              .training = p.training,
              .threads = how.threads,
              .weights = weights.data(),
              .packed = packed[pass::forward].data(),
              .state = state.data(),
              .scalars = scalars.data(),
              .fused_scalars = fused.data(),
              .x = x.data(),
              .x2 = x2.data(),
              .y = how.forward_in_place ? x.data() : y.data(),
              .statistics = statistics.data(),
              .scratch = scratch.data(),
              .seed = 5,
              .event = p.event};
  outcome r;
  f.forward(j);
  r.all_written = scratch_held(p.training);
  r.y = read_back(o.y, p.batch, how.forward_in_place ? x : y, r.all_written);
  if (!p.dy.empty()) {
    auto dy = laid_out<Real>(o.y, p.batch, p.dy);
    j.dy = dy.data();
    j.packed = packed[order_of_weights(o, runs, pass::backward)].data();
    j.dx = !how.want_dx ? nullptr : how.backward_in_place ? dy.data() : dx.data();
    j.dx2 = x2.size() && how.want_dx ? dx2.data() : nullptr;
    j.gradient = how.want_gradient && !weights.empty() ? gradient.data() : nullptr;
    f.backward(j);
    r.all_written = r.all_written && scratch_held(true);
    if (j.dx) r.dx = read_back(o.x, p.batch, how.backward_in_place ? dy : dx, r.all_written);
    if (j.dx2) r.dx2 = read_back(o.x2, p.batch, dx2, r.all_written);
    if (j.gradient)
      for (const Real g : gradient) r.gradient.push_back(g - Real(1));
  }
  for (const Real s : statistics)
    if (std::isfinite(s)) r.statistics.push_back(s);
  set_threads(0);
  return r;
}

/// The same numbers, bit for bit, on 1, 2 and 3 threads.
template <class Real>
bool repeats_on_any_threads(const kernel_functions<Real>& f, const problem& p) {
  const auto one = run(f, p, {.threads = 1});
  return one == run(f, p, {.threads = 2}) && one == run(f, p, {.threads = 3});
}

}  // namespace hepgan::test
