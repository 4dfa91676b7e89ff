// What the program's commands see of a network: the catalogue hides its type, so that each is compiled once, in a
// translation unit of its own.
#pragma once
#include <cstdint>
#include <functional>
#include <hepgan/core/rows.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/data/conditions.hpp>
#include <hepgan/io/checkpoint.hpp>
#include <hepgan/train/train.hpp>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "recipe.hpp"

namespace rpv {

inline constexpr hepgan::shape image{1, 64, 64};
inline constexpr double calorimeter_cut = 500;  ///< MeV: cells below are off

/// A generator, for sampling.
class generator {
 public:
  virtual ~generator() = default;
  /// Events [first, first + n) of the seed, in MeV, and of these conditions, a row for each.
  virtual void sample(std::uint64_t seed, std::uint64_t first, std::int64_t n, std::span<float> images,
                      std::span<const float> conditions) = 0;
  /// What it takes beside latent numbers; none: conditions are empty.
  virtual const hepgan::data::condition_scale& conditions() const {
    static const hepgan::data::condition_scale none;
    return none;
  }
  /// Cells below are off, in MeV.
  virtual double threshold() const = 0;
  virtual std::string summary() const = 0;
};

/// Both networks with their optimizers, for training.
class trainer {
 public:
  virtual ~trainer() = default;
  virtual int batch() const = 0;
  virtual hepgan::step_result step(std::span<const float> pixels, std::span<const float> conditions) = 0;
  /// With the generator as it would be saved now: events [first, first + n) of the seed, in MeV, and of these
  /// conditions.
  virtual void sample(std::uint64_t seed, std::uint64_t first, std::int64_t n, std::span<float> images,
                      std::span<const float> conditions) = 0;
  virtual void save_generator(hepgan::checkpoint&) = 0;  ///< what samples, with all that `load_generator` reads
  virtual void save_critic(hepgan::checkpoint&) const = 0;
  virtual void save_training(hepgan::checkpoint&) const = 0;  ///< both networks, moments and step count
  virtual void load(const hepgan::checkpoint&) = 0;           ///< the generator and the training
  virtual bool finite() const = 0;  ///< whether all weights and running statistics are numbers
  virtual std::size_t bytes() const = 0;
};

/// What is known of events, whatever the network: a penalty on generated pixels of these conditions, or none.
struct event_penalty {
  std::function<double(hepgan::rows<const float>, hepgan::rows<float>, hepgan::rows<const float>)> function;
  double operator()(hepgan::rows<const float> events, hepgan::rows<float> gradient,
                    hepgan::rows<const float> conditions) const {
    return function ? function(events, gradient, conditions) : 0;
  }
};

/// One network of the catalogue.
struct offer {
  recipe (*numbers)();
  int filters, noise, conditions;
  /// The conditions, rows of them, are those that the generator's statistics at rest are of.
  std::unique_ptr<trainer> (*train)(const recipe&, std::uint64_t seed, event_penalty, std::vector<float> conditions);
  std::unique_ptr<generator> (*load)(const hepgan::checkpoint&);
};

/// A network outside the catalogue was asked for.
struct no_such_network : hepgan::error {
  using hepgan::error::error;
};
/// The networks that this program was built with; asking for another says which there are and how to add one.
std::span<const offer* const> catalogue();
const offer& find(const std::string& recipe, int filters, int noise);
/// The numbers of each recipe, whether or not a network of it was built.
std::span<recipe (*const)()> all_recipes();
recipe numbers_of(const std::string& name);
/// The generator that a checkpoint holds.
std::unique_ptr<generator> load_generator(const hepgan::checkpoint&);

}  // namespace rpv
