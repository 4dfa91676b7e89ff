// A trained generator at work: event i of a seed is the same image, bit for bit, on any number of threads; in a batch
// of another size it is the same up to rounding, which a threshold may make a cell of.
#pragma once
#include <algorithm>
#include <hepgan/train/latents.hpp>

namespace hepgan {

/// Evaluates shared, constant parameters; one sampler per thread. Batch statistics are the running ones.
template <network_type Generator>
class sampler {
 public:
  explicit sampler(const parameters<Generator>& p, int batch = 64)
      : p_(&p), tape_(batch), conditions_(std::size_t(batch) * conditions_of<Generator>) {}
  explicit sampler(const parameters<Generator>&&, int = 64) = delete;  // they must outlive the sampler

  /// Events [first, first + n) of the seed into `images`, [n][output.size()] pixels; of these conditions, a row for
  /// each, if the generator takes some.
  void sample(std::uint64_t seed, std::uint64_t first, std::int64_t n, std::span<float> images,
              std::span<const float> conditions = {}) {
    const int size = Generator::output.size(), k = conditions_of<Generator>;
    expect_size("sampler::sample", images.size(), std::size_t(n) * size);
    expect_size("sampler::sample, conditions", conditions.size(), std::size_t(n) * k);
    for (std::int64_t done = 0; done < n; done += tape_.batch()) {
      const std::int64_t count = std::min<std::int64_t>(tape_.batch(), n - done);
      std::copy_n(conditions.data() + done * k, count * k, conditions_.data());
      tape_.load_conditions(conditions_);
      draw_latents(tape_, latent_, seed, first + done);
      tape_.forward(*p_);
      tape_.store(images.subspan(done * size, count * size));
    }
  }

 private:
  const parameters<Generator>* p_;
  tape<Generator, float, use::inference> tape_;
  std::vector<float> latent_, conditions_;
};

}  // namespace hepgan
