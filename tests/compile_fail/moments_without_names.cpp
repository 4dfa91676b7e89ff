// expects: hepgan: this is not an optimizer: optim/optimizer.hpp says what one is
#include <hepgan/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
template <class Real>
struct bare {  // spans, as moments were before they had names
  std::int64_t steps = 0;
  std::vector<Real> velocity;
  explicit bare(std::size_t n) : velocity(n) {}
  std::array<std::span<Real>, 1> blocks() { return {std::span<Real>(velocity)}; }
};
#else
template <class Real>
using bare = sgd::state<Real>;
#endif
struct descent : sgd {
  template <class Real>
  using state = bare<Real>;
};
constexpr dcgan_options small{.size = 16, .channels = 1, .filters = 8, .noise = 16};
int main() {
  gan<dcgan_generator<small>, dcgan_critic<small>, standard_gan, descent> g(4, {}, 1);
  return g.step(std::vector<float>(4 * 16 * 16)).critic_loss > 0 ? 0 : 1;
}
