// The settings of one training, and the one table of its options: the command line, what a resumed run keeps, and what
// is refused all follow from it.
#pragma once
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <hepgan/core/error.hpp>
#include <hepgan/data/augmentation.hpp>
#include <hepgan/data/conditions.hpp>
#include <hepgan/data/transform.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "classifier.hpp"
#include "recipe.hpp"

namespace rpv {

struct settings {
  recipe how;
  std::vector<std::string> data;  ///< files; empty: built-in events
  std::filesystem::path out;
  double validation_fraction = 0.1;
  std::string select, leave_out;
  std::int64_t classifier_events = 500;
  std::string choose_by;        ///< jets or images; empty: what most of the events have
  std::int64_t events = 20000;  ///< built-in events, when there are no files
  std::uint64_t seed = 1;
  int threads = 0;
  bool resume = false;
};

/// What a number must be.
struct requirement {
  bool (*holds)(double) = [](double) { return true; };
  const char* words = "";
};

/// Of events that are made: images of more are terabytes.
inline constexpr requirement event_count{[](double n) { return n >= 1 && n <= 1e8; }, "1 to 100000000"};
/// --n of a command that makes them.
inline void expect_events(std::int64_t n) {
  if (!event_count.holds(static_cast<double>(n)))
    throw hepgan::error("--n: found " + std::to_string(n) + ", expected " + event_count.words);
}

/// One option of `rpv train`: a number of the recipe, or a setting of the run.
template <class Owner, class T>
struct option {
  const char *name, *text;
  T Owner::*member;
  requirement must{};
  bool fixed = true;  ///< a resumed run keeps it

  using type = T;
  T& of(settings& s) const {
    if constexpr (std::is_same_v<Owner, recipe>)
      return s.how.*member;
    else
      return s.*member;
  }
};
template <class Owner, class T>  // clang 14 wants to be told
option(const char*, const char*, T Owner::*, requirement = {}, bool = true)->option<Owner, T>;

namespace detail {

inline constexpr requirement positive{[](double v) { return v > 0 && std::isfinite(v); }, "a positive number"};
inline constexpr requirement not_negative{[](double v) { return v >= 0 && std::isfinite(v); }, "a number from 0 on"};
inline constexpr requirement at_least_one{[](double v) { return v >= 1; }, "at least 1"};
inline constexpr requirement a_share{[](double v) { return v >= 0 && v <= 1; }, "0 to 1"};
inline constexpr requirement below_one{[](double v) { return v >= 0 && v < 1; }, "from 0 to below 1"};

}  // namespace detail

/// A number in the shortest form that reads back the same; JSON has none for NaN.
template <class T>
std::string text_of(T value) {
  if constexpr (std::is_floating_point_v<T>)
    if (!std::isfinite(value)) return std::to_string(value);
  return nlohmann::json(value).dump();
}

/// f(option) for each.
template <class F>
void each_option(F f) {
  using namespace detail;
  f(option{"filters", "filters next to the image", &recipe::filters, at_least_one});
  f(option{"noise", "latent numbers", &recipe::noise, at_least_one});
  f(option{"batch", "events per step", &recipe::batch,
           requirement{[](double v) { return v >= 2 && v <= 65536; }, "2 to 65536"}});
  f(option{"epochs", "epochs", &recipe::epochs, at_least_one, false});
  f(option{"lr", "learning rate", &recipe::learning_rate, positive});
  f(option{"lr-half-path", "the sum over steps of the learning rate after which it halves; 0: it stays",
           &recipe::half_path, not_negative});
  f(option{"beta1", "Adam's decay of the mean", &recipe::beta1, below_one});
  f(option{"beta2", "Adam's decay of the square", &recipe::beta2, below_one});
  f(option{"flip-rate", "probability, per batch, that labels are swapped for the critic", &recipe::flip_rate, a_share});
  f(option{"critic-steps", "critic steps in a cycle, for each generator step or more", &recipe::critic_steps,
           at_least_one});
  f(option{"generator-steps", "generator steps in a cycle", &recipe::generator_steps, at_least_one});
  f(option{
      "penalty-weight",
      "weight of the penalty on the critic's gradient, which its loss as told contains; for vae of the divergence, "
      "beta",
      &recipe::penalty_weight, not_negative});
  f(option{"jet-weight", "weight of the distance between generated and real jets", &recipe::jet_weight, not_negative});
  f(option{"cell-weight", "weight of the distance between generated and real energies and numbers of cells",
           &recipe::cell_weight, not_negative});
  f(option{"region-weight",
           "weight of the distance between generated and real energies of regions and of rows of cells",
           &recipe::region_weight, not_negative});
  f(option{"pair-weight", "weight of the distance between generated and real two-point correlations",
           &recipe::pair_weight, not_negative});
  f(option{"balance-weight", "weight of the distance between generated and real missing transverse energies",
           &recipe::balance_weight, not_negative});
  f(option{"mass-weight", "weight of the distance between generated and real masses of pairs of cells",
           &recipe::mass_weight, not_negative});
  f(option{"match", "what holds those to real ones: cramer (distributions), moments, or mmd (joint distributions)",
           &recipe::matched_by});
  f(option{"image-norm", "MeV that become 1", &recipe::image_norm,
           requirement{[](double v) { return v > 0 && std::isfinite(v); }, "a positive number of MeV"}});
  f(option{"threshold", "output threshold in units of image-norm; 500 MeV / image-norm when not given",
           &recipe::threshold, below_one});
  f(option{"transform", "energies to pixels: linear, sqrt, log or power:P", &recipe::transform});
  f(option{"level-steps", "steps before the networks grow to the next level; 0: an eighth of the run",
           &recipe::level_steps, not_negative});
  f(option{"augment", "how real events are turned while they are read: none, phi, eta or phi,eta", &recipe::augment});
  f(option{"ema", "decay of the generator's moving average, which is what samples; 0: none", &recipe::ema, below_one});
  f(option{"conditions", "fields of an event that its networks are told, as (FIELD-OFFSET)/SCALE,...",
           &recipe::conditions});
  f(option{"data", "files of events (HDF5 or NumPy); built-in events when not given", &settings::data, {}, false});
  f(option{"events", "built-in events made when there is no --data [20000]", &settings::events, event_count});
  f(option{"validation-fraction", "share of the events kept for choosing the epoch [0.1]",
           &settings::validation_fraction, requirement{[](double v) { return v > 0 && v < 1; }, "between 0 and 1"}});
  f(option{"select", "use only events where this field is true", &settings::select});
  f(option{"leave-out", "neither train nor validate on events of this point, such as mGlu=1400,mNeu=850",
           &settings::leave_out});
  f(option{
      "choose-by",
      "what the best epoch is chosen by: jets (ks_comb) or images (ks_images); images when not given and fewer than "
      "half of the events have a jet",
      &settings::choose_by});
  f(option{"classifier-events",
           "first events of each kind that small networks learn to tell apart after an epoch; 0: none [500]",
           &settings::classifier_events});
  f(option{"seed", "seed of everything [1]", &settings::seed});
  f(option{"threads", "threads; all cores when not given", &settings::threads,
           requirement{[](double v) { return v >= 0 && v <= 4096; }, "0 (all cores) to 4096"}});
}

/// What must stay the same when a run is resumed, by option.
inline nlohmann::ordered_json fixed_settings(settings s) {
  nlohmann::ordered_json j{{"recipe", s.how.name}};
  each_option([&](const auto& o) {
    if (o.fixed) j[o.name] = o.of(s);
  });
  return j;
}

/// The settings of a run, from one of its files: run.json has all, last.ckpt what is fixed.
inline settings from_run(const nlohmann::ordered_json& j, const std::string& file) try {
  settings s;
  s.how.name = j.at("recipe");
  each_option([&](const auto& o) {
    if (o.fixed || j.contains(o.name)) j.at(o.name).get_to(o.of(s));
  });
  return s;
} catch (const nlohmann::json::exception&) {
  throw hepgan::error(file + ": found the settings of another version of rpv, expected those of this one");
}

/// What make() makes; what it refuses is told as this option's.
template <class Make>
auto of_option(const char* option, Make make) {
  try {
    return make();
  } catch (const hepgan::error& e) {
    throw hepgan::error(std::string(option) + ": " + e.what());
  }
}
inline std::vector<hepgan::data::field_value> left_out(const settings& s) {
  if (s.leave_out.empty()) return {};
  return of_option("--leave-out", [&] { return hepgan::data::field_values(s.leave_out); });
}

/// Whether an option asks for images; else for jets.
inline bool by_images(const char* option, const std::string& by) {
  if (by != "jets" && by != "images")
    throw hepgan::error(std::string(option) + ": found " + by + ", expected jets or images");
  return by == "images";
}

/// Refuses pixels whose energies no float holds: those of an untrained generator go up to 8 or so.
inline void expect_energies(const recipe& r) {
  const hepgan::data::energy_transform transform(r.transform, r.image_norm);
  const auto expect = [](const char* options, double pixel, double energy) {
    using limits = std::numeric_limits<float>;
    if (!(energy >= limits::min() && energy <= limits::max()))
      throw hepgan::error(std::string(options) + ": found " + text_of(energy) + " MeV for a pixel of " +
                          text_of(pixel) + ", expected energies of " + text_of(limits::min()) + " to " +
                          text_of(limits::max()));
  };
  expect("--image-norm, --transform", 8, transform.energy(8));
  const double cut = transform.pixel(r.threshold * r.image_norm);
  if (cut > 0) expect("--threshold", cut, transform.energy(cut));
}

/// Refuses what no training can have.
inline void check(settings s) {
  of_option("--transform", [&] { return hepgan::data::energy_transform(s.how.transform); });
  of_option("--augment", [&] { return hepgan::data::augmentation(s.how.augment); });
  of_option("--conditions", [&] { return hepgan::data::condition_scale(s.how.conditions); });
  left_out(s);
  expect_classifier_events(s.classifier_events);
  if (s.how.batch % s.how.compared_batches != 0)
    throw hepgan::error("--batch: found " + std::to_string(s.how.batch) + ", expected a multiple of the " +
                        std::to_string(s.how.compared_batches) + " batches that recipe " + s.how.name + " compares");
  if (const auto& by = s.how.matched_by; by != "cramer" && by != "moments" && by != "mmd")
    throw hepgan::error("--match: found " + (by.empty() ? "nothing" : by) + ", expected cramer, moments or mmd");
  if (!s.choose_by.empty()) by_images("--choose-by", s.choose_by);
  each_option([&](const auto& o) {
    using type = typename std::remove_cvref_t<decltype(o)>::type;
    if constexpr (std::is_arithmetic_v<type>)
      if (!o.must.holds(static_cast<double>(o.of(s))))
        throw hepgan::error(std::string("--") + o.name + ": found " + text_of(o.of(s)) + ", expected " + o.must.words);
  });
}

}  // namespace rpv
