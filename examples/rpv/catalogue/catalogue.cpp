// The list of networks that this program was built with; HEPGAN_RPV_CATALOGUE in CMake says which.
#include <algorithm>
#include <vector>

#include "model.hpp"

namespace rpv {

#define RPV_NETWORK(recipe, filters, noise) extern const offer recipe##_##filters##x##noise;
#include "catalogue.def"
#undef RPV_NETWORK

namespace {

std::string title(const std::string& recipe, int filters, int noise) {
  return recipe + "/" + std::to_string(filters) + "x" + std::to_string(noise);
}

}  // namespace

std::span<const offer* const> catalogue() {
#define RPV_NETWORK(recipe, filters, noise) &recipe##_##filters##x##noise,
  static const offer* const all[] = {
#include "catalogue.def"
  };
#undef RPV_NETWORK
  return all;
}

recipe numbers_of(const std::string& name) {
  std::vector<std::string> names;
  for (const offer* o : catalogue()) {
    if (o->numbers().name == name) return o->numbers();
    if (std::ranges::find(names, o->numbers().name) == names.end()) names.push_back(o->numbers().name);
  }
  std::string there;
  for (const auto& n : names) there += " " + n;
  throw hepgan::error("--recipe: found " + name + ", expected one of" + there);
}

const offer& find(const std::string& recipe, int filters, int noise) {
  std::string there;
  for (const offer* o : catalogue()) {
    if (o->numbers().name == recipe && o->filters == filters && o->noise == noise) return *o;
    there += " " + title(o->numbers().name, o->filters, o->noise);
  }
  const std::string wanted = title(recipe, filters, noise);
  throw hepgan::error("network " + wanted + " (recipe/filters x noise) is not in this program, which was built with" +
                      there + "; build it again after cmake -D HEPGAN_RPV_CATALOGUE=\"...;" + wanted +
                      "\" in its build folder");
}

std::unique_ptr<generator> load_generator(const hepgan::checkpoint& c) {
  return find(c.text("recipe"), static_cast<int>(c.integer("filters")), static_cast<int>(c.integer("noise"))).load(c);
}

}  // namespace rpv
