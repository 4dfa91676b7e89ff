// What hepgan computes, in double, for an independent automatic differentiation to check: gradients of every loss,
// through a critic and through both networks, penalties, norms, reparametrisations, conditions, optimizers and
// schedules. Written as JSON with the weights, events and draws that it was computed from; compare.py does the same by
// PyTorch.
#include <fstream>
#include <hepgan/dcgan.hpp>
#include <hepgan/loss/hinge.hpp>
#include <hepgan/loss/least_squares.hpp>
#include <hepgan/loss/optimal_transport.hpp>
#include <hepgan/loss/relativistic.hpp>
#include <hepgan/loss/sinkhorn_divergence.hpp>
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/net/crelu.hpp>
#include <hepgan/net/minibatch_deviation.hpp>
#include <hepgan/optim/modifiers.hpp>
#include <hepgan/optim/schedules.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
#include <hepgan/penalty/r1.hpp>
#include <nlohmann/json.hpp>

namespace {

using namespace hepgan;
using json = nlohmann::ordered_json;
using numbers = std::vector<double>;

constexpr int batch = 6;

/// Of six latent numbers, and of conditions.
template <int Conditions>
struct generator_of : sequential<shape{6 + Conditions}, dense<shape{4, 2, 2}, bias>, hepgan::tanh,
                                 conv2d_transpose<3, kernel<4>, stride<2>, pad<1>, bias>, softplus,
                                 conv2d_transpose<1, kernel<4>, stride<2>, pad<1>>, sigmoid> {};
template <class Critic>
using generator_for = std::conditional_t<conditions_of<Critic> == 0, generator_of<0>, conditional<2, generator_of<2>>>;

struct convolutions : sequential<shape{1, 8, 8}, conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, hepgan::tanh,
                                 conv2d<4, kernel<3>, bias>, softplus, dense<1, bias>> {};
struct leaky : sequential<shape{1, 8, 8}, conv2d<4, kernel<4>, stride<2>, pad<1>, bias>, leaky_relu,
                          conv2d<6, kernel<4>, stride<2>, pad<1>, bias>, leaky_relu, dense<1, bias>> {};
struct transposed : sequential<shape{1, 8, 8}, conv2d_transpose<2, kernel<3>, bias>, hepgan::tanh,
                               conv2d<3, kernel<4>, stride<2>>, softplus, dense<1>> {};
struct dense_layers
    : sequential<shape{1, 8, 8}, dense<9, bias>, hepgan::tanh, dense<5, bias>, softplus, dense<1, bias>> {};
struct norms : sequential<shape{1, 8, 8}, conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, layer_norm, hepgan::tanh,
                          conv2d<4, kernel<3>, bias>, instance_norm, softplus, pixel_norm,
                          mixing_allowed<with_minibatch_deviation<2>>, dense<1, bias>> {};
struct batch_normed : sequential<shape{1, 8, 8}, conv2d<3, kernel<4>, stride<2>, pad<1>>, batch_norm, hepgan::tanh,
                                 conv2d<4, kernel<3>>, batch_norm, softplus, dense<1, bias>> {};
struct rectified : sequential<shape{1, 8, 8}, conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, crelu,
                              conv2d<4, kernel<3>, bias>, crelu, dense<1, bias>> {};
template <gain Gain, class... L>
using equalised = reparametrised<equalised_learning_rate<Gain>, chain<L...>>;
struct equalised_layers
    : sequential<shape{1, 8, 8}, equalised<gain::relu, conv2d<3, kernel<4>, stride<2>, pad<1>, bias>>, hepgan::tanh,
                 equalised<gain::relu, conv2d_transpose<2, kernel<2>, stride<2>, bias>>, softplus,
                 equalised<gain::linear, dense<1, bias>>> {};
struct planes : conditional<2, sequential<shape{3, 8, 8}, conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, hepgan::tanh,
                                          conv2d<4, kernel<3>, bias>, softplus, dense<1, bias>>> {};
struct projected : projection<2, sequential<shape{1, 8, 8}, conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, hepgan::tanh,
                                            conv2d<4, kernel<3>, bias>, softplus, dense<3, bias>>> {};
struct embedding
    : sequential<shape{1, 8, 8}, conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, hepgan::tanh, dense<4, bias>> {};
template <class Critic>
struct normed : spectral_normed<Critic> {};

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
  using generator = generator_for<Critic>;
  parameters<generator, double> g;
  parameters<Critic, double> d;
  draw_weights(g, 1), draw_weights(d, 2);
  tape<generator, double> made(batch);
  tape<Critic, double> on_real(batch), on_fake(batch);
  gradients<generator, double> dg;
  gradients<Critic, double> dd;
  const auto z = draw(batch * 6, 3), real = draw(batch * 64, 4), c = draw(batch * conditions_of<Critic>, 7);
  made.load(z), on_real.load(real);
  made.load_conditions(c), on_real.load_conditions(c), on_fake.load_conditions(c);
  made.forward(g), on_fake.load(made);
  json j{{"critic", copy(d.flat())}, {"generator", copy(g.flat())}, {"latent", z}, {"real", real}, {"conditions", c}};
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
  tape<Critic, double> at(batch);
  const auto x = draw(batch * 64, 5), c = draw(batch * conditions_of<Critic>, 7);
  at.load(x), at.load_conditions(c);
  json j{{"critic", copy(d.flat())}, {"events", x}, {"conditions", c}};
  d.advance(state_moves::at_step);
  j["state"] = copy(d.state());
  j["penalty"] =
      detail::penalise_slopes(slope, d, dd, slope.evaluate(d, at.input(), 0, 0, at.projected_conditions()), f);
  j["gradient"] = copy(dd.flat());
  return j;
}

template <class Critic, bool Penalised = true>
json critic_cases() {
  json j;
  j["losses"]["standard"] = loss_case<Critic>(standard_gan{});
  j["losses"]["saturating"] = loss_case<Critic>(standard_gan{{}, true, 0.9});
  j["losses"]["lsgan"] = loss_case<Critic>(least_squares{});
  j["losses"]["hinge"] = loss_case<Critic>(hinge{});
  j["losses"]["wasserstein"] = loss_case<Critic>(wasserstein{});
  j["losses"]["wasserstein-drift"] = loss_case<Critic>(wasserstein{{}, 0.1});
  j["losses"]["relativistic"] = loss_case<Critic>(relativistic_average{});
  if constexpr (Penalised) {
    j["penalties"]["wasserstein-gp"] = penalty_case<Critic>(gradient_penalty{}.term(10, batch));
    j["penalties"]["one-sided"] = penalty_case<Critic>(gradient_penalty{.one_sided = true}.term(10, batch));
    j["penalties"]["r1"] = penalty_case<Critic>(r1{.gamma = 10}.term(batch));
  }
  return j;
}

/// Twenty steps of two layers against gradients that change.
template <class Optimizer>
json trajectory(Optimizer o) {
  struct network : sequential<shape{3}, dense<2>, hepgan::tanh, dense<2>> {};  // weights of 6 and 4
  parameters<network, double> p;
  gradients<network, double> g;
  draw_weights(p, 6);
  typename Optimizer::template state<double> s(p.flat().size());
  json j{{"layers", {6, 4}}, {"start", copy(p.flat())}};
  for (std::uint32_t t = 0; t < 20; ++t) {
    std::ranges::copy(draw(p.flat().size(), 20 + t), g.flat().begin());
    optimizer_step(o, s, p, g);
    j["gradients"].push_back(copy(g.flat())), j["weights"].push_back(copy(p.flat()));
  }
  return j;
}

/// Three power iterations of a linear map.
template <class Map>
json power_iterations() {
  struct map : sequential<shape{3, 4, 4}, spectral_normed<Map>> {};
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
  json& c = all["critics"];
  c["convolutions"] = critic_cases<convolutions>();
  c["leaky"] = critic_cases<leaky>();
  c["transposed"] = critic_cases<transposed>();
  c["dense"] = critic_cases<dense_layers>();
  c["spectral-convolutions"] = critic_cases<normed<convolutions>>();
  c["spectral-transposed"] = critic_cases<normed<transposed>>();
  c["spectral-dense"] = critic_cases<normed<dense_layers>>();
  c["equalised"] = critic_cases<equalised_layers>();
  c["norms"] = critic_cases<norms>();
  c["batch-norm"] = critic_cases<batch_normed, false>();
  c["crelu"] = critic_cases<rectified>();
  c["planes"] = critic_cases<planes>();
  c["projection"] = critic_cases<projected>();
  json& of_embeddings = c["embedding"]["losses"];
  of_embeddings["optimal-transport"] = loss_case<embedding>(optimal_transport{{}, {5, 1e-13, 100000}});
  of_embeddings["sinkhorn"] = loss_case<embedding>(sinkhorn_divergence_of<euclidean_cost>{{}, {0.2, 1e-13, 100000}});
  json& o = all["optimizers"];
  const sgd with_momentum{0.1, 0.9};
  o["sgd"] = trajectory(sgd{0.1, 0});
  o["momentum"] = trajectory(with_momentum);
  o["rmsprop"] = trajectory(rmsprop{0.01, 0.9, 1e-8});
  o["adam"] = trajectory(adam{0.01, 0.5, 0.9, 1e-8});
  o["adamw"] = trajectory(adamw{{0.01, 0.5, 0.9, 1e-8}, 0.1});
  o["gradient-clipped"] = trajectory(gradient_clipped<sgd>{with_momentum, 1.5});
  o["weight-clipped"] = trajectory(weight_clipped<rmsprop>{{0.01, 0.9, 1e-8}, 0.5});
  o["lars"] = trajectory(lars{with_momentum, 0.02, 0.5});
  o["larc"] = trajectory(lars{with_momentum, 0.2, 0.05, true});
  o["cosine"] = trajectory(scheduled<adam, cosine_decay>{{0.01, 0.5, 0.9, 1e-8}, {20, 0.1}});
  o["half-life"] = trajectory(decaying<sgd>{with_momentum, {7}});
  o["warmup"] = trajectory(scheduled<sgd, linear_warmup>{with_momentum, {8}});
  o["decay"] = trajectory(scheduled<sgd, linear_decay>{with_momentum, {5, 15}});
  json& s = all["spectral"];
  s["dense"] = power_iterations<dense<5>>();
  s["convolution"] = power_iterations<conv2d<5, kernel<3>>>();
  s["transposed"] = power_iterations<conv2d_transpose<5, kernel<3>, stride<2>>>();
  std::ofstream(argv[1]) << all;
}
