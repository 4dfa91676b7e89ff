// rpv train: the training loop, its checkpoints, and the choice of the best epoch by jets.
#include <csignal>
#include <cmath>
#include <iostream>

#include <hepgan/data/transform.hpp>
#include <hepgan/physics/images.hpp>
#include <hepgan/physics/jets.hpp>

#include "commands.hpp"
#include "input.hpp"
#include "progress_bar.hpp"
#include "run_folder.hpp"

namespace rpv {
namespace {

volatile std::sig_atomic_t interrupted = 0;

/// One training in its folder.
class training {
 public:
  explicit training(settings s)
      : settings_(std::move(s)), folder_(settings_.out), events_(open_events(settings_)),
        model_(find(settings_.how.filters, settings_.how.noise).train(settings_.how, settings_.seed)) {
    if (events_->training_events() < settings_.how.batch)
      throw hepgan::error("--batch: found " + std::to_string(settings_.how.batch) + ", expected at most the " +
                          std::to_string(events_->training_events()) + " training events");
    real_ = validation_images(*events_);
    if (real_.empty())
      throw hepgan::error("--validation-fraction: leaves no event for validation, expected at least one");
    real_jets_ = hepgan::physics::reconstruct(real_, image);
    fake_.resize(real_.size());
  }

  void resume(const hepgan::checkpoint& c) {
    model_->load_networks(c), model_->load_training(c);
    progress_ = run_folder::load_last(c);
  }

  int run() {
    hepgan::write_file(folder_.file("run.json"), description().dump(2) + "\n");
    hepgan::write_file(folder_.file("metrics.csv"), progress_.metrics);
    std::printf("%lld training events, %lld for validation; %d threads; tapes of %.0f MB\n",
                static_cast<long long>(events_->training_events()),
                static_cast<long long>(real_.size() / image.size()), hepgan::threads(), double(model_->bytes()) / 1e6);
    const std::int64_t steps = events_->steps_per_epoch(settings_.how.batch), epochs = settings_.how.epochs;
    progress_bar bar(epochs * steps, settings_.how.batch);
    const bool done = hepgan::train(*model_, *events_,
        {.epochs = epochs,
         .prepare = [&](std::span<float> batch) { transform_.to_pixels(batch); },
         .after_step = [&](const hepgan::position& at, const hepgan::step_result& r) {
           bar.show(at.epoch, epochs, at.epoch * steps + at.step, r);
           return !interrupted;
         },
         .after_epoch = [&](const hepgan::position& at, const hepgan::step_result& mean) {
           bar.close();
           finish_epoch(at.epoch, mean);
         }},
        progress_.at);
    bar.close();
    return done ? 0 : stop();
  }

 private:
  /// Chooses by jets, and saves all.
  void finish_epoch(std::int64_t epoch, const hepgan::step_result& mean) {
    constexpr std::uint64_t validation_seed = 0x76616c6964;  // the same latent vectors at every epoch
    model_->sample(settings_.seed ^ validation_seed, 0, static_cast<std::int64_t>(fake_.size()) / image.size(), fake_);
    const auto c = hepgan::physics::compare(real_jets_, hepgan::physics::reconstruct(fake_, image));
    const bool best = c.selection() < progress_.best;
    if (best) progress_.best = c.selection();
    progress_.metrics += metrics_row(epoch, mean, c, hepgan::physics::occupancy(fake_), best);
    folder_.save_epoch(*model_, epoch, best);
    std::printf("epoch %lld: critic %.3f, generator %.3f, ks_comb %.2f (nJet %.2f, sumMass %.2f, jetPt %.2f)%s\n",
                static_cast<long long>(epoch), mean.critic_loss, mean.generator_loss, c.ks_comb, c.ks_nJet,
                c.ks_sumMass, c.ks_jetPt, best ? ", best so far" : "");
    progress next = progress_;
    next.at = {epoch + 1, 0, {}};
    folder_.save_last(*model_, settings_, next);
    hepgan::write_file(folder_.file("metrics.csv"), progress_.metrics);
  }

  int stop() {
    folder_.save_last(*model_, settings_, progress_);
    std::printf("stopped at epoch %lld, step %lld; rpv train --out %s --resume continues\n",
                static_cast<long long>(progress_.at.epoch), static_cast<long long>(progress_.at.step),
                settings_.out.c_str());
    return 130;
  }

  nlohmann::ordered_json description() const {
    nlohmann::ordered_json d = fixed_settings(settings_);
    d["epochs"] = settings_.how.epochs, d["data"] = settings_.data, d["events"] = settings_.events;
    d["training events"] = events_->training_events(), d["hepgan"] = HEPGAN_VERSION;
    d["compiler"] = __VERSION__, d["arch"] = hepgan::arch::current::name;
    return d;
  }

  settings settings_;
  hepgan::data::energy_transform transform_{settings_.how.transform, settings_.how.image_norm};
  run_folder folder_;
  std::unique_ptr<hepgan::data::event_stream> events_;
  std::unique_ptr<trainer> model_;
  hepgan::physics::observables real_jets_;
  std::vector<float> real_, fake_;
  progress progress_;
};

/// What the command line gave: an option that is absent takes the recipe's value, or the resumed run's.
struct given {
  std::string recipe_name = "recommended";
  settings values;
  std::vector<std::pair<const CLI::Option*, std::function<void(settings&)>>> setters;

  template <class Member>
  void add(CLI::App& app, const std::string& name, const std::string& text, Member member) {
    using T = std::remove_reference_t<decltype(member(values))>;
    auto value = std::make_shared<T>();
    setters.emplace_back(app.add_option("--" + name, *value, text), [=](settings& s) { member(s) = *value; });
  }
  bool has(const std::string& name) const {
    return std::ranges::any_of(setters, [&](const auto& s) { return s.first->check_name(name) && s.first->count(); });
  }
  void apply(settings& s) const {
    for (const auto& [option, set] : setters)
      if (option->count()) set(s);
  }
};

settings from_run(const nlohmann::json& j) {
  settings s;
  s.how.name = j.at("recipe"), s.how.filters = j.at("filters"), s.how.noise = j.at("noise");
  s.how.batch = j.at("batch"), s.how.learning_rate = j.at("lr"), s.how.flip_rate = j.at("flip-rate");
  s.how.image_norm = j.at("image-norm"), s.how.threshold = j.at("threshold");
  s.how.transform = j.at("transform"), s.how.ema = j.at("ema");
  s.validation_fraction = j.at("validation-fraction"), s.select = j.at("select"), s.seed = j.at("seed");
  s.threads = j.at("threads");
  return s;
}

int run_new(const given& g, const run_folder& folder) {
  const auto found = recipes().find(g.recipe_name);
  if (found == recipes().end()) {
    std::string names;
    for (const auto& [name, r] : recipes()) names += " " + name;
    throw hepgan::error("--recipe: found " + g.recipe_name + ", expected one of" + names);
  }
  settings s = g.values;
  s.how = found->second;
  g.apply(s);
  if (!g.has("--threshold")) s.how.threshold = 500 / s.how.image_norm;  // MeV: what the calorimeter keeps
  check(s);
  if (s.threads == 0) s.threads = hepgan::available_cores();
  hepgan::set_threads(s.threads);
  find(s.how.filters, s.how.noise);
  folder.prepare();
  return training(s).run();
}

int run_resumed(const given& g, const run_folder& folder) {
  const auto c = hepgan::checkpoint::read(folder.file("last.ckpt"));
  const auto fixed = nlohmann::json::parse(c.text("settings"));
  settings s = from_run(fixed), wanted = s;
  std::ifstream in(folder.file("run.json"));
  const auto description = nlohmann::json::parse(in, nullptr, false);
  if (description.is_discarded())
    throw hepgan::error(folder.file("run.json").string() + ": cannot be read, expected the settings of the run");
  s.out = wanted.out = g.values.out;
  s.data = description.at("data").get<std::vector<std::string>>(), s.events = description.at("events");
  s.how.epochs = description.at("epochs");
  wanted.data = s.data, wanted.events = s.events, wanted.how.epochs = s.how.epochs;
  g.apply(wanted);
  if (wanted.threads == 0) wanted.threads = hepgan::available_cores();
  const auto asked = fixed_settings(wanted);
  for (const auto& [name, value] : fixed.items())
    if (asked.at(name) != value)
      throw hepgan::error("--" + name + ": found " + asked.at(name).dump() + ", expected " + value.dump() +
                          " as the run in " + g.values.out.string() + " began: only --epochs may be raised");
  if (wanted.how.epochs < s.how.epochs)
    throw hepgan::error("--epochs: found " + std::to_string(wanted.how.epochs) + ", expected at least " +
                        std::to_string(s.how.epochs) + ": only more epochs can be asked of a resumed run");
  check(wanted);
  hepgan::set_threads(wanted.threads);
  training t(wanted);
  t.resume(c);
  return t.run();
}

int run(const given& g) {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  const run_folder folder(g.values.out);
  if (g.values.resume && folder.holds_a_run()) return run_resumed(g, folder);
  if (g.values.resume)
    throw hepgan::error("--resume: " + folder.file("last.ckpt").string() + " is absent, expected the run to continue");
  if (folder.holds_a_run())
    throw hepgan::error("--out: " + g.values.out.string() + " holds a run already; give --resume to continue it, or "
                        "another folder");
  return run_new(g, folder);
}

}  // namespace

command add_train(CLI::App& app) {
  auto g = std::make_shared<given>();
  g->add(app, "data", "files of events (HDF5 or NumPy); built-in events when not given",
         [](settings& s) -> auto& { return s.data; });
  app.add_option("--out", g->values.out, "folder of the run")->required();
  app.add_option("--recipe", g->recipe_name, "talk or recommended: what is taken for options not given")->capture_default_str();
  g->add(app, "validation-fraction", "share of the events kept for choosing the epoch [0.1]",
         [](settings& s) -> auto& { return s.validation_fraction; });
  g->add(app, "select", "use only events where this field is true", [](settings& s) -> auto& { return s.select; });
  g->add(app, "events", "built-in events made when there is no --data [20000]",
         [](settings& s) -> auto& { return s.events; });
  g->add(app, "filters", "filters next to the image: 8, 16, 32, 64 or 128",
         [](settings& s) -> auto& { return s.how.filters; });
  g->add(app, "noise", "latent numbers: 16, 32, 64 or 128", [](settings& s) -> auto& { return s.how.noise; });
  g->add(app, "epochs", "epochs", [](settings& s) -> auto& { return s.how.epochs; });
  g->add(app, "batch", "events per step", [](settings& s) -> auto& { return s.how.batch; });
  g->add(app, "lr", "learning rate", [](settings& s) -> auto& { return s.how.learning_rate; });
  g->add(app, "flip-rate", "probability, per batch, that labels are swapped for the critic",
         [](settings& s) -> auto& { return s.how.flip_rate; });
  g->add(app, "image-norm", "MeV that become 1", [](settings& s) -> auto& { return s.how.image_norm; });
  g->add(app, "threshold", "output threshold in units of image-norm; 500 MeV when not given",
         [](settings& s) -> auto& { return s.how.threshold; });
  g->add(app, "transform", "energies to pixels: linear, sqrt, log or power:P",
         [](settings& s) -> auto& { return s.how.transform; });
  g->add(app, "ema", "decay of the generator's moving average, which is what samples; 0: none",
         [](settings& s) -> auto& { return s.how.ema; });
  g->add(app, "seed", "seed of everything [1]", [](settings& s) -> auto& { return s.seed; });
  g->add(app, "threads", "threads; all cores when not given", [](settings& s) -> auto& { return s.threads; });
  app.add_flag("--resume", g->values.resume, "continue the run in --out");
  return [g] { return run(*g); };
}

}  // namespace rpv
