// rpv evaluate: jets of real and generated images, compared by Kolmogorov and Smirnov.
#include <cstdio>
#include <hepgan/core/file.hpp>
#include <hepgan/io/event_file.hpp>
#include <hepgan/physics/images.hpp>
#include <hepgan/physics/jets.hpp>
#include <iostream>
#include <optional>

#include "commands.hpp"
#include "figures.hpp"
#include "mass_points.hpp"
#include "model.hpp"

namespace rpv {
namespace {

struct options {
  std::string real, fake, json;
  std::optional<std::int64_t> n;
  int threads = 0;
};

/// What a file's events come to, read in pieces: it may be larger than memory.
struct measured {
  hepgan::physics::jet_samples jets;
  double occupancy = 0;
};

measured measure(const std::string& path, std::optional<std::int64_t> n) {
  hepgan::io::event_file file(path);
  file.expect(image);
  const std::int64_t count = std::min(n.value_or(file.size()), file.size());
  constexpr std::int64_t piece = 4096;
  std::vector<float> images;
  measured all;
  for (std::int64_t first = 0; first < count; first += piece) {
    const std::int64_t here = std::min(piece, count - first);
    images.resize(static_cast<std::size_t>(here) * image.size());
    file.read(first, here, images);
    all.jets += hepgan::physics::reconstruct(images, image);
    all.occupancy += hepgan::physics::occupancy(images) * static_cast<double>(here) / static_cast<double>(count);
  }
  return all;
}

/// Where both files say what masses their events have, and these are not all the same: figures at each point of both.
nlohmann::ordered_json compare_points(const options& o) {
  auto all = nlohmann::ordered_json::array();
  const hepgan::io::event_file real_file(o.real), fake_file(o.fake);
  if (!has_masses(real_file) || !has_masses(fake_file)) return all;
  const auto real = jets_by_point(real_file, o.n), fake = jets_by_point(fake_file, o.n);
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

int run(const options& o) {
  if (o.n && *o.n < 1) throw hepgan::error("--n: found " + std::to_string(*o.n) + ", expected at least 1");
  use_threads(o.threads);
  if (!o.json.empty()) {
    expect_another_file("--json", o.json, o.real), expect_another_file("--json", o.json, o.fake);
    hepgan::expect_writable(o.json);
  }
  const auto real = measure(o.real, o.n), fake = measure(o.fake, o.n);
  const auto c = hepgan::physics::compare(real.jets, fake.jets);
  if (o.n && std::min(c.n_real, c.n_fake) < *o.n)
    std::cerr << "rpv: the files hold fewer than --n " << *o.n << " events; " << c.n_real << " real and " << c.n_fake
              << " generated ones are compared; ks_comb grows with their number\n";
  auto result = figures(c);
  result["real_no_jet_fraction"] = c.real_no_jet_fraction;
  result["occupancy"] = fake.occupancy;
  result["real_occupancy"] = real.occupancy;
  for (const auto& [name, value] : result.items()) std::printf("%-22s %g\n", name.c_str(), value.get<double>());
  if (auto points = compare_points(o); !points.empty()) result["points"] = std::move(points);
  if (!o.json.empty()) hepgan::write_file(o.json, result.dump(2) + "\n");
  return 0;
}

}  // namespace

command add_evaluate(CLI::App& app) {
  auto o = std::make_shared<options>();
  app.add_option("--real", o->real, "events of the simulation (HDF5 or NumPy)")->required()->check(a_path());
  app.add_option("--fake", o->fake, "generated events")->required()->check(a_path());
  app.add_option("--n", o->n, "first events of each file that are used; all when not given")
      ->check(a_number<std::int64_t>());
  app.add_option("--json", o->json, "write the result to this file too")->check(a_path());
  app.add_option("--threads", o->threads, "threads; all cores when not given")->check(a_number<int>());
  return [o] { return run(*o); };
}

}  // namespace rpv
