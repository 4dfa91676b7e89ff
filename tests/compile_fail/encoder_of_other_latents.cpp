// expects: hepgan: an encoder's output is two numbers, mean and log variance, for each latent number
#include <hepgan/models/vae.hpp>
#include <hepgan/train/vae.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr int noise = 8;
#else
constexpr int noise = 16;
#endif
using encoder = vae_encoder<dcgan_options{.size = 16, .noise = noise}>;
using decoder = vae_decoder<dcgan_options{.size = 16, .noise = 16}>;
int main() { return sizeof(vae<encoder, decoder>) > 0 ? 0 : 1; }
