// expects: hepgan: the encoder takes another number of conditions than the decoder
#include <hepgan/models/vae.hpp>
#include <hepgan/train/vae.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr int told = 0;
#else
constexpr int told = 2;
#endif
using encoder = vae_encoder<dcgan_options{.size = 16, .noise = 16, .conditions = told}>;
using decoder = vae_decoder<dcgan_options{.size = 16, .noise = 16, .conditions = 2}>;
int main() { return sizeof(vae<encoder, decoder>) > 0 ? 0 : 1; }
