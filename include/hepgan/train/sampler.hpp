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
  explicit sampler(const parameters<Generator>& p, int batch = 64) : p_(&p), tape_(batch) {}
  explicit sampler(const parameters<Generator>&&, int = 64) = delete;  // they must outlive the sampler

  /// Events [first, first + n) of the seed into `images`, [n][output.size()] pixels.
  void sample(std::uint64_t seed, std::uint64_t first, std::int64_t n, std::span<float> images) {
    const int size = Generator::output.size();
    expect_size("sampler::sample", images.size(), std::size_t(n) * size);
    for (std::int64_t done = 0; done < n; done += tape_.batch()) {
      const std::int64_t count = std::min<std::int64_t>(tape_.batch(), n - done);
      draw_latents(tape_, latent_, seed, first + done);
      tape_.forward(*p_);
      tape_.store(images.subspan(done * size, count * size));
    }
  }

 private:
  const parameters<Generator>* p_;
  tape<Generator, float, use::inference> tape_;
  std::vector<float> latent_;
};

}  // namespace hepgan
