// The folder of a run: metrics.csv, run.json, epoch-NNN.ckpt, best.ckpt, and last.ckpt, from which it resumes bit for
// bit.
#pragma once
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <hepgan/core/file.hpp>
#include <hepgan/io/position.hpp>
#include <limits>
#include <sstream>

#include "figures.hpp"
#include "measured.hpp"
#include "model.hpp"
#include "settings.hpp"

namespace rpv {

/// An epoch's row of metrics.csv, by column; a network's numbers are null where it had no turn. New columns come last,
/// so that those before keep their places.
inline nlohmann::ordered_json metrics_of(std::int64_t epoch, const hepgan::step_result& mean, const compared& c,
                                         const std::optional<told_apart>& told, bool best) {
  const auto if_trained = [](bool trained, double number) {
    return trained ? number : std::numeric_limits<double>::quiet_NaN();
  };
  const auto of_critic = [&](double number) { return if_trained(mean.trained.critic, number); };
  nlohmann::ordered_json row{{"epoch", epoch},
                             {"loss_critic", of_critic(mean.critic_loss)},
                             {"loss_generator", if_trained(mean.trained.generator, mean.generator_loss)},
                             {"d_real", of_critic(mean.real_decision)},
                             {"d_fake", of_critic(mean.fake_decision)}};
  row.update(figures(c.jets));
  row["occupancy"] = c.images.fake_means[lit] / image.size();
  row["energy_ratio"] = c.images.fake_means[energy] / c.images.real_means[energy];
  row["event_penalty"] = mean.event_penalty, row["best"] = best ? 1 : 0;
  row.update(further_figures(c.jets)), row.update(figures(c.images));
  row.update(figures(told));
  return row;
}
inline std::string metrics_header() {
  std::string line;
  const auto row = metrics_of(0, {}, {}, {}, false);
  for (const auto& column : row.items()) line += (line.empty() ? "" : ",") + column.key();
  return line + "\n";
}
/// Numbers in the shortest form that reads back the same.
inline std::string metrics_line(const nlohmann::ordered_json& row) {
  std::string line;
  for (const auto& number : row) line += (line.empty() ? "" : ",") + number.dump();
  return line + "\n";
}

/// How far a run is; all of it lies in last.ckpt, with the networks and their optimizers.
struct progress {
  hepgan::position at;
  double best = std::numeric_limits<double>::infinity();
  std::string metrics = metrics_header();
};

class run_folder {
 public:
  explicit run_folder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path file(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }
  bool holds_a_run() const {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(path_, none)) {
      const std::string name = entry.path().filename().string();
      if (name == "last.ckpt" || name == "best.ckpt" || (name.starts_with("epoch-") && name.ends_with(".ckpt")))
        return true;
    }
    return false;
  }
  /// Refuses files that would be replaced and are no run's: one that ended before its first epoch leaves its own.
  void expect_no_other_files() const {
    const auto found = [&](const char* name) {
      return hepgan::error("--out: found a " + file(name).string() + " that no run wrote, expected another folder");
    };
    if (std::filesystem::exists(file("run.json")) && !is_description(read_json("run.json"))) throw found("run.json");
    std::string header;
    if (std::filesystem::exists(file("metrics.csv"))) {
      std::getline(std::ifstream(file("metrics.csv")), header);
      if (!header.starts_with("epoch,loss_critic,")) throw found("metrics.csv");
    }
  }

  /// What run.json says of the run.
  nlohmann::ordered_json description() const {
    auto d = read_json("run.json");
    if (!is_description(d))
      throw hepgan::error(file("run.json").string() +
                          ": found nothing or a damaged file, expected what rpv train wrote");
    return d;
  }

  /// Makes the folder, or says why it cannot be used; before anything else is done. True: it was not there.
  bool prepare() const {
    std::error_code failed;
    const bool made = std::filesystem::create_directories(path_, failed);
    if (failed || ::access(path_.c_str(), W_OK | X_OK) != 0)
      throw hepgan::error("--out: found " + path_.string() + ", which cannot be written, expected a writable folder");
    return made;
  }

  /// Beside what `c` holds already.
  void save_last(hepgan::checkpoint c, trainer& model, const settings& s, const progress& p) const {
    model.save_generator(c), model.save_training(c);
    hepgan::save(c, "position", p.at);
    c.put("best", p.best), c.put("metrics", p.metrics);
    c.put("settings", fixed_settings(s).dump());
    c.write(file("last.ckpt"));
  }
  progress load_last(const hepgan::checkpoint& c) const {
    progress p;
    hepgan::load(c, "position", p.at);
    p.best = c.real("best");
    p.metrics = c.text("metrics");
    return p;
  }
  /// Weights and running state only, beside what `c` holds already.
  void save_epoch(hepgan::checkpoint c, trainer& model, std::int64_t epoch, bool best) const {
    model.save_generator(c), model.save_critic(c);
    char name[32];
    std::snprintf(name, sizeof name, "epoch-%03lld.ckpt", static_cast<long long>(epoch));
    c.write(file(name));
    if (best) c.write(file("best.ckpt"));
  }

 private:
  nlohmann::ordered_json read_json(const char* name) const {
    std::ifstream in(file(name));
    const bool readable = in && !std::filesystem::is_directory(file(name));
    return readable ? nlohmann::ordered_json::parse(in, nullptr, false) : nlohmann::ordered_json(nullptr);
  }
  static bool is_description(const nlohmann::ordered_json& d) {
    return d.is_object() && d.contains("data") && d.contains("epochs");
  }

  std::filesystem::path path_;
};

/// Two trainings in one folder would mix their files. A folder that was made for a run, which then was refused, goes
/// with its lock.
class folder_lock {
 public:
  explicit folder_lock(const run_folder& folder, bool made = false)
      : path_(folder.path()), made_(made), folder_(::open(folder.path().c_str(), O_RDONLY | O_CLOEXEC)) {
    if (::flock(folder_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      ::close(folder_);
      throw hepgan::error("--out: " + folder.path().string() +
                          " is in use by another training, expected a folder of its own");
    }
  }
  folder_lock(const folder_lock&) = delete;
  folder_lock& operator=(const folder_lock&) = delete;
  ~folder_lock() {
    std::error_code not_empty;
    if (made_) std::filesystem::remove(path_, not_empty);
    ::close(folder_);
  }

 private:
  std::filesystem::path path_;
  bool made_;
  int folder_;
};

}  // namespace rpv
