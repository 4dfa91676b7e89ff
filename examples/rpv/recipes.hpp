// Recipes: every number of a training, by name. An option on the command line replaces one of them.
#pragma once
#include <map>
#include <string>

namespace rpv {

struct recipe {
  std::string name;
  int filters = 32, noise = 64, batch = 64, epochs = 64;
  double learning_rate = 1e-4, beta1 = 0.5, beta2 = 0.999;
  double flip_rate = 0;        ///< share of batches whose labels are swapped in the critic's step
  double image_norm = 4e6;     ///< MeV that become 1
  std::string transform = "linear";  ///< of energies to pixels: linear, sqrt, log, power:P
  double ema = 0;              ///< decay of the generator's moving average, which is what samples; 0: none
  double threshold = 1.25e-4;  ///< of the generator's output, in units of image_norm (before the transform): 500 MeV
};

/// The talk's, by name; `recommended` is what `rpv train` takes when nothing is said.
inline const std::map<std::string, recipe>& recipes() {
  static const std::map<std::string, recipe> all = [] {
    recipe talk{.name = "talk"};
    recipe recommended = talk;
    recommended.name = "recommended";
    recommended.flip_rate = 0.0139;   // the talk's second good trial, at f=32 and noise 64
    recommended.transform = "sqrt";   // soft cells weigh more: jets appear within a thousand steps
    recommended.ema = 0.99;           // evens out the jumps from epoch to epoch
    recommended.learning_rate = 2e-4;
    return std::map<std::string, recipe>{{"talk", talk}, {"recommended", recommended}};
  }();
  return all;
}

}  // namespace rpv
