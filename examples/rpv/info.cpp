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
    if (c.has("gan.steps")) std::cout << "steps       " << c.integer("gan.steps") << "\n";
    if (c.has("epoch")) std::cout << "epoch       " << c.integer("epoch") << "\n";
    std::cout << "\n" << load_generator(c)->summary();
    return 0;
  };
}

}  // namespace rpv
