// The gradient of a critic with respect to its input, and how that changes with the weights: twice differentiable
// without an automatic differentiator. With a direction v held fixed, ∂/∂θ (v·∇ₓD) is the weight gradient of D's
// derivative along v: push the tangent v forward through D, then sweep back.
#pragma once
#include <hepgan/net/tape.hpp>

namespace hepgan {
namespace detail {

/// Linear maps and their like have none that is not zero, norms within an event and deviations have kernels.
template <class L>
inline constexpr bool has_second_order = !normalisation_layer<L>;
template <pointwise_layer L>
inline constexpr bool has_second_order<L> =
    L::piecewise_linear || draws_random_numbers<L> || has_function<functions::curvature, L, float>;
template <class L>
inline constexpr bool mixes_unasked = mixes_events<L>&& has_second_order<L> && !requires {
  L::mixing_allowed;
};

/// What a penalty objects to.
template <class>
struct objections;
template <class... Leaves>
struct objections<type_list<Leaves...>> {
  static constexpr bool batch_norm = (normalisation_layer<Leaves> || ...);
  static constexpr bool no_second_order = ((pointwise_layer<Leaves> && !has_second_order<Leaves>) || ...);
  static constexpr bool mixing = (mixes_unasked<Leaves> || ...);
};

}  // namespace detail

/// What an `input_gradient` is but for its network's type, compiled once for each real type. For one batch size;
/// nothing is allocated after construction. Spans are in the input's stored layout, as tape::input().
template <class Real>
class input_gradient_base {
 public:
  int batch() const { return primal_.batch; }
  std::size_t bytes() const {
    return primal_.bytes() + tangent_.bytes() + (sources_.size() + conditions_.size()) * sizeof(Real);
  }

  /// ∇ₓD at each of the events; valid until `pull_back`. Seed and first event are for layers that draw, as
  /// tape::random; conditions for a critic that projects them, as tape::projected_conditions. Planes of conditions are
  /// no part of the event: their gradient is zero.
  [[gnu::noinline]] std::span<const Real> evaluate(const parameters_base<Real>& p, std::span<const Real> events,
                                                   std::uint64_t seed = 0, std::uint64_t event = 0,
                                                   std::span<const Real> conditions = {}) {
    expect_size("input_gradient::evaluate", events.size(), direction().size());
    expect_size("input_gradient::evaluate, conditions", conditions.size(), conditions_.size());
    std::copy_n(conditions.data(), conditions.size(), conditions_.data());
    primal_.seed = tangent_.seed = seed, primal_.event = tangent_.event = event;
    std::copy_n(events.data(), events.size(), primal_.value(primal_.what.input));
    sweep_forward(primal_, p.in_use(pass::forward, primal_.what), true);
    fill_output_gradient(primal_, 1);
    sweep_backward(primal_, p.in_use(pass::backward, primal_.what), nullptr, true, true);
    const std::span<Real> slope{primal_.gradient(primal_.what.input), events.size()};
    if (const int planes = primal_.what.planes)
      fill_planes<Real>(primal_.what.tensors[primal_.what.input], planes, {}, slope);
    return slope;
  }

  /// v, for the caller to fill: one direction for each event of the last `evaluate`.
  std::span<Real> direction() {
    const int input = tangent_.what.input;
    return {tangent_.value(input), std::size_t(tangent_.what.tensors[input].stored()) * tangent_.batch};
  }
  /// Adds Σ ∂/∂θ (v·∇ₓD) to the gradient of the weights.
  [[gnu::noinline]] void pull_back(const parameters_base<Real>& p, gradients_base<Real>& to) {
    expect_size("input_gradient::pull_back, gradients", to.flat().size(), std::size_t(primal_.what.weights));
    const auto w = p.in_use(pass::backward, primal_.what);
    push_tangent(w);
    sweep_back(w, to.flat().data());
    if (sources_.size()) sweep_back_through_primal(w, to.flat().data());
  }

 protected:
  [[gnu::noinline]] input_gradient_base(const program<Real>& p, int batch)
      : primal_(p, batch),
        tangent_(p, batch),
        sources_(begin_of_source(ops())),
        conditions_(std::size_t(batch) * p.projected) {}
  input_gradient_base(input_gradient_base&&) noexcept = default;
  input_gradient_base& operator=(input_gradient_base&&) noexcept = default;
  [[gnu::noinline]] ~input_gradient_base() = default;

 private:
  std::size_t ops() const { return primal_.what.ops.size(); }
  /// The gradient of value · score.
  void fill_output_gradient(evaluation<Real>& e, Real value) {
    const std::span<Real> d{e.gradient(e.what.output), std::size_t(e.what.tensors[e.what.output].stored()) * e.batch};
    projected_scores<Real>::spread(conditions_.span(), e.what.projected, d, [&](std::size_t) { return value; });
  }

  /// Linear maps are their own tangents, a bias has none, and what is not linear passes one by its slope at the primal.
  void push_tangent(const weights_in_use<Real>& w) {
    for (std::size_t i = 0; i < ops(); ++i) {
      const op& o = tangent_.what.ops[i];
      const auto& kernel = *tangent_.what.kernels[i];
      job<Real> j = job_for(tangent_, i, w, pass::forward, true);
      if (kernel.tangent) {
        j = job_for(primal_, i, w, pass::backward, true);
        j.dy = tangent_.value(o.in[0]), j.dx = tangent_.value(o.out);
        kernel.tangent(j);
      } else if (o.kind != op_kind::bias) {
        kernel.forward(j);
      } else if (j.x != j.y) {
        std::copy_n(j.x, std::int64_t(o.y.stored()) * j.batch, j.y);
      }
    }
  }
  /// From slope 1 of D's derivative along v; where a layer bends, what it sends to the primal is kept.
  void sweep_back(const weights_in_use<Real>& w, Real* gradient) {
    fill_output_gradient(tangent_, 1);
    sweep_backward(tangent_, w, gradient, true, false, [&](std::size_t i, job<Real>& j) {
      const op& o = *j.what;
      if (o.kind == op_kind::bias) j.gradient = nullptr;
      if (!primal_.what.kernels[i]->tangent) return;
      job<Real> primal = job_for(primal_, i, w, pass::backward, true);
      primal.dy = j.dy, primal.dx = j.dx, primal.gradient = j.gradient;
      j = primal, j.gradient = nullptr;
      if (!bent(i)) return;
      primal.x2 = tangent_.value(o.in[0]), primal.y = source(i);
      primal_.what.kernels[i]->curve(primal);
    });
  }
  void sweep_back_through_primal(const weights_in_use<Real>& w, Real* gradient) {
    fill_output_gradient(primal_, 0);
    sweep_backward(primal_, w, gradient, true, false, {}, [&](std::size_t i, const job<Real>& j) {
      if (bent(i) && j.dx) add_to(j.dx, source(i), std::int64_t(j.what->x.stored()) * j.batch);
    });
  }
  bool bent(std::size_t i) const { return primal_.what.kernels[i]->curve != nullptr; }
  /// What layer i sends back to its input at the primal where it bends; they lie one after another.
  Real* source(std::size_t i) const { return sources_.data() + begin_of_source(i); }
  std::size_t begin_of_source(std::size_t i) const {
    std::size_t begin = 0;
    for (std::size_t k = 0; k < i; ++k)
      if (bent(k)) begin += std::size_t(round_up(primal_.what.ops[k].x.stored())) * primal_.batch;
    return begin;
  }

  evaluation<Real> primal_, tangent_;
  aligned_block<Real> sources_, conditions_;
};

namespace detail {

// In a function, as in verdict.hpp.
template <class N, class Leaves = typename net_of<N, default_backend<float>>::leaves>
constexpr bool has_slopes() {
  static_assert(N::output.size() == 1 || !well_formed<N>, "hepgan: the gradient of a critic is that of one score");
  static_assert(
      !objections<Leaves>::batch_norm,
      "hepgan: batch norm mixes the events of a batch and has no second-order kernel: a critic under a gradient "
      "penalty has layer_norm, or goes without, such as dcgan_critic<options, no_norm>");
  static_assert(
      !objections<Leaves>::no_second_order,
      "hepgan: a layer of this critic has no second derivative: give it curvature(x), or piecewise_linear = true");
  static_assert(!objections<Leaves>::mixing,
                "hepgan: a layer of this critic mixes the events of a batch, so that its slope at one event depends on "
                "the others: mixing_allowed<...> around that layer says that it is meant");
  return true;
}

}  // namespace detail

/// ∇ₓD of a critic, and the gradient of what is made of it: see `input_gradient_base`.
template <network_type N, class Real = float, backend Where = default_backend<Real>>
class input_gradient : public input_gradient_base<Real> {
  using fit = std::bool_constant<detail::has_slopes<N, typename net_of<N, Where>::leaves>()>;

 public:
  explicit input_gradient(int batch)
      : input_gradient_base<Real>(program_of<N, Real, use::second_order, Where>(kind_of_batch(batch)), batch) {}

  std::span<const Real> evaluate(const parameters<N, Real, Where>& p, std::span<const Real> events,
                                 std::uint64_t seed = 0, std::uint64_t event = 0,
                                 std::span<const Real> conditions = {}) {
    return input_gradient_base<Real>::evaluate(p, events, seed, event, conditions);
  }
  void pull_back(const parameters<N, Real, Where>& p, gradients<N, Real, Where>& g) {
    input_gradient_base<Real>::pull_back(p, g);
  }
};

}  // namespace hepgan
