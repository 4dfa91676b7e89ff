// rpv info: what a checkpoint holds.
#include <iostream>

#include "commands.hpp"
#include "model.hpp"

namespace rpv {

command add_info(CLI::App& app) {
  auto path = std::make_shared<std::string>();
  app.add_option("checkpoint", *path, "a checkpoint of rpv train")->required();
  return [path] {
    const auto c = hepgan::checkpoint::read(*path);
    std::cout << "recipe      " << c.text("recipe") << "\nfilters     " << c.integer("filters") << "\nnoise       "
              << c.integer("noise") << "\nimage norm  " << c.real("image_norm") << " MeV\ntransform   "
              << c.text("transform") << "\n";
    if (c.has("conditions")) std::cout << "conditions  " << c.text("conditions") << "\n";
    if (c.has("training.steps")) std::cout << "steps       " << c.integer("training.steps") << "\n";
    if (c.has("position.epoch")) std::cout << "epoch       " << c.integer("position.epoch") << "\n";
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
