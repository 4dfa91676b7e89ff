// Every method on several distributions with several seeds each, as Markdown.
#pragma once
#include <algorithm>
#include <atomic>
#include <cmath>
#include <ctime>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "../common/style.hpp"
#include "run.hpp"

namespace toys {

/// The figures of one method on one distribution, those of each seed, and the seconds that a training took of a core.
struct cell {
  const method* how;
  const distribution* data;
  std::vector<figures> seeds;
  std::vector<double> seconds;
};

inline double seconds_of_this_thread() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// Trains each method on each distribution with seeds 1 to `seeds`, so many at once: trainings share nothing. 0 steps:
/// the method's own. `told` hears of each as it ends. Whether `interrupted` tells if all did.
inline std::vector<cell> train_all(const std::vector<const method*>& methods, const std::vector<distribution>& data,
                                   int seeds, std::int64_t steps, int at_once,
                                   const std::function<void(const training&, const figures&, double)>& told) {
  std::vector<cell> cells;
  for (const method* m : methods)
    for (const distribution& d : data)
      cells.push_back({m, &d, std::vector<figures>(seeds), std::vector<double>(seeds)});
  const std::size_t jobs = cells.size() * seeds;
  std::atomic<std::size_t> next = 0;
  std::exception_ptr thrown;
  std::mutex alone;
  const auto work = [&] {
    try {
      for (std::size_t job; (job = next++) < jobs && !interrupted;) {
        cell& c = cells[job / seeds];
        const std::size_t seed = job % seeds;
        const training t{*c.how, *c.data, steps > 0 ? steps : c.how->steps, seed + 1};
        const double start = seconds_of_this_thread();
        run(t, [&](const snapshot& s) {
          const std::lock_guard lock(alone);
          c.seeds[seed] = s.found, c.seconds[seed] = seconds_of_this_thread() - start;
          told(t, s.found, c.seconds[seed]);
        });
      }
    } catch (...) {
      const std::lock_guard lock(alone);
      thrown = std::current_exception(), next = jobs;
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < std::min<int>(at_once, static_cast<int>(jobs)); ++i) workers.emplace_back(work);
  }
  if (thrown) std::rethrow_exception(thrown);
  return cells;
}

/// "24.8 ± 0.4", or "24.8" of one seed, whose spread is not known.
inline std::string text_of(const spread& s, int digits) {
  const std::string mean = examples::fixed(s.mean, digits);
  return std::isfinite(s.deviation) ? mean + " ± " + examples::fixed(s.deviation, digits) : mean;
}

/// The columns of a distribution: its modes with their median and the share of good points, or, of a curve, the share
/// and the distance.
inline std::string header_of(const distribution& d) {
  const std::string name(d.name);
  return d.has_modes ? " " + name + ": modes | median | good % |" : " " + name + ": good % | W₁ |";
}
inline std::string columns_of(const distribution& d, const std::vector<figures>& seeds) {
  std::vector<double> modes, good, distance;
  for (const figures& f : seeds) modes.push_back(f.modes), good.push_back(100 * f.good), distance.push_back(f.distance);
  const spread m = spread_of(modes), g = spread_of(good), w = spread_of(distance);
  if (!d.has_modes) return " " + text_of(g, 1) + " | " + text_of(w, 3) + " |";
  return " " + text_of(m, 1) + " | " + examples::short_number(m.median) + " | " + text_of(g, 1) + " |";
}

/// One row for each method, whose cells lie one after the other, and first that of real points.
inline std::string markdown(const std::vector<cell>& cells, const std::vector<distribution>& data) {
  std::string head = "| method |", line = "|---|", real = "| real points |";
  for (const distribution& d : data) {
    head += header_of(d), line += d.has_modes ? "---|---|---|" : "---|---|";
    std::vector<figures> seeds;
    for (std::size_t s = 1; s <= cells.front().seeds.size(); ++s) {
      std::vector<float> points(2 * judged);
      d.fill(points, s, 0);
      seeds.push_back(judge(d, points));
    }
    real += columns_of(d, seeds);
  }
  std::string text = head + " seconds |\n" + line + "---|\n" + real + " |\n";
  for (std::size_t c = 0; c < cells.size(); c += data.size()) {
    text += "| `" + std::string(cells[c].how->name) + "` |";
    std::vector<double> seconds;
    for (std::size_t i = c; i < c + data.size(); ++i) {
      text += columns_of(*cells[i].data, cells[i].seeds);
      seconds.insert(seconds.end(), cells[i].seconds.begin(), cells[i].seconds.end());
    }
    text += " " + examples::fixed(spread_of(seconds).mean, 0) + " |\n";
  }
  return text;
}

}  // namespace toys
