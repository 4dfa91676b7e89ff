// Progress on a terminal as one moving line, elsewhere as a plain line now and then.
#pragma once
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>

#include "model.hpp"

namespace rpv {

/// "critic 0.693, generator 1.204, ", each with this behind it: of the networks that had a turn. No loss takes more
/// than 12 characters.
inline std::string losses_text(const hepgan::step_result& mean, const char* behind) {
  std::string text;
  const auto add = [&](const char* network, double loss) {
    char number[32];
    std::snprintf(number, sizeof number, std::abs(loss) < 1e7 ? "%.3f" : "%.4g", loss);
    text += std::string(network) + " " + number + behind;
  };
  if (mean.trained.critic) add("critic", mean.critic_loss);
  if (mean.trained.generator) add("generator", mean.generator_loss);
  return text;
}

class progress_bar {
  using clock = std::chrono::steady_clock;

 public:
  progress_bar(std::int64_t steps, int batch)
      : steps_(steps), batch_(batch), last_(clock::now() - std::chrono::hours(1)) {}

  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;
  ~progress_bar() { close(); }

  /// After step `done` of all steps of the run; `mean` is over this epoch's so far, as metrics.csv has it of all: one
  /// step's own loss swings, and has a penalty of every eighth step in none or eightfold.
  void show(std::int64_t epoch, std::int64_t epochs, std::int64_t done, const hepgan::step_result& mean) {
    const auto now = clock::now();
    if (first_ < 0) first_ = done - 1, start_ = now;
    const double every = terminal_ ? 0.1 : 10;
    if (std::chrono::duration<double>(now - last_).count() < every && done < steps_) return;
    last_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double rate = seconds > 0 ? static_cast<double>(done - 1 - first_) / seconds : 0;
    const double left = std::min(rate > 0 ? static_cast<double>(steps_ - done) / rate : 0, 1e9);
    const int minutes = static_cast<int>(left) / 60;
    const double part = static_cast<double>(done) / static_cast<double>(steps_);
    constexpr int width = 10;
    char bar[width + 1] = {};
    for (int i = 0; i < width; ++i) bar[i] = i < part * width ? '#' : '.';
    char line[160];
    int length = std::snprintf(line, sizeof line, "epoch %lld/%lld [%s] %s", static_cast<long long>(epoch),
                               static_cast<long long>(epochs), bar, losses_text(mean, " ").c_str());
    if (rate > 0)  // not yet after the first step
      length += std::snprintf(line + length, sizeof line - length, " %.0f images/s  %d:%02d left", rate * batch_,
                              minutes, static_cast<int>(left) % 60);
    if (terminal_)  // a line that wraps would not be overwritten by the next
      std::printf("\r%.*s\033[K", std::min(length, columns() - 1), line);
    else
      std::printf("%s\n", line);
    std::fflush(stdout);
    open_ = terminal_;
  }
  /// Ends the moving line, so that what follows begins a new one.
  void close() {
    if (open_) std::printf("\n");
    std::fflush(stdout);
    open_ = false;
  }

 private:
  static int columns() {
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : 80;
  }

  std::int64_t steps_;
  int batch_;
  bool terminal_ = isatty(STDOUT_FILENO) != 0, open_ = false;
  std::int64_t first_ = -1;
  clock::time_point start_, last_;
};

}  // namespace rpv
