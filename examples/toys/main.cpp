// toys: trains any method on distributions in the plane that can be drawn.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <hepgan/core/file.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "../common/command_line.hpp"
#include "picture.hpp"
#include "table.hpp"

namespace toys {
namespace {

using examples::a_number, examples::a_path, examples::fixed;

/// A result is never written over another file; found out before the training that it is for.
void expect_new(const std::string& out) {
  if (std::filesystem::exists(std::filesystem::symlink_status(out)))
    throw hepgan::error("--out: found " + out + ", expected the name of a file that is not there yet");
  hepgan::expect_writable(out);
}
void expect_steps(std::int64_t steps) {
  if (steps < 1) throw hepgan::error("--steps: found " + std::to_string(steps) + ", expected at least 1");
}
int stopped() {
  std::cerr << "toys: interrupted; nothing was written\n";
  return 130;
}

examples::command add_list(CLI::App&) {
  return [] {
    std::puts("methods (batches of real points, source)");
    for (const method& m : all_methods())
      std::printf("  %-20s %6lld   %s\n", m.name.data(), static_cast<long long>(m.steps), m.source.data());
    std::puts("distributions");
    for (const distribution& d : all_distributions()) std::printf("  %s\n", d.name.data());
    return 0;
  };
}

struct train_options {
  std::string method = "wasserstein-gp", data = "25-gaussians", out;
  std::int64_t steps = 0;
  std::uint64_t seed = 1;
  bool steps_given = false;
};

int train(const train_options& o) {
  const method& how = *method_named("--method", o.method);
  const distribution data = distribution_named(o.data);
  if (o.steps_given) expect_steps(o.steps);
  if (!o.out.empty()) expect_new(o.out), examples::plotter::expect_gnuplot();
  const training t{how, data, o.steps_given ? o.steps : how.steps, o.seed, 4};
  catch_interrupts();
  std::vector<snapshot> all;
  const auto start = std::chrono::steady_clock::now();
  const bool whole = run(t, [&](const snapshot& s) {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("step %lld of %lld, %.1f s: %s%s\n", static_cast<long long>(s.step), static_cast<long long>(t.steps),
                seconds, text_of(data, s.found).c_str(),
                data.has_modes ? (", W₁ " + fixed(s.found.distance, 3)).c_str() : "");
    std::fflush(stdout);
    all.push_back(s);
  });
  if (!whole) return stopped();
  if (!o.out.empty()) expect_new(o.out), draw(t, all, o.out);
  return 0;
}

examples::command add_train(CLI::App& app) {
  auto o = std::make_shared<train_options>();
  app.add_option("--method", o->method, "toys list names them")->capture_default_str();
  app.add_option("--data", o->data, "8-gaussians, 25-gaussians or swiss-roll")->capture_default_str();
  auto* steps = app.add_option("--steps", o->steps, "batches of real points; the method's own number when not given")
                    ->check(a_number<std::int64_t>());
  app.add_option("--seed", o->seed, "of weights, latent vectors and real points")
      ->capture_default_str()
      ->check(a_number<std::uint64_t>());
  app.add_option("--out", o->out, "draw the generated points to this new PNG file (gnuplot)")->check(a_path());
  return [=] {
    o->steps_given = steps->count() > 0;
    return train(*o);
  };
}

struct table_options {
  std::vector<std::string> methods, data = {"8-gaussians", "25-gaussians"};
  std::string out;
  int seeds = 5, threads = 0;
  std::int64_t steps = 0;
  bool steps_given = false;
};

int table(const table_options& o) {
  std::vector<const method*> methods;
  for (const std::string& name : o.methods) methods.push_back(method_named("--methods", name));
  if (o.methods.empty())
    for (const method& m : all_methods()) methods.push_back(&m);
  std::vector<distribution> data;
  for (const std::string& name : o.data) data.push_back(distribution_named(name));
  if (o.steps_given) expect_steps(o.steps);
  if (o.seeds < 1 || o.seeds > 1000)
    throw hepgan::error("--seeds: found " + std::to_string(o.seeds) + ", expected 1 to 1000");
  if (o.threads < 0 || o.threads > 4096)
    throw hepgan::error("--threads: found " + std::to_string(o.threads) + ", expected 0 (all cores) to 4096");
  if (!o.out.empty()) expect_new(o.out);
  catch_interrupts();
  const auto cells =
      train_all(methods, data, o.seeds, o.steps, o.threads > 0 ? o.threads : hepgan::available_cores(),
                [](const training& t, const figures& f, double seconds) {
                  std::fprintf(stderr, "%s, %s, seed %llu: %s, %.1f s\n", t.how.name.data(), t.data.name.data(),
                               static_cast<unsigned long long>(t.seed), text_of(t.data, f).c_str(), seconds);
                });
  if (interrupted) return stopped();
  const std::string text = markdown(cells, data);
  if (o.out.empty()) return std::cout << text, 0;
  try {
    expect_new(o.out), hepgan::write_file(o.out, text);
  } catch (...) {  // what others wrote meanwhile stays, and so does what took hours
    std::cout << text;
    throw;
  }
  return 0;
}

examples::command add_table(CLI::App& app) {
  auto o = std::make_shared<table_options>();
  app.add_option("--methods", o->methods, "such as standard,r1; all when not given")->delimiter(',');
  app.add_option("--data", o->data, "distributions")->delimiter(',')->capture_default_str();
  app.add_option("--seeds", o->seeds, "trainings of each method on each distribution, of seeds 1 to this")
      ->capture_default_str()
      ->check(a_number<int>());
  auto* steps = app.add_option("--steps", o->steps, "batches of real points; each method's own number when not given")
                    ->check(a_number<std::int64_t>());
  app.add_option("--threads", o->threads, "trainings at once; as many as there are cores when not given")
      ->check(a_number<int>());
  app.add_option("--out", o->out, "write the table to this new file instead of standard output")->check(a_path());
  return [=] {
    o->steps_given = steps->count() > 0;
    return table(*o);
  };
}

}  // namespace
}  // namespace toys

int main(int argc, char** argv) {
  return examples::run_program(
      "toys", "Generative models of distributions in the plane: train one and draw it, or compare all.", HEPGAN_VERSION,
      {{"train", "train a method on a distribution, say how good it is, draw it", toys::add_train},
       {"table", "train methods on distributions with several seeds, as a Markdown table", toys::add_table},
       {"list", "say which methods and distributions there are", toys::add_list}},
      argc, argv);
}
