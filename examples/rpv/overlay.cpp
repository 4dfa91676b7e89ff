// rpv overlay: pileup added to events, real and generated, and what it does to each.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <hepgan/io/event_file.hpp>
#include <hepgan/io/event_writer.hpp>
#include <hepgan/physics/overlay.hpp>
#include <iostream>
#include <optional>

#include "../common/interrupt.hpp"
#include "commands.hpp"
#include "figures.hpp"
#include "json_result.hpp"
#include "measured.hpp"
#include "read_pieces.hpp"
#include "table.hpp"

namespace rpv {
namespace {

using hepgan::io::event_file;

struct options {
  std::string events, pileup, fake_pileup, out, fake_out, json;
  std::optional<std::int64_t> n;
  int threads = 0;
};

/// Event i takes event i of the pileup, and begins again after the last: nothing is drawn, so that it can be repeated.
class overlaid : public measured {
 public:
  overlaid(const std::string& pileup, const std::string& out) : pileup_(pileup) {
    pileup_.expect(image);
    if (!out.empty()) writer_.emplace(out, image);
  }
  std::int64_t size() const { return pileup_.size(); }

  void add(std::int64_t first, std::vector<float> events, const hepgan::io::event_fields& fields) {
    std::vector<float> pileup(events.size());
    const auto n = static_cast<std::int64_t>(events.size()) / image.size();
    for (std::int64_t done = 0; done < n;) {
      const std::int64_t at = (first + done) % size(), here = std::min(n - done, size() - at);
      pileup_.read(at, here, std::span(pileup).subspan(done * image.size()));
      done += here;
    }
    hepgan::physics::overlay(events, pileup, calorimeter_cut);
    measured::add(events);
    if (writer_) writer_->append(events, fields);
  }
  void finish() {
    if (writer_) writer_->finish();
  }

 private:
  event_file pileup_;
  std::optional<hepgan::io::event_writer> writer_;
};

/// What files of events without pileup say of an event holds with it.
hepgan::io::event_fields fields_of(const event_file& file, std::int64_t n) {
  hepgan::io::event_fields all;
  for (const char* name : {"weight", "mGlu", "mNeu"})
    if (file.has(name)) all[name] = file.field(name), all[name].resize(static_cast<std::size_t>(n));
  return all;
}
hepgan::io::event_fields part_of(const hepgan::io::event_fields& all, std::int64_t first, std::int64_t n) {
  hepgan::io::event_fields part;
  for (const auto& [name, values] : all) part[name] = {values.begin() + first, values.begin() + first + n};
  return part;
}

/// One number of an event: without pileup, with the real, and with the generated one.
struct row {
  const char *name, *text, *unit;
  std::vector<float> none, real, fake;
};
std::vector<row> rows_of(const measured& none, const measured& real, const measured& fake) {
  using namespace hepgan::physics;
  std::vector<row> all;
  for (const char* name : {"nJet", "sumMass", "leadPt"}) {
    const auto& o = observables[index_of(name)];
    all.push_back(
        {o.name, o.text, o.unit, by_event(name, none.jets), by_event(name, real.jets), by_event(name, fake.jets)});
  }
  for (std::size_t i = 0; i < image_observables.size(); ++i) {
    const auto& o = image_observables[i];
    all.push_back({o.name, o.text, o.unit, none.images[i], real.images[i], fake.images[i]});
  }
  return all;
}

/// "+0.310 +- 0.015", with as many digits as the error asks for; one event has none.
std::string with_error(hepgan::physics::shift s) {
  if (!std::isfinite(s.error)) return number(s.mean);
  const int digits = examples::digits_of_error(s.error, 6, 3);
  char text[64];
  std::snprintf(text, sizeof text, "%+.*f +- %.*f", digits, s.mean, digits, s.error);
  return text;
}

/// Means and shifts, on the terminal and for --json.
nlohmann::ordered_json tell_shifts(const std::vector<row>& rows) {
  using hepgan::physics::mean, hepgan::physics::paired_shift;
  nlohmann::ordered_json all;
  std::printf("%-12s %10s %10s %22s %10s %22s %22s  %s\n", "mean", "none", "real", "shift", "generated", "shift",
              "generated - real", "observable");
  for (const row& r : rows) {
    const auto real = paired_shift(r.none, r.real), fake = paired_shift(r.none, r.fake),
               apart = paired_shift(r.real, r.fake);
    std::printf("%-12s %10s %10s %22s %10s %22s %22s  %s\n", r.name, number(mean(r.none)).c_str(),
                number(mean(r.real)).c_str(), with_error(real).c_str(), number(mean(r.fake)).c_str(),
                with_error(fake).c_str(), with_error(apart).c_str(), examples::with_unit(r.text, r.unit).c_str());
    all[r.name] = {{"none", mean(r.none)},
                   {"real", mean(r.real)},
                   {"generated", mean(r.fake)},
                   {"real_shift", real.mean},
                   {"real_shift_error", real.error},
                   {"generated_shift", fake.mean},
                   {"generated_shift_error", fake.error},
                   {"difference", apart.mean},
                   {"difference_error", apart.error}};
  }
  return all;
}

int run(const options& o) {
  if (o.n && *o.n < 1) throw hepgan::error("--n: found " + std::to_string(*o.n) + ", expected at least 1");
  use_threads(o.threads);
  expect_place("--out", o.out, hdf5_file, {o.events, o.pileup, o.fake_pileup});
  expect_place("--fake-out", o.fake_out, hdf5_file, {o.events, o.pileup, o.fake_pileup});
  json_result json(o.json, {o.events, o.pileup, o.fake_pileup});
  expect_apart("--fake-out", o.fake_out, "--out", o.out);
  expect_apart("--json", o.json, "--out", o.out), expect_apart("--json", o.json, "--fake-out", o.fake_out);

  event_file events(o.events);
  events.expect(image);
  measured none;
  examples::catch_interrupts();
  overlaid real(o.pileup, o.out), fake(o.fake_pileup, o.fake_out);
  // Each event of pileup once, unless more are asked for.
  const std::int64_t once = std::min({events.size(), real.size(), fake.size()}),
                     n = std::min(o.n.value_or(once), events.size());
  if (o.n && n < *o.n)
    std::cerr << "rpv: " << o.events << " holds fewer than --n " << *o.n << " events; " << n << " are taken\n";
  if (const auto least = std::min(real.size(), fake.size()); least < n)
    std::cerr << "rpv: the files hold " << real.size() << " events of real and " << fake.size()
              << " of generated pileup for " << n << ", so that some are used up to " << (n + least - 1) / least
              << " times; errors and -ln p take them as independent\n";
  const auto fields = fields_of(events, n);
  read_pieces(events, n, [&](std::int64_t first, std::span<const float> images) {
    examples::expect_uninterrupted();
    const auto part = part_of(fields, first, static_cast<std::int64_t>(images.size()) / image.size());
    none.add(images);
    for (overlaid* with : {&real, &fake}) with->add(first, {images.begin(), images.end()}, part);
  });
  real.finish(), fake.finish();

  std::printf("%lld events with each pileup\n\n", static_cast<long long>(n));
  nlohmann::ordered_json result{{"n", n}, {"shifts", tell_shifts(rows_of(none, real, fake))}};
  const compared c = compare(real, fake);
  std::printf("\nevents with real pileup, and with generated:\n");
  print_table(c, real, fake);
  result.update(figures(c.jets)), result.update(further_figures(c.jets)), result.update(figures(c.images));
  for (const char* sum : {"ks_comb", "ks_images"}) std::printf("%-22s %9.4g\n", sum, result[sum].get<double>());
  json.write(result);
  return 0;
}

}  // namespace

command add_overlay(CLI::App& app) {
  auto o = std::make_shared<options>();
  app.add_option("--events", o->events, "events without pileup (HDF5 or NumPy)")->required()->check(a_path());
  app.add_option("--pileup", o->pileup, "pileup of the simulation")->required()->check(a_path());
  app.add_option("--fake-pileup", o->fake_pileup, "generated pileup")->required()->check(a_path());
  app.add_option("--n", o->n, "first events that are used; as many as all three files have when not given")
      ->check(a_number<std::int64_t>());
  app.add_option("--out", o->out, "HDF5 file to write, or to replace, for the events with real pileup")
      ->check(a_path())
      ->check(an_hdf5_path());
  app.add_option("--fake-out", o->fake_out, "and for those with generated pileup")
      ->check(a_path())
      ->check(an_hdf5_path());
  app.add_option("--json", o->json, "write the result to this file too, which is replaced, or to standard output (-)")
      ->check(a_path());
  app.add_option("--threads", o->threads, "threads; all cores when not given")->check(a_number<int>());
  return [o] { return run(*o); };
}

}  // namespace rpv
