// The settings of one training: from a recipe, the command line, or the run that is resumed.
#pragma once
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>

#include "recipes.hpp"

namespace rpv {

struct settings {
  recipe how;
  std::vector<std::string> data;  ///< files; empty: built-in events
  std::filesystem::path out;
  double validation_fraction = 0.1;
  std::string select;
  std::int64_t events = 20000;  ///< built-in events, when there are no files
  std::uint64_t seed = 1;
  int threads = 0;
  bool resume = false;
};

/// What must stay the same when a run is resumed, by option: all but --epochs and where files lie.
inline nlohmann::ordered_json fixed_settings(const settings& s) {
  return {{"recipe", s.how.name},
          {"filters", s.how.filters},
          {"noise", s.how.noise},
          {"batch", s.how.batch},
          {"lr", s.how.learning_rate},
          {"flip-rate", s.how.flip_rate},
          {"image-norm", s.how.image_norm},
          {"threshold", s.how.threshold},
          {"transform", s.how.transform},
          {"ema", s.how.ema},
          {"validation-fraction", s.validation_fraction},
          {"select", s.select},
          {"seed", s.seed},
          {"threads", s.threads}};
}

namespace detail {

template <class T>
void expect(bool good, const char* option, T found, const char* expected) {
  if (good) return;
  std::string text;
  if constexpr (std::is_floating_point_v<T>) text = nlohmann::json(found).dump();
  else text = std::to_string(found);
  throw hepgan::error(std::string("--") + option + ": found " + text + ", expected " + expected);
}

}  // namespace detail

inline void check(const settings& s) {
  using detail::expect;
  const recipe& r = s.how;
  expect(r.epochs >= 1, "epochs", r.epochs, "at least 1");
  expect(r.batch >= 2 && r.batch <= 65536, "batch", r.batch, "2 to 65536");
  expect(r.learning_rate > 0 && std::isfinite(r.learning_rate), "lr", r.learning_rate, "a positive number");
  expect(r.flip_rate >= 0 && r.flip_rate <= 1, "flip-rate", r.flip_rate, "0 to 1");
  expect(r.image_norm > 0 && std::isfinite(r.image_norm), "image-norm", r.image_norm, "a positive number of MeV");
  expect(r.ema >= 0 && r.ema < 1, "ema", r.ema, "from 0 to below 1");
  expect(r.threshold >= 0 && r.threshold < 1, "threshold", r.threshold, "from 0 to below 1");
  expect(s.validation_fraction > 0 && s.validation_fraction < 1, "validation-fraction", s.validation_fraction,
         "between 0 and 1");
  expect(s.events >= 1, "events", s.events, "at least 1");
  expect(s.threads >= 0 && s.threads <= 4096, "threads", s.threads, "0 (all cores) to 4096");
}

}  // namespace rpv
