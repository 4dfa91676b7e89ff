// The catalogue's implementation of one variational autoencoder: included by one generated translation unit each.
#pragma once
#include <hepgan/data/transform.hpp>
#include <hepgan/io/vae_training.hpp>
#include <hepgan/train/average.hpp>

#include "catalogue/recipes.hpp"
#include "catalogue/saved.hpp"
#include "model.hpp"

namespace rpv {

template <class Recipe, int Filters, int Noise>
struct vae_network {
  static constexpr hepgan::dcgan_options options{
      .size = 64, .channels = 1, .filters = Filters, .noise = Noise, .conditions = Recipe::conditions};
  struct generator_type : Recipe::template generator<options> {};
  struct encoder_type : Recipe::template encoder<options> {};
  using likelihood_type = decltype(Recipe::likelihood(recipe{}, 0));
  using vae_type = hepgan::vae<encoder_type, generator_type, likelihood_type, decltype(Recipe::optimizer(recipe{})),
                               decltype(Recipe::beta_schedule(recipe{}))>;

  /// What of the decoder's numbers becomes an event, in MeV; a checkpoint keeps its threshold.
  class observation {
   public:
    observation(const recipe& r, double threshold)
        : transform_(r.transform, r.image_norm),
          threshold_(threshold),
          likelihood_(Recipe::likelihood(r, transform_.pixel(threshold))) {}

    const likelihood_type& likelihood() const { return likelihood_; }
    double threshold() const { return threshold_; }
    void sample(const hepgan::parameters<generator_type>& decoder, std::uint64_t seed, std::uint64_t first,
                std::int64_t n, std::span<float> images, std::span<const float> conditions) const {
      hepgan::sampler<generator_type>(decoder).sample(seed, first, n, images, conditions);
      hepgan::draw_events(likelihood_, hepgan::rows<float>{images, std::size_t(image.size())}, seed, first);
      transform_.to_energies(images);
    }

   private:
    hepgan::data::energy_transform transform_;
    double threshold_;
    likelihood_type likelihood_;
  };

  class trained final : public generator {
   public:
    explicit trained(const hepgan::checkpoint& c)
        : seen_(numbers_of(c), c.real("threshold")), conditions_(conditions_in(c)) {
      hepgan::load(c, "generator", parameters_);
    }
    void sample(std::uint64_t seed, std::uint64_t first, std::int64_t n, std::span<float> images,
                std::span<const float> conditions) override {
      seen_.sample(parameters_, seed, first, n, images, conditions);
    }
    const hepgan::data::condition_scale& conditions() const override { return conditions_; }
    double threshold() const override { return seen_.threshold(); }
    std::string summary() const override { return hepgan::summary<generator_type>(); }

   private:
    static recipe numbers_of(const hepgan::checkpoint& c) {
      recipe r = Recipe::numbers();
      r.transform = c.text("transform"), r.image_norm = c.real("image_norm");
      return r;
    }
    observation seen_;
    hepgan::data::condition_scale conditions_;
    hepgan::parameters<generator_type> parameters_;
  };

  class training final : public trainer {
   public:
    training(const recipe& r, std::uint64_t seed)
        : recipe_(r),
          seen_(r, r.threshold * r.image_norm),
          vae_(r.batch,
               {.likelihood = seen_.likelihood(),
                .beta = r.penalty_weight,
                .beta_schedule = Recipe::beta_schedule(r),
                .optimizer = Recipe::optimizer(r)},
               seed, typename Recipe::initialiser{}),
          average_(r.ema, vae_.decoder) {}
    int batch() const override { return vae_.batch(); }
    hepgan::step_result step(std::span<const float> pixels, std::span<const float> conditions) override {
      const auto result = vae_.step(pixels, conditions);
      average_.update(vae_.decoder);
      return result;
    }
    void sample(std::uint64_t seed, std::uint64_t first, std::int64_t n, std::span<float> images,
                std::span<const float> conditions) override {
      seen_.sample(average_.value(), seed, first, n, images, conditions);
    }
    void save_generator(hepgan::checkpoint& c) override {
      hepgan::save(c, "generator", average_.value());
      save_numbers(c, recipe_, Filters, Noise);
      c.put("threshold", seen_.threshold());
    }
    void save_critic(hepgan::checkpoint& c) const override { hepgan::save(c, "encoder", vae_.encoder); }
    void save_training(hepgan::checkpoint& c) const override { hepgan::save(c, "training", vae_); }
    void load(const hepgan::checkpoint& c) override {
      hepgan::load(c, "generator", average_.value()), hepgan::load(c, "training", vae_);
    }
    bool finite() const override { return all_finite(vae_.encoder, vae_.decoder, average_.value()); }
    std::size_t bytes() const override { return vae_.tape_bytes(); }

   private:
    recipe recipe_;
    observation seen_;
    vae_type vae_;
    hepgan::moving_average<generator_type> average_;  ///< what samples
  };

  static constexpr offer entry{
      &Recipe::numbers,
      Filters,
      Noise,
      Recipe::conditions,
      [](const recipe& r, std::uint64_t seed, event_penalty, std::vector<float>) -> std::unique_ptr<trainer> {
        return std::make_unique<training>(r, seed);
      },
      [](const hepgan::checkpoint& c) -> std::unique_ptr<generator> { return std::make_unique<trained>(c); }};
};

}  // namespace rpv
