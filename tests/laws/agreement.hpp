// The law of every backend: forward, data gradient and weight gradient agree with the reference in double.
#pragma once
#include <hepgan/init/initialisers.hpp>
#include <hepgan/net/tape.hpp>
#include <vector>

#include "distance.hpp"

namespace hepgan::test {

/// One evaluation with fixed pseudo-random weights, input and output gradient: everything that comes out of it.
struct outcome {
  std::vector<double> y, dx, gw;
};

template <class N, class Real, backend Where>
outcome evaluate(int batch, int repeats = 1) {
  parameters<N, Real, Where> p;
  initialise(p, normal{0.2}, 7);
  const auto entries = p.entries();
  const random_stream r(3, purpose::user);
  p.update([&](std::span<Real> weights) {
    for (const auto& e : entries)  // batch norm away from its neutral start
      if (e.in == block::weights && e.name.find("batch_norm") != std::string::npos)
        for (int i = 0; i < e.at.count; ++i)
          weights[e.at.offset + i] = static_cast<Real>(0.5 + r.uniform(1'000'000 + e.at.offset + i));
  });
  tape<N, Real, use::training, Where> t(batch);
  gradients<N, Real, Where> g;
  std::vector<Real> x(std::size_t(batch) * N::input.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<Real>(float(r.normal(i)));
  outcome o;
  for (int k = 0; k < repeats; ++k) {
    g.zero();
    t.load(x);
    t.forward(p);
    o.y.resize(std::size_t(batch) * N::output.size());
    std::vector<Real> y(o.y.size());
    t.store(y);
    std::copy(y.begin(), y.end(), o.y.begin());
    std::vector<Real> dy(y.size());
    for (std::size_t i = 0; i < dy.size(); ++i) dy[i] = static_cast<Real>(float(r.normal(500'000 + i)));
    t.load_output_gradient(dy);
    t.backward(p, &g, true);
    std::vector<Real> dx(x.size());
    t.store_input_gradient(dx);
    o.dx.assign(dx.begin(), dx.end());
    o.gw.assign(g.flat().begin(), g.flat().end());
  }
  return o;
}

}  // namespace hepgan::test
