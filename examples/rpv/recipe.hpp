// The numbers of a recipe. An option on the command line replaces one of them.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace rpv {

struct recipe {
  std::string name;
  int filters = 32, noise = 64, batch = 64, epochs = 64;
  double learning_rate = 1e-4, half_path = 0;  ///< learning rate · steps after which the rate halves; 0: it stays
  double beta1 = 0.5, beta2 = 0.999;
  double flip_rate = 0;                       ///< share of batches whose labels are swapped in the critic's step
  int critic_steps = 1, generator_steps = 1;  ///< in a cycle
  int compared_batches = 1;                   ///< that a batch is cut into
  double penalty_weight = 0;                  ///< on the critic's gradient: γ of R1, λ of WGAN-GP; β of a VAE
  double jet_weight = 0;                      ///< of the penalty on jets
  double cell_weight = 0;                     ///< of the penalty on total energy and numbers of cells
  double region_weight = 0;                   ///< of the penalty on the energy of regions and rows
  double pair_weight = 0;                     ///< of the penalty on pairs of cells
  double balance_weight = 0;                  ///< of the penalty on missing transverse energy
  double mass_weight = 0;                     ///< of the penalty on masses of pairs of cells
  std::string matched_by = "cramer";          ///< how observables of events are held to real ones: cramer, moments, mmd
  double image_norm = 4e6;                    ///< MeV that become 1
  std::string transform = "linear";           ///< of energies to pixels: linear, sqrt, log, power:P
  double ema = 0;                        ///< decay of the generator's moving average, which is what samples; 0: none
  double threshold = 0;                  ///< of the generator's output, in units of image_norm, before the transform
  bool grows = false;                    ///< from small images to large ones
  std::string decision = "probability";  ///< what its critic gives an event, as its loss calls it
  std::int64_t level_steps = 0;          ///< of training before a network grows; 0: an eighth of the run
  std::string augment = "none";          ///< how real events are turned while they are read: none, phi, eta, phi,eta
  std::string conditions = {};  ///< fields of an event that its networks are told, (FIELD-OFFSET)/SCALE,…; or none
  std::vector<std::string> without = {};  ///< options that would change nothing, since this recipe has no such part

  /// Whether an option of `rpv train` would change anything.
  bool takes(std::string_view option) const {
    return option == "level-steps" ? grows : std::ranges::find(without, option) == without.end();
  }
  /// Of all that is held to real events.
  double weight_of_events() const {
    return jet_weight + cell_weight + region_weight + pair_weight + balance_weight + mass_weight;
  }
};

}  // namespace rpv
