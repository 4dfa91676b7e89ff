// Forward and backward as loops over a program.
#pragma once
#include <algorithm>
#include <hepgan/backend/statistics.hpp>
#include <hepgan/net/evaluation.hpp>
#include <limits>
#include <type_traits>

namespace hepgan {

namespace detail {

/// Whether what an operation writes can be given block by block to the one that a pass comes to next …
template <class Real>
bool goes_on_by_blocks(const program<Real>& p, pass way, std::size_t from, std::size_t to) {
  const tensor& x = p.ops[to].x;
  // what has begun inside another has its scratch beside: none begins inside that
  return p.kernels[from]->finishes_blocks && !p.kernels[from]->block[way] && p.kernels[to]->block[way] &&
         x.extent.channels % x.form.block == 0;
}
/// … forward, as what it reads; outside training it has to lie where that one writes, too.
template <class Real>
bool goes_on_forward(const program<Real>& p, std::size_t i, bool training) {
  if (i + 1 == p.ops.size() || !goes_on_by_blocks(p, pass::forward, i, i + 1)) return false;
  const op &o = p.ops[i], &next = p.ops[i + 1];
  return next.in[0] == o.out && (training || p.activation[next.out] == p.activation[o.out]);
}
/// … back, as all of its gradient, to which nothing else adds.
template <class Real>
bool goes_on_backward(const program<Real>& p, std::size_t i) {
  return i > 0 && goes_on_by_blocks(p, pass::backward, i, i - 1) && p.ops[i].in[0] == p.ops[i - 1].out &&
         !p.accumulate[i][0];
}

}  // namespace detail

template <class Real>
[[gnu::noinline]] void sweep_forward(const evaluation<Real>& e, const weights_in_use<Real>& w, bool training) {
  for (std::size_t i = 0; i < e.what.ops.size(); ++i) {
    job<Real> j = job_for(e, i, w, pass::forward, training);
    if (!detail::goes_on_forward(e.what, i, training)) {
      e.what.kernels[i]->forward(j);
      continue;
    }
    job<Real> next = job_for(e, i + 1, w, pass::forward, training);
    next.scratch = e.scratch_beside();
    j.then = {e.what.kernels[i + 1]->block[pass::forward], &next};
    e.what.kernels[i]->forward(j);
    next.begun = true;
    if (++i; training) e.what.kernels[i]->forward(next);
  }
}

template <class Real>
void add_to(Real* to, const Real* from, std::int64_t n) {
  parallel_ranges(n, [=](std::int64_t begin, std::int64_t end) {
#pragma omp simd
    for (std::int64_t i = begin; i < end; ++i) to[i] += from[i];
  });
}

namespace detail {

/// Through which stages the gradient of an operation's weights comes from its kernel to the canonical ones: from the
/// weights that the kernel knows of to those in use, and from these.
template <class Real>
struct way_of_a_gradient {
  const op& o;
  bool sums, scales;
  Real *canonical, *in_use, *of_kernel;

  way_of_a_gradient(const evaluation<Real>& e, const op& what, Real* to)
      : o(what), sums(to && o.with != resampling::none), scales(to && o.reparametrised()), canonical(to) {
    in_use = scales ? e.in_use_gradient.data() : canonical;
    of_kernel = sums ? e.in_use_gradient.data() + o.weights.count : in_use;
  }
  /// Where the kernel adds its own.
  Real* begin() const {
    if (scales) std::fill_n(in_use, o.weights.count, Real(0));
    if (sums) std::fill_n(of_kernel, o.kernel_weights(), Real(0));
    return of_kernel;
  }
  void finish(const kernel_functions<Real>& kernel, const weights_in_use<Real>& w) const {
    if (sums) add_narrowed(o, of_kernel, in_use);
    if (scales)
      kernel.weights.finish(weight_extents_of(o), w.canonical + o.weights.offset, w.state + o.state.offset, in_use,
                            canonical);
  }
};

}  // namespace detail

/// What a second derivative does to the jobs of a sweep: a function f(i, job) that lives elsewhere, or none. (A
/// template argument would compile the sweep again for each.)
template <class Real>
class job_change {
 public:
  job_change() = default;
  template <class F>
  job_change(const F& f)
      : f_(&f), run_([](const void* f, std::size_t i, job<Real>& j) { (*static_cast<const F*>(f))(i, j); }) {}
  void operator()(std::size_t i, job<Real>& j) const {
    if (run_) run_(f_, i, j);
  }
  explicit operator bool() const { return run_; }

 private:
  const void* f_ = nullptr;
  void (*run_)(const void*, std::size_t, job<Real>&) = nullptr;
};

/// From the gradient of the output, which the caller wrote, to gradients of the canonical weights (added; null: not
/// wanted) and of the input. A second derivative changes an operation's job before it runs, or what it wrote.
template <class Real>
[[gnu::noinline]] void sweep_backward(const evaluation<Real>& e, const weights_in_use<Real>& w,
                                      std::type_identity_t<Real>* gradient, bool training, bool want_input,
                                      std::type_identity_t<job_change<Real>> before = {},
                                      std::type_identity_t<job_change<Real>> after = {}) {
  bool begun = false;  // the operation at hand, inside the one after it
  for (std::size_t i = e.what.ops.size(); i-- > 0;) {
    const op& o = e.what.ops[i];
    job<Real> j = job_for(e, i, w, pass::backward, training), next;
    j.dy = e.gradient(o.out), j.begun = begun;
    if (begun) j.scratch = e.scratch_beside();
    const bool wants_gradient = gradient && !o.frozen && o.weights.count;
    const detail::way_of_a_gradient<Real> way(e, o, wants_gradient ? gradient + o.weights.offset : nullptr);
    j.gradient = way.begin();
    Real* target[2]{};
    for (int k = 0; k < 2; ++k) {
      const int t = o.in[k];
      if (t < 0 || (t == e.what.input && !want_input)) continue;
      target[k] = e.gradient(t);
      Real*& dx = k == 0 ? j.dx : j.dx2;
      dx = e.what.accumulate[i][k] ? e.sums.data() + k * (e.sums.size() / 2) : target[k];
    }
    const bool begins_next = j.dx && !before && !after && detail::goes_on_backward(e.what, i);
    if (begins_next) {
      next = job_for(e, i - 1, w, pass::backward, training);
      next.dy = j.dx, next.scratch = e.scratch_beside(), j.then = {e.what.kernels[i - 1]->block[pass::backward], &next};
    }
    before(i, j);
    e.what.kernels[i]->backward(j);
    after(i, j);
    way.finish(*e.what.kernels[i], w);
    begun = begins_next;
    for (int k = 0; k < 2; ++k)
      if (target[k] && e.what.accumulate[i][k])
        add_to(target[k], k == 0 ? j.dx : j.dx2, std::int64_t(e.what.tensors[o.in[k]].stored()) * e.batch);
  }
}

/// Running statistics s ← (1 − momentum)·s + momentum·batch; those of frozen layers stay.
template <class Real>
[[gnu::noinline]] void move_statistics(const evaluation<Real>& e, Real momentum, std::span<Real> state) {
  const Real keep = 1 - momentum;
  for (const op& o : e.what.ops) {
    if (o.kind != op_kind::normalisation || o.frozen) continue;
    const int c = o.state.count / 2;
    const batch_statistics at(c);
    const Real* from = e.results.data() + o.batch.offset;
    Real* s = state.data() + o.state.offset;
    for (int i = 0; i < c; ++i) {
      s[i] = keep * s[i] + momentum * from[at.mean + i];
      s[c + i] = keep * s[c + i] + momentum * from[at.variance + i];
    }
  }
}

/// NaN in every gradient of an activation.
template <class Real>
void sweep_poison(const evaluation<Real>& e) {
  // pieces are reused over time: only those that hold no value which backward still reads may be overwritten
  for (std::size_t t = 0; t < e.what.tensors.size(); ++t) {
    if (e.what.gradient[t] < 0) continue;
    const piece& g = e.what.pieces[e.what.gradient[t]];
    const int end_of_forward = static_cast<int>(e.what.ops.size()) - 1;
    bool free = true;
    for (std::size_t u = 0; u < e.what.tensors.size(); ++u)
      if (e.what.activation[u] >= 0) {
        const piece& a = e.what.pieces[e.what.activation[u]];
        if (a.death >= end_of_forward && a.offset < g.offset + g.size && g.offset < a.offset + a.size) free = false;
      }
    if (free)
      std::fill_n(e.gradient(static_cast<int>(t)), std::int64_t(g.size) * e.batch,
                  std::numeric_limits<Real>::quiet_NaN());
  }
}

}  // namespace hepgan
