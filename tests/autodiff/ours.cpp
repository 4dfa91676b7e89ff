// What hepgan computes, in double, for an independent automatic differentiation to check: gradients of every loss,
// through a critic and through both networks, penalties, spectral norm, optimizers. Written as JSON with the weights,
// events and draws that it was computed from; compare.py does the same by PyTorch.
#include <fstream>
#include <hepgan/dcgan.hpp>
#include <hepgan/loss/hinge.hpp>
#include <hepgan/loss/least_squares.hpp>
#include <hepgan/loss/relativistic.hpp>
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/optim/modifiers.hpp>
#include <hepgan/optim/schedules.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
#include <nlohmann/json.hpp>

namespace {

using namespace hepgan;
using json = nlohmann::ordered_json;
using numbers = std::vector<double>;

constexpr int batch = 5;

struct generator : sequential<shape{6}, dense<shape{4, 2, 2}, bias>, hepgan::tanh,
                              conv2d_transpose<3, kernel<4>, stride<2>, pad<1>, bias>, softplus,
                              conv2d_transpose<1, kernel<4>, stride<2>, pad<1>>, sigmoid> {};
struct convolutions : sequential<shape{1, 8, 8}, conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, hepgan::tanh,
                                 conv2d<4, kernel<3>, bias>, softplus, dense<1, bias>> {};
struct leaky : sequential<shape{1, 8, 8}, conv2d<4, kernel<4>, stride<2>, pad<1>, bias>, leaky_relu,
                          conv2d<6, kernel<4>, stride<2>, pad<1>, bias>, leaky_relu, dense<1, bias>> {};
struct transposed : sequential<shape{1, 8, 8}, conv2d_transpose<2, kernel<3>, bias>, hepgan::tanh,
                               conv2d<3, kernel<4>, stride<2>>, softplus, dense<1>> {};
struct dense_layers
    : sequential<shape{1, 8, 8}, dense<9, bias>, hepgan::tanh, dense<5, bias>, softplus, dense<1, bias>> {};
struct normed : spectral_normed<convolutions> {};

numbers draw(std::size_t n, std::uint32_t stream, double scale = 1) {
  const random_stream r(17, purpose::user, stream);
  numbers x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = scale * r.normal(i);
  return x;
}
numbers copy(std::span<const double> s) { return {s.begin(), s.end()}; }

template <class N>
void draw_weights(parameters<N, double>& p, std::uint32_t stream) {
  const auto w = draw(p.flat().size(), stream, 0.4);
  p.update([&](auto to) { std::ranges::copy(w, to.begin()); });
}

/// Gradients of both networks by one loss.
template <class Critic, class Loss>
json loss_case(const Loss& loss) {
  parameters<generator, double> g;
  parameters<Critic, double> d;
  draw_weights(g, 1), draw_weights(d, 2);
  tape<generator, double> made(batch);
  tape<Critic, double> on_real(batch), on_fake(batch);
  gradients<generator, double> dg;
  gradients<Critic, double> dd;
  const auto z = draw(batch * 6, 3), real = draw(batch * 64, 4);
  made.load(z), on_real.load(real);
  made.forward(g), on_fake.load(made);
  json j{{"critic", copy(d.flat())}, {"generator", copy(g.flat())}, {"latent", z}, {"real", real}};
  j["critic_loss"] = critic_step(loss, d, on_real, on_fake, dd).loss;
  j["state"] = copy(d.state());
  j["generator_loss"] = generator_step(loss, d, on_real, on_fake, g, made, dg).loss;
  j["critic_gradient"] = copy(dd.flat()), j["generator_gradient"] = copy(dg.flat());
  return j;
}

/// Of a penalty Σ f(‖∇D‖) at given events.
template <class Critic, class F>
json penalty_case(F f) {
  parameters<Critic, double> d;
  draw_weights(d, 2);
  gradients<Critic, double> dd;
  input_gradient<Critic, double> slope(batch);
  const auto x = draw(batch * 64, 5);
  json j{{"critic", copy(d.flat())}, {"events", x}};
  d.advance(state_moves::at_step);
  j["state"] = copy(d.state());
  j["penalty"] = detail::penalise_slopes(slope, d, dd, slope.evaluate(d, x), f);
  j["gradient"] = copy(dd.flat());
  return j;
}

template <class Critic>
json critic_cases() {
  json j;
  j["losses"]["standard"] = loss_case<Critic>(standard_gan{});
  j["losses"]["saturating"] = loss_case<Critic>(standard_gan{{}, true, 0.9});
  j["losses"]["lsgan"] = loss_case<Critic>(least_squares{});
  j["losses"]["hinge"] = loss_case<Critic>(hinge{});
  j["losses"]["wasserstein"] = loss_case<Critic>(wasserstein{});
  j["losses"]["relativistic"] = loss_case<Critic>(relativistic_average{});
  j["penalties"]["wasserstein-gp"] = penalty_case<Critic>(gradient_penalty{}.term(10, batch));
  j["penalties"]["one-sided"] = penalty_case<Critic>(gradient_penalty{.one_sided = true}.term(10, batch));
  j["penalties"]["r1"] = penalty_case<Critic>([](double length) {
    return detail::slope_term{10.0 / 2 / batch * length * length, 10.0 / batch};
  });
  return j;
}

/// Twenty steps against gradients that change.
template <class Optimizer>
json trajectory(Optimizer o) {
  numbers w = draw(11, 6);
  typename Optimizer::template state<double> s(w.size());
  json j{{"start", w}};
  for (std::uint32_t t = 0; t < 20; ++t) {
    const numbers g = draw(w.size(), 20 + t);
    optimizer_step<Optimizer, double>(o, s, w, g);
    j["gradients"].push_back(g), j["weights"].push_back(w);
  }
  return j;
}

/// Three power iterations of a matrix.
json power_iterations() {
  struct map : sequential<shape{7}, spectral_normed<dense<5>>> {};
  parameters<map, double> p;
  draw_weights(p, 8);
  json j{{"weights", copy(p.flat())}, {"begin", copy(p.state())}};
  for (int i = 0; i < 3; ++i) {
    p.advance(state_moves::at_step);
    j["states"].push_back(copy(p.state()));
    j["sigma"].push_back(p.flat()[0] / p.in_use().weights[0]);
  }
  return j;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  json all;
  all["batch"] = batch;
  all["critics"]["convolutions"] = critic_cases<convolutions>();
  all["critics"]["leaky"] = critic_cases<leaky>();
  all["critics"]["transposed"] = critic_cases<transposed>();
  all["critics"]["dense"] = critic_cases<dense_layers>();
  all["critics"]["spectral"] = critic_cases<normed>();
  json& o = all["optimizers"];
  o["sgd"] = trajectory(sgd{0.1, 0});
  o["momentum"] = trajectory(sgd{0.1, 0.9});
  o["rmsprop"] = trajectory(rmsprop{0.01, 0.9, 1e-8});
  o["adam"] = trajectory(adam{0.01, 0.5, 0.9, 1e-8});
  o["adamw"] = trajectory(adamw{{0.01, 0.5, 0.9, 1e-8}, 0.1});
  o["gradient-clipped"] = trajectory(gradient_clipped<sgd>{{0.1, 0.9}, 1.5});
  o["weight-clipped"] = trajectory(weight_clipped<rmsprop>{{0.01, 0.9, 1e-8}, 0.5});
  o["cosine"] = trajectory(scheduled<adam, cosine_decay>{{0.01, 0.5, 0.9, 1e-8}, {20, 0.1}});
  all["spectral"] = power_iterations();
  std::ofstream(argv[1]) << all;
}
