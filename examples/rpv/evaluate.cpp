// rpv evaluate: jets of real and generated images compared, and what networks make of them.
#include <cstdio>
#include <hepgan/io/event_file.hpp>
#include <iostream>
#include <optional>

#include "classifier.hpp"
#include "commands.hpp"
#include "figures.hpp"
#include "json_result.hpp"
#include "mass_points.hpp"
#include "measured.hpp"
#include "model.hpp"
#include "read_pieces.hpp"
#include "table.hpp"

namespace rpv {
namespace {

struct options {
  std::string real, fake, json;
  std::optional<std::int64_t> n;
  std::int64_t classifier_events = default_classifier_events;
  int threads = 0;
};

/// What a file's events come to, read in pieces: it may be larger than memory. The first ones are kept.
struct measured_file : measured {
  std::vector<float> first;

  measured_file(const std::string& path, std::optional<std::int64_t> n, std::int64_t kept) {
    hepgan::io::event_file file(path);
    file.expect(image);
    read_pieces(file, std::min(n.value_or(file.size()), file.size()), [&](std::int64_t at, std::span<const float> all) {
      add(all);
      const std::int64_t here = static_cast<std::int64_t>(all.size()) / image.size();
      const auto more = std::clamp<std::int64_t>(kept - at, 0, here) * image.size();
      first.insert(first.end(), all.begin(), all.begin() + more);
    });
  }
};

void print_correlations(const hepgan::physics::comparison& c) {
  using hepgan::physics::correlated;
  std::printf("\n%-22s", "correlations, real");
  for (const auto* o : correlated) std::printf(" %9s", o->name);
  std::printf("\n");
  for (const auto* m : {&c.real_correlations, &c.fake_correlations}) {
    if (m == &c.fake_correlations) std::printf("generated\n");
    for (std::size_t k = 0; k < correlated.size(); ++k) {
      std::printf("  %-20s", correlated[k]->name);
      for (const double r : (*m)[k]) std::printf(" %9s", number(std::round(1000 * r) / 1000).c_str());
      std::printf("\n");
    }
  }
}

nlohmann::ordered_json correlations_of(const hepgan::physics::comparison& c) {
  nlohmann::ordered_json all{{"observables", nlohmann::ordered_json::array()}};
  for (const auto* o : hepgan::physics::correlated) all["observables"].push_back(o->name);
  all["real"] = c.real_correlations, all["generated"] = c.fake_correlations;
  return all;
}

void print(const char* name, const hepgan::auc_estimate& a, const hepgan::auc_estimate& floor) {
  std::printf("%-22s %9.4f +- %.4f, real against real %.4f +- %.4f\n", name, a.value, a.error, floor.value,
              floor.error);
}

/// Where both files say what masses their events have, and these are not all the same: figures at each point of both.
nlohmann::ordered_json compare_points(const options& o, const measured& real_events, const measured& fake_events) {
  auto all = nlohmann::ordered_json::array();
  const hepgan::io::event_file real_file(o.real), fake_file(o.fake);
  if (!has_masses(real_file) || !has_masses(fake_file)) return all;
  const auto real = by_point(real_file, real_events.jets), fake = by_point(fake_file, fake_events.jets);
  if (real.size() + fake.size() <= 2) return all;
  std::printf("\n%9s %9s %9s %9s %9s\n", "mGlu", "mNeu", "real", "generated", "ks_comb");
  for (const auto& [point, jets] : real)
    if (const auto at = fake.find(point); at != fake.end()) {
      const auto c = hepgan::physics::compare(jets, at->second);
      nlohmann::ordered_json row{{"mGlu", point.first}, {"mNeu", point.second}};
      row.update(figures(c));
      all.push_back(row);
      std::printf("%9g %9g %9lld %9lld %9.2f\n", point.first, point.second, static_cast<long long>(c.n_real),
                  static_cast<long long>(c.n_fake), c.ks_comb);
    }
  return all;
}

/// So few events hide what more would show: the distance D whose p is 1 %, as 2·exp(−2·e·D²) with e = n₁n₂/(n₁+n₂).
void caution_of_few(const hepgan::physics::comparison& c) {
  if (double(std::min(c.n_real, c.n_fake)) >= hepgan::physics::ks_limit) return;
  const double e = double(c.n_real) * double(c.n_fake) / double(c.n_real + c.n_fake);
  const double least = std::min(1.0, std::sqrt(std::log(200) / (2 * e)));
  std::fprintf(stderr,
               "rpv: %lld real and %lld generated events are few: distributions whose distance D is below %.2f "
               "look alike to KS\n",
               static_cast<long long>(c.n_real), static_cast<long long>(c.n_fake), least);
}

int run(const options& o) {
  if (o.n && *o.n < 1) throw hepgan::error("--n: found " + std::to_string(*o.n) + ", expected at least 1");
  expect_classifier_events(o.classifier_events);
  use_threads(o.threads);
  json_result json(o.json, {o.real, o.fake});
  const measured_file real(o.real, o.n, o.classifier_events), fake(o.fake, o.n, o.classifier_events);
  const auto [c, cells] = compare(real, fake);
  if (o.n && std::min(c.n_real, c.n_fake) < *o.n)
    std::cerr << "rpv: the files hold fewer than --n " << *o.n << " events; " << c.n_real << " real and " << c.n_fake
              << " generated ones are compared; ks_comb grows with their number\n";
  caution_of_few(c);
  const auto told = tell_apart(real.first, fake.first, real.jets, fake.jets, o.classifier_events);
  if (!told && o.classifier_events > 0)
    std::cerr << "rpv: no classifier test: found " << std::min(real.first.size(), fake.first.size()) / image.size()
              << " events, expected at least " << fewest_told_apart << " of each\n";

  auto result = figures(c);
  result["real_no_jet_fraction"] = c.real_no_jet_fraction;
  result["occupancy"] = cells.fake_means[lit] / image.size();
  result["real_occupancy"] = cells.real_means[lit] / image.size();
  result.update(further_figures(c)), result.update(figures(cells));
  print_table({c, cells}, real, fake);
  for (const auto& [name, value] : result.items())
    if (name == "ks_comb" || name == "ks_images" || !(name.starts_with("ks_") || name.starts_with("w1_")))
      std::printf("%-22s %9s\n", name.c_str(), number(value.get<double>()).c_str());
  if (told) {
    result.update(figures(told));
    print("auc_images", told->images, told->images_floor), print("auc_features", told->features, told->features_floor);
  }
  print_correlations(c);
  result["correlations"] = correlations_of(c);
  if (auto points = compare_points(o, real, fake); !points.empty()) result["points"] = std::move(points);
  json.write(result);
  return 0;
}

}  // namespace

command add_evaluate(CLI::App& app) {
  auto o = std::make_shared<options>();
  app.add_option("--real", o->real, "events of the simulation (HDF5 or NumPy)")->required()->check(a_path());
  app.add_option("--fake", o->fake, "generated events")->required()->check(a_path());
  app.add_option("--n", o->n, "first events of each file that are used; all when not given")
      ->check(a_number<std::int64_t>());
  add_classifier_events(app, o->classifier_events);
  app.add_option("--json", o->json, "write the result to this file too, which is replaced, or to standard output (-)")
      ->check(a_path());
  app.add_option("--threads", o->threads, "threads; all cores when not given")->check(a_number<int>());
  return [o] { return run(*o); };
}

}  // namespace rpv
