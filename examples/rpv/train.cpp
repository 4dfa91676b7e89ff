// rpv train: a new run, or one that goes on.
#include <filesystem>
#include <map>
#include <string_view>

#include "../common/interrupt.hpp"
#include "commands.hpp"
#include "training.hpp"

namespace rpv {
namespace {

/// What the command line gave: an option that is absent takes the recipe's value, or the resumed run's.
struct given {
  std::string recipe_name = "recommended";
  const CLI::Option* recipe = nullptr;
  settings values;
  std::vector<std::pair<const CLI::Option*, std::function<void(settings&)>>> setters;

  bool has(const std::string& name) const {
    return std::ranges::any_of(setters, [&](const auto& s) { return s.first->check_name(name) && s.first->count(); });
  }
  void apply(settings& s) const {
    for (const auto& [option, set] : setters)
      if (option->count()) set(s);
  }
};

/// "talk, recommended, …": those of which this holds.
template <class Holds>
std::string names_of_recipes(Holds holds) {
  std::string names;
  for (const auto numbers : all_recipes())
    if (const recipe r = numbers(); holds(r)) names += (names.empty() ? "" : ", ") + r.name;
  return names;
}

/// From here on there is something to save: signals end the training after its step, and a reader of its output that
/// leaves ends nothing.
int go(training& t) {
  examples::catch_interrupts();
  return t.run();
}

/// Events of a file that is there twice would count twice, and some that validate would be trained on too.
void expect_each_once(const std::vector<std::string>& files) {
  std::error_code absent;
  for (std::size_t i = 0; i < files.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (std::filesystem::equivalent(files[i], files[j], absent))
        throw hepgan::error("--data: found " + files[i] + " twice, expected each file once");
}

int run_new(const given& g, const run_folder& folder) {
  settings s = g.values;
  s.how = numbers_of(g.recipe_name);
  g.apply(s);
  if (g.has("--events") && !s.data.empty())
    throw hepgan::error("--events: found beside --data, expected one of them: built-in events, or those of files");
  expect_each_once(s.data);
  each_option([&](const auto& o) {
    if (g.has(std::string("--") + o.name) && !s.how.takes(o.name))
      throw hepgan::error(std::string("--") + o.name + ": found beside recipe " + g.recipe_name +
                          ", which has no part that it would change, expected it beside one of " +
                          names_of_recipes([&](const recipe& r) { return r.takes(o.name); }));
  });
  if (g.has("--match") && s.how.weight_of_events() == 0)
    throw hepgan::error("--match: found beside recipe " + g.recipe_name +
                        ", which holds nothing of events to real ones, expected a weight too, such as --cell-weight 1");
  check(s);
  if (!g.has("--threshold")) s.how.threshold = calorimeter_cut / s.how.image_norm;
  if (s.how.threshold >= 1)
    throw hepgan::error("--image-norm: found " + text_of(s.how.image_norm) + ", expected more than " +
                        text_of(calorimeter_cut) + " MeV, the calorimeter's cut");
  expect_energies(s.how);
  const offer& network = find(s.how.name, s.how.filters, s.how.noise);  // before any event is read or folder made
  if (const auto found = hepgan::data::condition_scale(s.how.conditions).size(); int(found) != network.conditions)
    throw hepgan::error("--conditions: found " + std::to_string(found) + " of them, expected " +
                        std::to_string(network.conditions) + ", as the networks of recipe " + s.how.name +
                        " take; those of " + names_of_recipes([](const recipe& r) { return !r.conditions.empty(); }) +
                        " take some");
  hepgan::set_threads(s.threads);
  s.threads = hepgan::threads();
  const bool made = folder.prepare();
  const folder_lock alone(folder, made);
  training t(s, examples::interrupted);
  t.begin();
  return go(t);
}

int run_resumed(const given& g, const run_folder& folder) {
  const folder_lock alone(folder);
  const auto c = hepgan::checkpoint::read(folder.file("last.ckpt"));
  const auto fixed = nlohmann::ordered_json::parse(c.text("settings"), nullptr, false);  // what is none has no settings
  const settings begun = from_run(folder.description(), folder.file("run.json").string());
  settings wanted = from_run(fixed, folder.file("last.ckpt").string());
  if (g.recipe->count()) wanted.how.name = g.recipe_name;
  wanted.out = g.values.out, wanted.data = begun.data, wanted.how.epochs = begun.how.epochs;
  g.apply(wanted);
  if (wanted.threads == 0) hepgan::set_threads(0), wanted.threads = hepgan::threads();
  const auto asked = fixed_settings(wanted);
  for (const auto& [name, value] : fixed.items())
    if (!asked.contains(name))
      throw hepgan::error(folder.file("last.ckpt").string() + ": holds option " + name +
                          " of another version of rpv, expected those of this one");
    else if (asked.at(name) != value)
      throw hepgan::error("--" + name + ": found " + asked.at(name).dump() + ", expected " + value.dump() +
                          " as the run in " + g.values.out.string() + " began: only --epochs may be raised");
  if (wanted.how.epochs < begun.how.epochs)
    throw hepgan::error("--epochs: found " + std::to_string(wanted.how.epochs) + ", expected at least " +
                        std::to_string(begun.how.epochs) + ": only more epochs can be asked of a resumed run");
  check(wanted);
  of_option(folder.file("last.ckpt").c_str(),
            [&] { return &find(wanted.how.name, wanted.how.filters, wanted.how.noise); });
  hepgan::set_threads(wanted.threads);
  training t(wanted, examples::interrupted);
  t.resume(c);
  return go(t);
}

int run(const given& g) {
  const run_folder folder(g.values.out);
  if (g.values.resume && std::filesystem::exists(folder.file("last.ckpt"))) return run_resumed(g, folder);
  if (g.values.resume)
    throw hepgan::error("--resume: found no " + folder.file("last.ckpt").string() + ", expected the run to continue");
  if (folder.holds_a_run())
    throw hepgan::error("--out: found a run in " + g.values.out.string() + ", expected another folder" +
                        (std::filesystem::exists(folder.file("last.ckpt")) ? ", or --resume to continue it" : ""));
  folder.expect_no_other_files();
  return run_new(g, folder);
}

/// " [64]", or " [2e-4; talk 1e-4, recommended 3e-4]": what an option is when it is not given, in most recipes and in
/// the others.
template <class T>
std::string defaults_text(T recipe::*number) {
  std::vector<std::pair<std::string, std::string>> each;  // recipe and value
  std::map<std::string, int> recipes;
  for (const auto numbers : all_recipes()) {
    const recipe r = numbers();
    if constexpr (std::is_arithmetic_v<T>)
      each.emplace_back(r.name, text_of(r.*number));
    else
      each.emplace_back(r.name, (r.*number).empty() ? "none" : r.*number);
    ++recipes[each.back().second];
  }
  const auto most = std::ranges::max_element(recipes, {}, [](const auto& v) { return v.second; })->first;
  std::string others;
  for (const auto& [name, value] : each)
    if (value != most) others += (others.empty() ? "; " : ", ") + name + " " + value;
  return " [" + most + others + "]";
}

}  // namespace

command add_train(CLI::App& app) {
  auto g = std::make_shared<given>();
  app.add_option("--out", g->values.out, "folder of the run")->required()->check(a_path());
  g->recipe =
      app.add_option("--recipe", g->recipe_name,
                     names_of_recipes([](const recipe&) { return true; }) + ": what is taken for options not given")
          ->capture_default_str();
  each_option([&](const auto& o) {
    using type = typename std::remove_cvref_t<decltype(o)>::type;
    auto value = std::make_shared<type>();
    std::string text = o.text;
    if constexpr (std::is_same_v<decltype(o.member), type recipe::*>)
      if (o.name != std::string_view("threshold")) text += defaults_text(o.member);  // it follows --image-norm
    auto* option = app.add_option(std::string("--") + o.name, *value, text);
    if constexpr (std::is_arithmetic_v<type>) option->check(a_number<type>());
    if constexpr (std::is_same_v<type, std::vector<std::string>>) option->check(a_path());
    g->setters.emplace_back(option, [=](settings& s) { o.of(s) = *value; });
  });
  app.add_flag("--resume", g->values.resume, "continue the run in --out");
  return [g] { return run(*g); };
}

}  // namespace rpv
