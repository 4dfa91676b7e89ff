// The catalogue's implementation of one progressively grown network: included by one generated translation unit each.
#pragma once
#include <functional>
#include <hepgan/data/transform.hpp>
#include <hepgan/io/progressive.hpp>
#include <hepgan/io/summary.hpp>

#include "catalogue/recipes.hpp"
#include "catalogue/saved.hpp"
#include "model.hpp"

namespace rpv {

template <class Recipe, int Filters, int Noise>
struct progressive_network {
  static constexpr hepgan::progressive_options options{.size = 64,
                                                       .channels = 1,
                                                       .filters = Filters,
                                                       .most = 8 * Filters,
                                                       .noise = Noise,
                                                       .conditions = Recipe::conditions};
  using networks = typename Recipe::template networks<options>;
  using gan_type =
      hepgan::progressive_gan<networks, decltype(Recipe::loss(recipe{})), decltype(Recipe::optimizer(recipe{})),
                              decltype(Recipe::penalty(recipe{})), event_penalty>;

  /// The generator of the level that a checkpoint holds.
  template <class Generator>
  class trained final : public generator {
   public:
    trained(const hepgan::checkpoint& c, const hepgan::parameters<Generator>& p)
        : transform_(c.text("transform"), c.real("image_norm")), conditions_(conditions_in(c)), parameters_(p) {}
    void sample(std::uint64_t seed, std::uint64_t first, std::int64_t n, std::span<float> images,
                std::span<const float> conditions) override {
      hepgan::sample_enlarged(sampler_, image.height, seed, first, n, images, conditions);
      transform_.to_energies(images);
    }
    const hepgan::data::condition_scale& conditions() const override { return conditions_; }
    double threshold() const override { return transform_.energy(parameters_.scalars("threshold")[0]); }
    std::string summary() const override { return hepgan::summary<Generator>(); }

   private:
    hepgan::data::energy_transform transform_;
    hepgan::data::condition_scale conditions_;
    hepgan::parameters<Generator> parameters_;
    hepgan::sampler<Generator> sampler_{parameters_};
  };
  static std::unique_ptr<generator> loaded(const hepgan::checkpoint& c) {
    return hepgan::load_generator<networks>(c, "generator",
                                            [&]<class G>(const hepgan::parameters<G>& p) -> std::unique_ptr<generator> {
                                              return std::make_unique<trained<G>>(c, p);
                                            });
  }

  class training final : public trainer {
   public:
    training(const recipe& r, std::uint64_t seed, event_penalty e)
        : recipe_(r),
          transform_(r.transform, r.image_norm),
          gan_(r.batch,
               {.loss = Recipe::loss(r),
                .optimizer = Recipe::optimizer(r),
                .penalty = Recipe::penalty(r),
                .event_penalty = std::move(e),
                .grows = {.steps_per_level = r.level_steps},
                .decay = r.ema,
                .threshold = transform_.pixel(r.threshold * r.image_norm)},
               seed) {}
    int batch() const override { return gan_.batch(); }
    hepgan::step_result step(std::span<const float> pixels, std::span<const float> conditions) override {
      return gan_.step(pixels, conditions);
    }
    void sample(std::uint64_t seed, std::uint64_t first, std::int64_t n, std::span<float> images,
                std::span<const float> conditions) override {
      gan_.sample(seed, first, n, images, conditions);
      transform_.to_energies(images);
    }
    void save_generator(hepgan::checkpoint& c) override {
      hepgan::save_generator(c, "generator", gan_);
      save_numbers(c, recipe_, Filters, Noise);
    }
    void save_critic(hepgan::checkpoint& c) const override {
      gan_.with_stage([&](const auto& s) { hepgan::save(c, "critic", s.networks.critic); });
    }
    void save_training(hepgan::checkpoint& c) const override { hepgan::save(c, "training", gan_); }
    void load(const hepgan::checkpoint& c) override { hepgan::load(c, "training", gan_); }
    bool finite() const override {
      return gan_.with_stage(
          [](const auto& s) { return all_finite(s.networks.generator, s.networks.critic, s.average.value()); });
    }
    std::size_t bytes() const override { return gan_.bytes(); }

   private:
    recipe recipe_;
    hepgan::data::energy_transform transform_;
    gan_type gan_;
  };

  static constexpr offer entry{
      &Recipe::numbers,
      Filters,
      Noise,
      Recipe::conditions,
      [](const recipe& r, std::uint64_t seed, event_penalty e, std::vector<float>) -> std::unique_ptr<trainer> {
        return std::make_unique<training>(r, seed, std::move(e));
      },
      &loaded};
};

}  // namespace rpv
