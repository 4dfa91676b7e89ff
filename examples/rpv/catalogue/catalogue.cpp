// Looks networks up in the list that this program was built with, and says how to add one.
#include <algorithm>

#include "model.hpp"

namespace rpv {
namespace {

std::string title(const std::string& recipe, int filters, int noise) {
  return recipe + "/" + std::to_string(filters) + "x" + std::to_string(noise);
}

/// The networks that there are, and the line that adds another.
[[noreturn]] void refuse(const std::string& found, const std::string& wanted) {
  std::string there;
  for (const offer* o : catalogue()) there += title(o->numbers().name, o->filters, o->noise) + ";";
  throw hepgan::error(found + ", expected one that this program was built with: " + there.substr(0, there.size() - 1) +
                      " (recipe/filters x noise); in its build folder, cmake . -D HEPGAN_RPV_CATALOGUE=\"" + there +
                      wanted + "\" and cmake --build . --target rpv add it");
}

}  // namespace

recipe numbers_of(const std::string& name) {
  if (std::ranges::find(recipe_names(), name) == recipe_names().end()) {
    std::string there;
    for (const char* known : recipe_names()) there += std::string(there.empty() ? "" : ", ") + known;
    throw hepgan::error("--recipe: found " + name + ", expected one of " + there +
                        "; another is another struct in examples/rpv/catalogue/recipes.hpp");
  }
  for (const offer* o : catalogue())
    if (o->numbers().name == name) return o->numbers();
  refuse("--recipe: found " + name, title(name, recipe{}.filters, recipe{}.noise));
}

const offer& find(const std::string& recipe, int filters, int noise) {
  for (const offer* o : catalogue())
    if (o->numbers().name == recipe && o->filters == filters && o->noise == noise) return *o;
  const std::string wanted = title(recipe, filters, noise);
  refuse("network: found " + wanted, wanted);
}

std::unique_ptr<generator> load_generator(const hepgan::checkpoint& c) {
  return find(c.text("recipe"), static_cast<int>(c.integer("filters")), static_cast<int>(c.integer("noise"))).load(c);
}

}  // namespace rpv
