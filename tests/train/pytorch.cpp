// The talk's training step by step, against PyTorch's: both networks, the flipped labels, Adam, and running statistics.
#include <array>
#include <cmath>

#include "catch.hpp"
#include "small.hpp"

namespace {

constexpr dcgan_options of_the_talk{.size = 64, .channels = 1, .filters = 16, .noise = 16};
constexpr int batch = 8;

/// What pytorch_steps.py, beside this file, prints: the losses of critic and generator in each step …
constexpr double losses[][2] = {
    {1.29106686726, 4.38799813472},
    {4.26976259628, 3.57038762854},
    {1.71314851078, 0.614821555332},
    {5.0771188055, 3.21436055861},
};
/// … and then of a batch in production its mean, its mean square, and its mean score.
constexpr double production[] = {0.500514593459, 0.250685753646, -5.04421104032};

/// amplitude·sin(phase + i²) of the i-th number.
template <class Real>
void wave(std::span<Real> x, double amplitude, double phase) {
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = static_cast<Real>(amplitude * std::sin(phase + double(i) * double(i)));
}

template <class Real>
struct training {
  using generator = dcgan_generator<of_the_talk>;
  using critic = dcgan_critic<of_the_talk>;

  parameters<generator, Real> g;
  parameters<critic, Real> d;
  gradients<generator, Real> g_slope;
  gradients<critic, Real> d_slope;
  tape<generator, Real> made{batch};
  tape<critic, Real> on_real{batch}, on_fake{batch};
  adam optimizer{.learning_rate = 1e-3};
  adam::state<Real> g_moments{g.flat().size()}, d_moments{d.flat().size()};
  std::vector<Real> latent = std::vector<Real>(batch * generator::input.size()),
                    real = std::vector<Real>(batch * generator::output.size());

  training() {
    start(g), start(d);
    g.scalars("threshold")[0] = Real(1.25e-4);
  }
  template <class N>
  static void start(parameters<N, Real>& p) {
    p.update([](std::span<Real> weights) {
      for (const op& o : layers_of<N>())
        if (o.kind == op_kind::linear_map) wave(weights.subspan(o.weights.offset, o.weights.count), 0.1, 0);
    });
  }
  void make(int step, statistics which) {
    wave<Real>(latent, 1, step);
    made.load(latent);
    made.forward(g, which);
    on_fake.load(made);
  }
  std::array<double, 2> step(int number, bool flip) {
    make(number, statistics::batch);
    wave<Real>(real, 1, number);
    for (Real& x : real) x = std::abs(x);
    on_real.load(real);
    d_slope.zero(), g_slope.zero();
    const auto seen = critic_step(standard_gan{}, d, on_real, on_fake, d_slope, flip);
    optimizer_step(optimizer, d_moments, d, d_slope);
    const auto through = generator_step(standard_gan{}, d, on_real, on_fake, g, made, g_slope);
    optimizer_step(optimizer, g_moments, g, g_slope);
    made.commit(g);
    return {seen.loss, through.loss};
  }
};

/// In floats the trainings part with the first update: Adam follows the sign of a gradient that is all rounding as far
/// as any other's, and a number may come to lie on the other side of a ReLU's kink. `first` is the accuracy before
/// that.
template <class Real>
void follow(double first, double later) {
  training<Real> t;
  double accuracy = first;
  const auto equal = [&](double value, double expected) {
    CHECK(value == Approx(expected).epsilon(accuracy));
    accuracy = later;
  };
  const int steps = std::size(losses);
  for (int i = 0; i < steps; ++i) {
    const auto found = t.step(i, i == 2);
    equal(found[0], losses[i][0]), equal(found[1], losses[i][1]);
  }
  t.make(steps, statistics::running);
  std::vector<Real> image(t.real.size());
  t.made.store(image);
  double sum = 0, square = 0, score = 0;
  for (const Real x : image) sum += x, square += double(x) * x;
  for (const Real s : t.on_fake.forward(t.d)) score += s;
  equal(sum / image.size(), production[0]), equal(square / image.size(), production[1]);
  equal(score / batch, production[2]);
}

}  // namespace

TEST_CASE("the talk's training is PyTorch's, step by step") { follow<double>(1e-9, 1e-9); }
TEST_CASE("the talk's training is PyTorch's but for rounding in floats") { follow<float>(1e-5, 0.05); }
