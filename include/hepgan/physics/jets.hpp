// Jets of a calorimeter image by FastJet (Cacciari, Salam, Soyez, arXiv:1111.6097): anti-kt, R = 1.
// FastJet is under the GPL, so a program that includes this header is too; nothing else in hepgan includes it.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fastjet/ClusterSequence.hh>
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/physics/observables.hpp>
#include <numbers>
#include <span>
#include <string>
#include <vector>

namespace hepgan::physics {

/// What an image covers, which towers are clustered and which jets are kept (GeV).
struct jet_options {
  double eta_max = 2.5;   // rows span [−eta_max, eta_max], columns [−π, π]
  double tower_pt = 0.1;  // kept above
  double radius = 1.0;
  double jet_pt = 200, jet_eta = 2;  // kept above, and within
};

/// Turns images of one shape into jets. Directions of bin centres are worked out once.
class jet_finder {
 public:
  explicit jet_finder(shape image, jet_options options = {}) : image_(image), options_(options) {
    if (image.channels != 1) throw error("jets: found images of shape " + to_string(image) + ", expected one channel");
    for (int r = 0; r < image.height; ++r) {
      const double eta = options.eta_max * ((2 * r + 1.0) / image.height - 1);
      cosh_.push_back(std::cosh(eta));
      sinh_.push_back(std::sinh(eta));
    }
    for (int c = 0; c < image.width; ++c) {
      const double phi = std::numbers::pi * ((2 * c + 1.0) / image.width - 1);
      cos_.push_back(std::cos(phi));
      sin_.push_back(std::sin(phi));
    }
    fastjet::ClusterSequence::set_fastjet_banner_stream(nullptr);
  }

  /// Jets of one image in MeV, hardest first.
  std::vector<jet> operator()(std::span<const float> image) const {
    std::vector<fastjet::PseudoJet> towers;
    for (int r = 0; r < image_.height; ++r)
      for (int c = 0; c < image_.width; ++c) {
        const double pt = 1e-3 * image[std::size_t(r) * image_.width + c] / cosh_[r];  // massless: pT = E / cosh η
        if (pt > options_.tower_pt) towers.emplace_back(pt * cos_[c], pt * sin_[c], pt * sinh_[r], pt * cosh_[r]);
      }
    if (towers.empty()) return {};
    // Everything that FastJet counts references of is made here, so that threads share none of it.
    const fastjet::JetDefinition definition(fastjet::antikt_algorithm, options_.radius);
    const fastjet::ClusterSequence sequence(towers, definition);
    std::vector<jet> jets;
    for (const auto& j : fastjet::sorted_by_pt(sequence.inclusive_jets(options_.jet_pt)))
      if (j.pt() > options_.jet_pt && std::abs(j.eta()) < options_.jet_eta)
        jets.push_back({static_cast<float>(j.pt()), static_cast<float>(j.eta()), static_cast<float>(j.phi_std()),
                        static_cast<float>((std::max)(0.0, j.m()))});  // FastJet's m is negative when m² rounds below 0
    return jets;
  }

 private:
  shape image_;
  jet_options options_;
  std::vector<double> cosh_, sinh_, cos_, sin_;
};

/// Jets of one image in MeV, hardest first.
inline std::vector<jet> cluster(std::span<const float> image, shape s, jet_options options = {}) {
  return jet_finder(s, options)(image);
}

/// Observables of many images. Events are clustered in parallel and gathered in order, so threads change nothing.
inline observables reconstruct(std::span<const float> images, shape s, jet_options options = {}) {
  const auto pixels = static_cast<std::size_t>(s.size());
  if (pixels == 0 || images.size() % pixels != 0)
    throw error("jets: found " + std::to_string(images.size()) + " pixels, expected a multiple of " + to_string(s));
  const jet_finder find(s, options);
  std::vector<std::vector<jet>> jets(images.size() / pixels);
  parallel_for(static_cast<std::int64_t>(jets.size()),
               [&](std::int64_t i) { jets[i] = find(images.subspan(i * pixels, pixels)); });
  observables all;
  for (const auto& event : jets) all.add(event);
  return all;
}

}  // namespace hepgan::physics
