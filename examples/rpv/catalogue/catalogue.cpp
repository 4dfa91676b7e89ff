// Looks networks up in the list that this program was built with, and says how to add one.
#include "model.hpp"

namespace rpv {
namespace {

std::string title(const std::string& recipe, int filters, int noise) {
  return recipe + "/" + std::to_string(filters) + "x" + std::to_string(noise);
}

}  // namespace

recipe numbers_of(const std::string& name) {
  std::string there;
  for (const auto numbers : all_recipes()) {
    recipe r = numbers();
    if (r.name == name) return r;
    there += (there.empty() ? "" : ", ") + r.name;
  }
  throw hepgan::error("--recipe: found " + name + ", expected one of " + there +
                      "; another is another struct in examples/rpv/catalogue/recipes.hpp");
}

const offer& find(const std::string& recipe, int filters, int noise) {
  std::string there;
  for (const offer* o : catalogue()) {
    const std::string name = o->numbers().name;
    if (name == recipe && o->filters == filters && o->noise == noise) return *o;
    there += title(name, o->filters, o->noise) + ";";
  }
  const std::string wanted = title(recipe, filters, noise);
  throw no_such_network("network: found " + wanted + ", expected one that this program was built with: " +
                        (there.empty() ? "none" : there.substr(0, there.size() - 1)) +
                        " (recipe/filters x noise); in its build folder, cmake . -D HEPGAN_RPV_CATALOGUE=\"" + there +
                        wanted + "\" and cmake --build . --target rpv add it");
}

std::unique_ptr<generator> load_generator(const hepgan::checkpoint& c) {
  const auto number = [&](const char* name) { return static_cast<int>(c.integer(name)); };
  try {
    return find(c.text("recipe"), number("filters"), number("noise")).load(c);
  } catch (const no_such_network& e) {
    throw no_such_network(c.path() + ": " + e.what());
  }
}

}  // namespace rpv
