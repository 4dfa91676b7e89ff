// One evaluation of a network in flight: what forward computed and backward reads. Forward never writes parameters;
// running state moves by an explicit commit.
#pragma once
#include <hepgan/backend/statistics.hpp>
#include <hepgan/core/error.hpp>
#include <hepgan/net/conditions.hpp>
#include <hepgan/net/parameters.hpp>
#include <hepgan/net/sweep.hpp>

namespace hepgan {

enum class statistics { batch, running };

/// What a tape is but for its network's type, compiled once for each real type.
template <class Real>
class tape_base {
 public:
  int batch() const { return e_.batch; }
  std::size_t bytes() const { return e_.bytes() + projected_.bytes(); }
  /// The implementation that each operation runs on, by operation.
  std::vector<std::string> implementations() const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < e_.what.ops.size(); ++i)
      names.push_back(e_.what.kernels[i]->describe ? e_.what.kernels[i]->describe(e_.resources[i]) : "");
    return names;
  }

  /// Events in (c, h, w) order, [batch][event_of<N>.size()]; and the gradient of the output likewise.
  [[gnu::noinline]] void load(std::span<const Real> events) {
    expect_size("tape::load", events.size(), std::size_t(batch()) * event_tensor().extent.size());
    reorder(event_tensor(), events.data(), input_tensor(), input().data(), batch());
  }
  /// The events' conditions, [batch][conditions_of<N>].
  [[gnu::noinline]] void load_conditions(std::span<const Real> conditions) {
    expect_size("tape::load_conditions", conditions.size(), std::size_t(batch()) * condition_count());
    if (projects()) std::copy_n(conditions.data(), conditions.size(), projected_.conditions.data());
    if (planes()) fill_planes(input_tensor(), planes(), conditions, input());
  }
  /// How many numbers of an event's conditions its network takes beside the event.
  int condition_count() const { return planes() + projected_.k; }
  /// Of a critic that projects; empty else.
  std::span<const Real> projected_conditions() const { return projected_.conditions.span(); }
  [[gnu::noinline]] void load_output_gradient(std::span<const Real> d) {
    const tensor& output = output_tensor();
    expect_gradients("tape::load_output_gradient");
    expect_size("tape::load_output_gradient", d.size(), std::size_t(batch()) * output.extent.size());
    reorder({output.extent, plain}, d.data(), output, output_gradient().data(), batch());
  }
  /// The first events of the output in (c, h, w) order; and of the gradient of the input, conditions apart.
  void store(std::span<Real> events) const { store(output_tensor(), output_tensor().extent, output().data(), events); }
  void store_input_gradient(std::span<Real> d) const {
    expect_gradients("tape::store_input_gradient");
    store(input_tensor(), event_tensor().extent, input_gradient().data(), d);
  }
  const tensor& input_tensor() const { return e_.what.tensors[e_.what.input]; }
  const tensor& output_tensor() const {
    static constexpr tensor score{shape{1}, plain};
    return projects() ? score : e_.what.tensors[e_.what.output];
  }
  /// The input but for planes of conditions, in (c, h, w) order.
  tensor event_tensor() const {
    tensor t{input_tensor().extent, plain};
    t.extent.channels -= planes();
    return t;
  }
  /// Input and output where the kernels read and write them: the output in (c, h, w) order, the input in its stored
  /// layout, which is the same for images of at most four channels.
  [[gnu::noinline]] std::span<Real> input() { return stored(e_.what.input, e_.value(e_.what.input)); }
  [[gnu::noinline]] std::span<const Real> output() const {
    return projects() ? projected_.scores.span() : network_output();
  }
  /// Gradient of the loss with respect to output (written by the loss) and input (after a backward pass that wanted
  /// it).
  [[gnu::noinline]] std::span<Real> output_gradient() {
    return projects() ? projected_.slopes.span() : network_output_gradient();
  }
  std::span<const Real> input_gradient() const { return stored(e_.what.input, e_.gradient(e_.what.input)); }

  /// Seed and number of the first event, for layers that draw random numbers: dropout in training, symmetries always.
  /// Batches that are not told apart draw the same.
  void random(std::uint64_t seed, std::uint64_t event) { e_.seed = seed, e_.event = event; }
  std::uint64_t seed() const { return e_.seed; }
  std::uint64_t first_event() const { return e_.event; }

  /// NaN wherever backward has to write: a test's way of seeing what it did not.
  void poison_gradients() { sweep_poison(e_); }

  // As `tape` offers them for what its types fit.
  [[gnu::noinline]] void load(const tape_base& from) {
    expect_size("tape::load", from.batch(), batch());
    expect_size("tape::load", from.output_tensor().extent.size(), event_tensor().extent.size());
    reorder(from.output_tensor(), from.output().data(), input_tensor(), input().data(), batch());
  }
  [[gnu::noinline]] void load_output_gradient(const tape_base& from) {
    expect_size("tape::load_output_gradient", from.batch(), batch());
    expect_size("tape::load_output_gradient", from.event_tensor().extent.size(), output_tensor().extent.size());
    from.expect_gradients("tape::load_output_gradient"), expect_gradients("tape::load_output_gradient");
    reorder(from.input_tensor(), from.input_gradient().data(), output_tensor(), output_gradient().data(), batch());
  }
  [[gnu::noinline]] std::span<const Real> forward(const parameters_base<Real>& p, statistics which) {
    training_ = which == statistics::batch;
    sweep_forward(e_, p.in_use(pass::forward, e_.what), training_);
    if (projects()) projected_.project(network_output());
    return output();
  }
  [[gnu::noinline]] void backward(const parameters_base<Real>& p, gradients_base<Real>* g, bool want_input_gradient) {
    expect_gradients("tape::backward");
    if (g) expect_size("tape::backward, gradients", g->flat().size(), std::size_t(e_.what.weights));
    if (projects()) projected_.pull_back(network_output_gradient());
    sweep_backward(e_, p.in_use(pass::backward, e_.what), g ? g->flat().data() : nullptr, training_,
                   want_input_gradient);
  }
  [[gnu::noinline]] void commit(parameters_base<Real>& p, double momentum = 0.1) const {
    if (!training_)
      throw error("tape::commit: found a forward pass with running statistics, expected one with the batch's");
    p.expect_reader(e_.what);
    p.update_state([&](std::span<Real> state) { move_statistics(e_, static_cast<Real>(momentum), state); });
    p.advance(state_moves::at_update);
  }

 protected:
  [[gnu::noinline]] tape_base(const program<Real>& p, int batch)
      : e_(p, batch), projected_(batch, p.projected), training_(p.mode != use::inference) {}
  [[gnu::noinline]] tape_base(tape_base&&) noexcept = default;
  tape_base& operator=(tape_base&&) noexcept = default;
  [[gnu::noinline]] ~tape_base() = default;

 private:
  [[gnu::noinline]] void expect_gradients(const char* where) const {
    if (e_.what.mode == use::inference) throw error({where, ": found a tape for inference, expected one for training"});
  }
  std::span<Real> stored(int t, Real* data) const {
    return {data, std::size_t(e_.what.tensors[t].stored()) * e_.batch};
  }
  int planes() const { return e_.what.planes; }
  bool projects() const { return projected_.k > 0; }
  std::span<Real> network_output() const { return stored(e_.what.output, e_.value(e_.what.output)); }
  std::span<Real> network_output_gradient() { return stored(e_.what.output, e_.gradient(e_.what.output)); }
  /// The channels that both have: planes of conditions are the last, and stay.
  static void reorder(const tensor& from, const Real* x, const tensor& to, Real* y, std::int64_t events) {
    native::reorder<arch::current>(from, to, x, y, static_cast<int>(events));
  }
  void store(const tensor& t, shape event, const Real* from, std::span<Real> to) const {
    const std::int64_t room = static_cast<std::int64_t>(to.size()), events = room / event.size();
    if (events > batch() || events * event.size() != room)
      throw error({"tape::store: found room for ", room, " numbers, expected a multiple of ", event.size(),
                   ", at most ", batch(), " times"});
    reorder(t, from, {event, plain}, to.data(), events);
  }

  evaluation<Real> e_;
  projected_scores<Real> projected_;
  bool training_;
};

template <network_type N, class Real = float, use Mode = use::training, backend Where = default_backend<Real>>
class tape : public tape_base<Real> {
  using base = tape_base<Real>;

 public:
  using network = N;
  using parameters_type = parameters<N, Real, Where>;
  using gradients_type = gradients<N, Real, Where>;

  /// Memory and primitives for batches of exactly `batch` events.
  explicit tape(int batch) : base(program_of<N, Real, Mode, Where>(kind_of_batch(batch)), batch) {}

  void load(std::span<const Real> events) { base::load(events); }
  void load_output_gradient(std::span<const Real> d) { base::load_output_gradient(d); }
  /// What another network made; and the gradient of what this one made, from the network that read it. Each network has
  /// a layout of its own.
  template <class M, use Other>
  void load(const tape<M, Real, Other, Where>& from) {
    static_assert(feeds<M, N>, "hepgan: this network's input is not what the other one makes");
    base::load(from);
  }
  template <class M>
  void load_output_gradient(const tape<M, Real, use::training, Where>& from) {
    static_assert(feeds<N, M>, "hepgan: the other network's input is not what this one makes");
    base::load_output_gradient(from);
  }

  /// input → output.
  std::span<const Real> forward(const parameters_type& p, statistics which = default_statistics) {
    return base::forward(p, which);
  }
  /// output_gradient → weight gradients (added to g, null: not computed) and input_gradient (if wanted).
  void backward(const parameters_type& p, gradients_type* g, bool want_input_gradient) {
    static_assert(Mode != use::inference, "hepgan: a tape for inference keeps nothing for a backward pass");
    base::backward(p, g, want_input_gradient);
  }
  /// Moves the running statistics towards this batch's, s ← (1 − momentum)·s + momentum·batch, and the state of
  /// reparametrised weights that moves at each update; those of frozen layers stay.
  void commit(parameters_type& p, double momentum = 0.1) const { base::commit(p, momentum); }

 private:
  static constexpr statistics default_statistics = Mode != use::inference ? statistics::batch : statistics::running;
};

}  // namespace hepgan
