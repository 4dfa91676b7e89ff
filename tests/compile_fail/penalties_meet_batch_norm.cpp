// expects: hepgan: batch norm mixes the events of a batch and has no second-order kernel
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/models/dcgan.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
#include <hepgan/penalty/penalties.hpp>
#include <hepgan/penalty/r1.hpp>
#include <hepgan/train/gan.hpp>
using namespace hepgan;

#ifdef FAULT
using norm = batch_norm;
#else
using norm = no_norm;
#endif
constexpr dcgan_options o{.size = 16};
using training = gan<dcgan_generator<o>, dcgan_critic<o, norm>, wasserstein, adam, penalties<gradient_penalty, r1>>;
int main() { return training(1, {}, 1).batch() - 1; }
