// The two networks of the classifier test, in a translation unit of their own.
#include "classifier.hpp"

#include <hepgan/core/parallel.hpp>
#include <hepgan/data/transform.hpp>
#include <hepgan/models/classifiers.hpp>
#include <hepgan/physics/jet_features.hpp>
#include <hepgan/train/classifier_test.hpp>

#include "model.hpp"

namespace rpv {
namespace {

std::vector<float> pixels_of(std::span<const float> images) {
  std::vector<float> pixels(images.begin(), images.end());
  hepgan::data::energy_transform("sqrt", 1e5).to_pixels(pixels);  // soft cells count beside hard ones
  return pixels;
}

/// A step of the features' network is microseconds of work: where other programs want the cores too, threads would wait
/// for one another a hundred times as long.
class one_thread {
 public:
  one_thread() { hepgan::set_threads(1); }
  one_thread(const one_thread&) = delete;
  one_thread& operator=(const one_thread&) = delete;
  ~one_thread() { omp_set_num_threads(before_); }

 private:
  int before_ = hepgan::threads();
};

}  // namespace

std::optional<told_apart> tell_apart(std::span<const float> real, std::span<const float> fake,
                                     const hepgan::physics::jet_events& real_jets,
                                     const hepgan::physics::jet_events& fake_jets, std::int64_t most,
                                     const std::optional<told_apart>& before) {
  using namespace hepgan;
  const std::size_t pixels = image.size(), n_real = std::min(real.size() / pixels, std::size_t(most)),
                    n_fake = std::min(fake.size() / pixels, std::size_t(most));
  if (std::min(n_real, n_fake) < fewest_told_apart) return {};
  real = real.first(n_real * pixels), fake = fake.first(n_fake * pixels);
  told_apart found;
  {
    using network = image_classifier<image>;
    const auto a = pixels_of(real), b = pixels_of(fake);
    found.images = classifier_auc<network>({a, pixels}, {b, pixels});
    found.images_floor = before ? before->images_floor : classifier_auc_floor<network>({a, pixels});
  }
  {
    const one_thread alone;
    using network = feature_classifier<physics::jet_feature_count>;
    constexpr std::size_t width = physics::jet_feature_count;
    auto a = physics::jet_features(real_jets.first(n_real)), b = physics::jet_features(fake_jets.first(n_fake));
    standardise(a, b, width);
    const classifier_options longer{.epochs = 40, .patience = 4};  // a training of a second
    found.features = classifier_auc<network>({a, width}, {b, width}, longer);
    found.features_floor = classifier_auc_floor<network>({a, width}, longer);
  }
  return found;
}

}  // namespace rpv
