// The catalogue's implementation of one network: included by one generated translation unit each.
#pragma once
#include <hepgan/data/transform.hpp>
#include <hepgan/train/average.hpp>
#include <utility>

#include "catalogue/recipes.hpp"
#include "catalogue/saved.hpp"
#include "model.hpp"

namespace rpv {

template <class Recipe, int Filters, int Noise>
struct network {
  static constexpr hepgan::dcgan_options options{
      .size = 64, .channels = 1, .filters = Filters, .noise = Noise, .conditions = Recipe::conditions};
  struct generator_type : Recipe::template generator<options> {};
  struct critic_type : Recipe::template critic<options> {};
  using gan_type =
      hepgan::gan<generator_type, critic_type, decltype(Recipe::loss(recipe{})), decltype(Recipe::optimizer(recipe{})),
                  decltype(Recipe::penalty(recipe{})), event_penalty>;

  static auto critic_optimizer(const recipe& r) {
    if constexpr (requires { Recipe::critic_optimizer(r); })
      return Recipe::critic_optimizer(r);
    else
      return Recipe::optimizer(r);
  }

  class trained final : public generator {
   public:
    explicit trained(const hepgan::checkpoint& c)
        : transform_(c.text("transform"), c.real("image_norm")), conditions_(conditions_in(c)) {
      hepgan::load(c, "generator", parameters_);
    }
    void sample(std::uint64_t seed, std::uint64_t first, std::int64_t n, std::span<float> images,
                std::span<const float> conditions) override {
      sampler_.sample(seed, first, n, images, conditions);
      transform_.to_energies(images);
    }
    const hepgan::data::condition_scale& conditions() const override { return conditions_; }
    double threshold() const override { return transform_.energy(parameters_.scalars("threshold")[0]); }
    std::string summary() const override { return hepgan::summary<generator_type>(); }

   private:
    hepgan::data::energy_transform transform_;
    hepgan::data::condition_scale conditions_;
    hepgan::parameters<generator_type> parameters_;
    hepgan::sampler<generator_type> sampler_{parameters_};
  };

  class training final : public trainer {
   public:
    training(const recipe& r, std::uint64_t seed, event_penalty e, std::vector<float> conditions)
        : recipe_(r),
          transform_(r.transform, r.image_norm),
          gan_(r.batch,
               {.loss = Recipe::loss(r),
                .optimizer = Recipe::optimizer(r),
                .critic_optimizer = critic_optimizer(r),
                .penalty = Recipe::penalty(r),
                .event_penalty = std::move(e),
                .flip_rate = r.flip_rate},
               seed, typename Recipe::initialiser{}),
          average_(r.ema, gan_.generator),
          conditions_(std::move(conditions)) {
      const auto cut = static_cast<float>(transform_.pixel(r.threshold * r.image_norm));
      for (auto* p : {&gan_.generator, &average_.value()}) p->scalars("threshold")[0] = cut;  // no step, no update
    }
    int batch() const override { return gan_.batch(); }
    hepgan::step_result step(std::span<const float> pixels, std::span<const float> conditions) override {
      const auto result = gan_.step(pixels, conditions);
      if (result.trained.generator) average_.update(gan_.generator), at_rest_ = false;
      return result;
    }
    void sample(std::uint64_t seed, std::uint64_t first, std::int64_t n, std::span<float> images,
                std::span<const float> conditions) override {
      hepgan::sampler<generator_type>(shown()).sample(seed, first, n, images, conditions);
      transform_.to_energies(images);
    }
    void save_generator(hepgan::checkpoint& c) override {
      hepgan::save(c, "generator", shown());
      save_numbers(c, recipe_, Filters, Noise);
    }
    void save_critic(hepgan::checkpoint& c) const override { hepgan::save(c, "critic", gan_.critic); }
    void save_training(hepgan::checkpoint& c) const override { hepgan::save(c, "training", gan_); }
    void load(const hepgan::checkpoint& c) override {
      hepgan::load(c, "generator", average_.value()), hepgan::load(c, "training", gan_);
    }
    bool finite() const override { return all_finite(gan_.generator, gan_.critic, average_.value()); }
    std::size_t bytes() const override { return gan_.tape_bytes(); }

   private:
    /// What samples: the average with statistics of its own; without an average, the last weights with running ones.
    const hepgan::parameters<generator_type>& shown() {
      if (recipe_.ema > 0 && !at_rest_) gan_.calibrate(average_.value(), conditions_);
      at_rest_ = true;
      return average_.value();
    }
    recipe recipe_;
    hepgan::data::energy_transform transform_;
    gan_type gan_;
    hepgan::moving_average<generator_type> average_;
    std::vector<float> conditions_;
    bool at_rest_ = false;  ///< the average has been calibrated since the last step
  };

  static constexpr offer entry{
      &Recipe::numbers,
      Filters,
      Noise,
      Recipe::conditions,
      [](const recipe& r, std::uint64_t seed, event_penalty e, std::vector<float> c) -> std::unique_ptr<trainer> {
        return std::make_unique<training>(r, seed, std::move(e), std::move(c));
      },
      [](const hepgan::checkpoint& c) -> std::unique_ptr<generator> { return std::make_unique<trained>(c); }};
};

}  // namespace rpv
