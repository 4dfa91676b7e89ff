// What one evaluation of a program owns, and the jobs that its kernels are given.
#pragma once
#include <algorithm>
#include <hepgan/core/aligned.hpp>
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <hepgan/net/packed_weights.hpp>
#include <vector>

namespace hepgan {

/// What the kernels of an evaluation made, by operation; owned.
class kernel_resources {
 public:
  explicit kernel_resources(std::size_t operations) : all_(operations) {}
  kernel_resources(kernel_resources&&) noexcept = default;
  kernel_resources& operator=(kernel_resources&& other) noexcept {
    all_.swap(other.all_);
    return *this;
  }
  ~kernel_resources() {
    for (const kernel_resource* each : all_.span()) delete each;
  }
  kernel_resource*& operator[](std::size_t i) const { return all_.data()[i]; }

 private:
  aligned_block<kernel_resource*> all_;
};

/// Everything that one evaluation in flight owns: activations, gradients of activations, batch statistics, scratch and
/// the kernels' resources, for one batch size. Nothing is allocated after construction.
template <class Real>
struct evaluation {
  program<Real> what;
  int batch, threads;
  aligned_block<Real> memory, results, scratch, sums, in_use_gradient;
  std::int64_t beside = 0;  ///< of the scratch, for what begins inside the operation before it in a pass
  kernel_resources resources;
  std::uint64_t seed = 0, event = 0;  ///< of random layers: the batch's first event

  evaluation(evaluation&&) noexcept = default;  // a copy would share primitives, which hold where they read and write
  evaluation& operator=(evaluation&&) noexcept = default;
  evaluation(const program<Real>& p, int n)
      : what(p),
        batch(at_least_one(n)),
        threads(settled_threads()),  // before a primitive divides its work among them
        memory(std::size_t(p.size) * n),
        results(p.batch_results),
        resources(p.ops.size()) {
    const bool training = p.mode != use::inference;
    const workload w{n, training, threads};
    std::int64_t most = 0, largest = 0, in_use = 0;
    for (std::size_t i = 0; i < p.ops.size(); ++i) {
      if (p.kernels[i]->scratch) {
        const std::int64_t wanted = p.kernels[i]->scratch(p.ops[i], w);
        most = (std::max)(most, wanted);
        if (p.kernels[i]->block[pass::forward] || p.kernels[i]->block[pass::backward])
          beside = (std::max)(beside, wanted);
      }
      if (p.kernels[i]->make) resources[i] = p.kernels[i]->make(p.ops[i], w);
      if (const op& o = p.ops[i]; training && (o.reparametrised() || o.with != resampling::none))
        in_use = (std::max)(in_use, std::int64_t(o.weights.count) + o.kernel_weights());
      for (int k = 0; k < 2; ++k)
        if (training && p.accumulate[i][k])
          largest = (std::max)(largest, std::int64_t(p.tensors[p.ops[i].in[k]].stored()) * n);
    }
    beside = round_up(beside);
    scratch = aligned_block<Real>(round_up(most) + beside);
    sums = aligned_block<Real>(2 * largest);
    in_use_gradient = aligned_block<Real>(in_use);
  }
  std::size_t bytes() const {
    return (memory.size() + results.size() + scratch.size() + sums.size() + in_use_gradient.size()) * sizeof(Real);
  }
  Real* scratch_beside() const { return scratch.data() + scratch.size() - beside; }
  Real* value(int t) const { return t < 0 ? nullptr : at(what.activation[t]); }
  Real* gradient(int t) const { return t < 0 || what.gradient[t] < 0 ? nullptr : at(what.gradient[t]); }

 private:
  static int at_least_one(int n) {
    if (n < 1) throw error({"tape: found a batch of ", n, " events, expected at least 1"});
    return n;
  }
  static int settled_threads() {
    detail::settle_threads();
    return hepgan::threads();
  }
  Real* at(int piece) const { return memory.data() + std::int64_t(what.pieces[piece].offset) * batch; }
};

template <class Real>
job<Real> job_for(const evaluation<Real>& e, std::size_t i, const weights_in_use<Real>& w, pass way, bool training) {
  const op& o = e.what.ops[i];
  const pass order = order_of_weights(o, o.runs[e.what.kind], way);
  return {.what = &o,
          .batch = e.batch,
          .training = training,
          .threads = e.threads,
          .weights = w.weights + o.weights.offset,
          .packed = w.packed[order] + o.packed_at[e.what.kind][order],
          .state = w.state + o.state.offset,
          .scalars = w.scalars + o.scalars.offset,
          .fused_scalars = w.scalars + o.fused_scalars.offset,
          .x = e.value(o.in[0]),
          .x2 = e.value(o.in[1]),
          .y = e.value(o.out),
          .statistics = e.results.data() + o.batch.offset,
          .scratch = e.scratch.data(),
          .resource = e.resources[i],
          .seed = e.seed,
          .event = e.event};
}

}  // namespace hepgan
