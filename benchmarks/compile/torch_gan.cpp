// examples/02 in PyTorch's C++ interface: what a physicist would compile without hepgan.
#include <torch/torch.h>

using namespace torch::nn;

Conv2dOptions down(int from, int to) { return Conv2dOptions(from, to, 4).stride(2).padding(1); }
ConvTranspose2dOptions up(int from, int to) {
  return ConvTranspose2dOptions(from, to, 4).stride(2).padding(1).bias(false);
}

int main() {
  Sequential generator(ConvTranspose2d(ConvTranspose2dOptions(16, 32, 4).bias(false)), BatchNorm2d(32), ReLU(),
                       ConvTranspose2d(up(32, 16)), BatchNorm2d(16), ReLU(), ConvTranspose2d(up(16, 1)), Sigmoid());
  const LeakyReLUOptions leaky = LeakyReLUOptions().negative_slope(0.2);
  Sequential critic(Conv2d(down(1, 16)), LeakyReLU(leaky), Conv2d(down(16, 32)), LeakyReLU(leaky),
                    Conv2d(Conv2dOptions(32, 1, 4)));
  const auto adam = torch::optim::AdamOptions(1e-3).betas({0, 0.99});
  torch::optim::Adam of_generator(generator->parameters(), adam), of_critic(critic->parameters(), adam);
  for (int step = 0; step < 2400; ++step) {
    const auto real = torch::rand({64, 1, 16, 16}).requires_grad_();
    const auto fake = generator->forward(torch::randn({64, 16, 1, 1}));
    of_critic.zero_grad();
    const auto score = critic->forward(real);
    const auto slope = torch::autograd::grad({score.sum()}, {real}, {}, true, true)[0];  // R1
    (torch::softplus(-score).mean() + torch::softplus(critic->forward(fake.detach())).mean() +
     0.5 / 64 * slope.square().sum())
        .backward();
    of_critic.step();
    of_generator.zero_grad();
    torch::softplus(-critic->forward(fake)).mean().backward();
    of_generator.step();
  }
  torch::save(generator, "generator.pt");
}
