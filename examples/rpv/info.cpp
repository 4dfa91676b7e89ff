// rpv info: what a checkpoint holds.
#include <iostream>
#include <sstream>

#include "commands.hpp"
#include "model.hpp"

namespace rpv {

command add_info(CLI::App& app) {
  auto path = std::make_shared<std::string>();
  app.add_option("checkpoint", *path, "a checkpoint of rpv train")->required();
  return [path] {
    const auto c = hepgan::checkpoint::read(*path);
    std::ostringstream told;  // all of it, or the one sentence that another file is worth
    told << "recipe      " << c.text("recipe") << "\nfilters     " << c.integer("filters") << "\nnoise       "
         << c.integer("noise") << "\nimage norm  " << c.real("image_norm") << " MeV\ntransform   "
         << c.text("transform") << "\n";
    if (c.has("conditions")) told << "conditions  " << c.text("conditions") << "\n";
    if (c.has("conditions.least"))
      told << "seen        " << c.text("conditions.least") << " to " << c.text("conditions.most") << "\n";
    if (c.has("training.steps")) told << "steps       " << c.integer("training.steps") << "\n";
    if (c.has("position.epoch")) told << "epoch       " << c.integer("position.epoch") << "\n";
    std::cout << told.str();
    try {
      const auto model = load_generator(c);
      std::cout << "threshold   " << model->threshold() << " MeV\n\n" << model->summary();
    } catch (const no_such_network&) {
      std::cout << "\nIts layers are told by a program that was built with this network.\n";
    }
    return 0;
  };
}

}  // namespace rpv
