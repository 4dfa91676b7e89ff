// The list of networks that this program was built with; HEPGAN_RPV_CATALOGUE in CMake says which.
#include "model.hpp"

namespace rpv {

#define RPV_NETWORK(filters, noise) extern const offer network_##filters##x##noise;
#include "catalogue.def"
#undef RPV_NETWORK

std::span<const offer> catalogue() {
#define RPV_NETWORK(filters, noise) network_##filters##x##noise,
  static const offer all[] = {
#include "catalogue.def"
  };
#undef RPV_NETWORK
  return all;
}

const offer& find(int filters, int noise) {
  std::string there;
  for (const offer& o : catalogue()) {
    if (o.filters == filters && o.noise == noise) return o;
    there += " " + std::to_string(o.filters) + "x" + std::to_string(o.noise);
  }
  const std::string wanted = std::to_string(filters) + "x" + std::to_string(noise);
  throw hepgan::error("--filters and --noise: found " + wanted + ", but this program was built with" + there +
                      "; add " + wanted + " to HEPGAN_RPV_CATALOGUE (examples/rpv/CMakeLists.txt) and build again");
}

std::unique_ptr<generator> load_generator(const hepgan::checkpoint& c) {
  return find(static_cast<int>(c.integer("filters")), static_cast<int>(c.integer("noise"))).load(c);
}

}  // namespace rpv
