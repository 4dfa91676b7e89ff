// expects: hepgan: the critic's input is not what the generator makes
#include <hepgan/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr int size = 32;
#else
constexpr int size = 16;
#endif
using generator = dcgan_generator<dcgan_options{.size = 16}>;
using critic = dcgan_critic<dcgan_options{.size = size}>;
int main() { return sizeof(gan<generator, critic, standard_gan, adam>) > 0 ? 0 : 1; }
