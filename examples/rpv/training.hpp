// The training loop of a run: its checkpoints, and the choice of the best epoch by jets or by images.
#pragma once
#include <csignal>
#include <filesystem>
#include <hepgan/arch/arch.hpp>
#include <hepgan/backend/onednn/api.hpp>
#include <hepgan/physics/means.hpp>

#include "input.hpp"
#include "knowledge.hpp"
#include "measured.hpp"
#include "progress_bar.hpp"
#include "run_folder.hpp"

namespace rpv {

/// One training in its folder; it stops after the step in which `interrupted` is set.
class training {
 public:
  training(settings s, const volatile std::sig_atomic_t& interrupted)
      : interrupted_(interrupted),
        settings_(std::move(s)),
        folder_(settings_.out),
        events_(with_levels(enough_events(settings_), settings_)),
        model_(find(settings_.how.name, settings_.how.filters, settings_.how.noise)
                   .train(settings_.how, settings_.seed, events_as_in(*events_, settings_.how),
                          events_->conditions_of(events_->training_list()))) {
    real_ = validation_images(*events_);
    conditions_ = validation_conditions(*events_, real_);
    expect_energy();
    of_real_ = measure(real_);
    settle_choice();
    fake_.resize(real_.size());
  }

  /// A run that begins has something to resume from, and room on the disk for it. Its description comes first: a folder
  /// with last.ckpt alone could neither go on nor begin anew.
  void begin() {
    save_description();
    save_last(progress_);
  }

  void resume(const hepgan::checkpoint& c) {
    expect_events_of(c, identity_, settings_.out);
    model_->load(c);
    progress_ = folder_.load_last(c);
    save_description();
  }

  int run() {
    hepgan::write_file(folder_.file("metrics.csv"), progress_.metrics);
    using hepgan::physics::mean;
    const auto validation = static_cast<long long>(of_real_.images.size());
    std::printf(
        "%lld %s events, %lld for validation, %.1f %% of their cells lit, %.3g GeV each; %d threads; tapes of "
        "%.0f MB; kernels for %s\n",
        static_cast<long long>(events_->training_events()), settings_.data.empty() ? "built-in training" : "training",
        validation, 100 * mean(of_real_.images["cells"]) / image.size(), mean(of_real_.images["energy"]),
        hepgan::threads(), double(model_->bytes()) / 1e6, hepgan::arch::advice);
    const std::int64_t steps = events_->steps_per_epoch(settings_.how.batch), epochs = settings_.how.epochs;
    if (progress_.at.epoch >= epochs)
      std::printf("all %lld epochs are done; --epochs N with more goes on\n", static_cast<long long>(epochs));
    progress_bar bar(epochs * steps, settings_.how.batch);
    const bool done = hepgan::train(*model_, *events_,
                                    {.epochs = epochs,
                                     .prepare =
                                         [&](const hepgan::position& at, std::span<float> batch) {
                                           augmentation_.turn(batch, image, settings_.seed,
                                                              (at.epoch * steps + at.step) * settings_.how.batch);
                                           transform_.to_pixels(batch);
                                         },
                                     .after_step =
                                         [&](const hepgan::position& at, const hepgan::step_result&) {
                                           bar.show(at.epoch, epochs, at.epoch * steps + at.step, at.sums.mean());
                                           return !interrupted_;
                                         },
                                     .after_epoch =
                                         [&](const hepgan::position& at, const hepgan::step_result& mean) {
                                           bar.close();
                                           finish_epoch(at.epoch, mean);
                                         }},
                                    progress_.at);
    bar.close();
    return done ? end() : stop();
  }

 private:
  /// The events of a run, if a training can be made of them.
  static std::unique_ptr<hepgan::data::event_stream> enough_events(const settings& s) {
    auto events = open_events(s);
    if (events->training_events() < s.how.batch)
      throw hepgan::error("--batch: found " + std::to_string(s.how.batch) + ", expected at most the " +
                          std::to_string(events->training_events()) + " training events");
    if (events->validation_events() < 1)
      throw hepgan::error("--validation-fraction: leaves no event for validation, expected at least one");
    return events;
  }

  /// Growing takes the first half of a run, unless its steps are said; a resumed run keeps them.
  static std::unique_ptr<hepgan::data::event_stream> with_levels(std::unique_ptr<hepgan::data::event_stream> events,
                                                                 settings& s) {
    if (numbers_of(s.how.name).grows && s.how.level_steps == 0)
      s.how.level_steps = std::max<std::int64_t>(1, events->steps_per_epoch(s.how.batch) * s.how.epochs / 8);
    return events;
  }

  /// Events in GeV would train, and come to nothing: nearly all of their cells lie below the cut.
  void expect_energy() const {
    const double cut = settings_.how.threshold * settings_.how.image_norm;
    const auto lit = std::ranges::count_if(real_, [](float e) { return e > 0; });
    const auto kept = std::ranges::count_if(real_, [&](float e) { return e > 0 && e >= cut; });
    if (lit == 0 || kept < 0.05 * double(lit))
      throw hepgan::error(
          "--data, --threshold: found " + std::to_string(kept) + " of " + std::to_string(lit) +
          " cells with energy at " + text_of(cut) +
          " MeV or above, expected most: are these in MeV, and the threshold in units of --image-norm?");
  }

  /// Events without a jet agree with anything that has none: they are told apart by their images.
  void settle_choice() {
    const double without = of_real_.jets.no_jet_fraction();
    if (settings_.choose_by.empty()) settings_.choose_by = without > 0.5 ? "images" : "jets";
    if (settings_.choose_by == "jets" && without == 1)
      throw hepgan::error("--choose-by: found jets, and no validation event that has one, expected images");
  }

  /// A loss shows a fault of the step before: what is saved is looked at itself.
  void expect_finite() const {
    if (!model_->finite())
      throw hepgan::error(
          "epoch " + std::to_string(progress_.at.epoch) + ", step " + std::to_string(progress_.at.step) +
          ": found a weight or a running statistic that is not finite, expected numbers; what was saved "
          "before is kept, and a smaller learning rate may help");
  }

  void save_description() const { hepgan::write_file(folder_.file("run.json"), description().dump(2) + "\n"); }

  void save_last(const progress& p) const {
    hepgan::checkpoint c;
    save_events(c, identity_), range_.save(c);
    folder_.save_last(std::move(c), *model_, settings_, p);
  }

  /// Chooses, and saves all.
  void finish_epoch(std::int64_t epoch, const hepgan::step_result& mean) {
    expect_finite();
    constexpr std::uint64_t validation_seed = 0x76616c6964;  // the same latent vectors at every epoch
    model_->sample(settings_.seed ^ validation_seed, 0, static_cast<std::int64_t>(fake_.size()) / image.size(), fake_,
                   conditions_);
    const measured of_fake = measure(fake_);
    const compared c = compare(of_real_, of_fake);
    told_ = tell_apart(real_, fake_, of_real_.jets, of_fake.jets, settings_.classifier_events, told_);
    const bool images = by_images("--choose-by", settings_.choose_by);
    const double score = images ? c.images.ks_images : c.jets.selection();
    const bool best = score <= progress_.best;  // of epochs that are all as far as KS values go, the last
    if (best) progress_.best = score;
    progress_.metrics += metrics_line(metrics_of(epoch, mean, c, told_, best));
    hepgan::checkpoint saved;
    range_.save(saved);
    folder_.save_epoch(std::move(saved), *model_, epoch, best);
    using namespace hepgan::physics;
    const std::string distances = images
                                      ? sum_of("ks_images", c.images.ks_images, image_observables, c.images.distances)
                                      : sum_of("ks_comb", c.jets.ks_comb, observables, c.jets.distances);
    const std::string remark = images ? "" : share_without_jets(c.jets);
    std::printf("epoch %lld: %s%s%s%s\n", static_cast<long long>(epoch), losses_text(mean, ", ").c_str(),
                distances.c_str(), remark.c_str(),
                best             ? ", best so far"
                : remark.empty() ? ""
                                 : ": not chosen");
    std::fflush(stdout);
    progress next = progress_;
    next.at = {epoch + 1, 0, {}};
    save_last(next);
    hepgan::write_file(folder_.file("metrics.csv"), progress_.metrics);
  }

  /// "ks_comb 3.10 (nJet 0.01, sumMass 1.50, jetPt 1.60)": of a sum and its parts.
  template <class Observables, class Distances>
  static std::string sum_of(const char* name, double sum, const Observables& all, const Distances& distances) {
    char text[64];
    std::snprintf(text, sizeof text, "%s %.2f", name, sum);
    std::string told = text;
    for (std::size_t i = 0, parts = 0; i < all.size(); ++i) {
      if constexpr (requires { all[i].combined; })  // else all are
        if (!all[i].combined) continue;
      std::snprintf(text, sizeof text, "%s%s %.2f", parts++ ? ", " : " (", all[i].name, distances[i].ks);
      told += text;
    }
    return told + ")";
  }

  int end() const {
    if (const auto best = folder_.file("best.ckpt"); std::filesystem::exists(best))
      std::printf("the best epoch is %s; rpv report --run %s draws it\n", best.c_str(), settings_.out.c_str());
    return 0;
  }

  int stop() {
    expect_finite();
    save_last(progress_);
    std::printf("stopped at epoch %lld, step %lld; rpv train --out %s --resume continues\n",
                static_cast<long long>(progress_.at.epoch), static_cast<long long>(progress_.at.step),
                settings_.out.c_str());
    return 130;
  }

  nlohmann::ordered_json description() const {
    nlohmann::ordered_json d = fixed_settings(settings_);
    d["epochs"] = settings_.how.epochs, d["data"] = nlohmann::ordered_json::array();
    for (const auto& path : settings_.data) d["data"].push_back(std::filesystem::absolute(path).string());
    if (!settings_.data.empty()) d["events"] = events_->training_events() + events_->validation_events();
    d["threshold in MeV"] = settings_.how.threshold * settings_.how.image_norm;
    d["training events"] = events_->training_events(), d["hepgan"] = HEPGAN_VERSION;
    d["compiler"] = __VERSION__, d["arch"] = hepgan::arch::current::name;
    d["FastJet"] = fastjet::fastjet_version_string(), d["HDF5"] = H5_VERS_INFO, d["oneDNN"] = hepgan::onednn::version();
    return d;
  }

  const volatile std::sig_atomic_t& interrupted_;
  settings settings_;
  hepgan::data::augmentation augmentation_{settings_.how.augment};
  hepgan::data::energy_transform transform_{settings_.how.transform, settings_.how.image_norm};
  run_folder folder_;
  std::unique_ptr<hepgan::data::event_stream> events_;
  event_identity identity_{*events_};
  condition_range range_{*events_};
  std::unique_ptr<trainer> model_;
  std::vector<float> real_, fake_, conditions_;
  measured of_real_;
  std::optional<told_apart> told_;  ///< after the last epoch
  progress progress_;
};

}  // namespace rpv
