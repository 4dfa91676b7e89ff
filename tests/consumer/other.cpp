// A second translation unit: what a header defines, it defines inline.
#include <hepgan/dcgan.hpp>

int other() { return hepgan::dcgan_generator<hepgan::dcgan_options{.size = 16}>::output.size(); }
