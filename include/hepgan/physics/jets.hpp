// Jets of a calorimeter image by FastJet (Cacciari, Salam, Soyez, arXiv:1111.6097): anti-kt, R = 1.
// FastJet is under the GPL, so a program that includes this header is too; in hepgan only jet_observables.hpp does.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <fastjet/ClusterSequence.hh>
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/physics/cell_directions.hpp>
#include <hepgan/physics/jet_events.hpp>
#include <span>
#include <string>
#include <vector>

namespace hepgan::physics {

/// What an image covers, which towers are clustered and which jets are kept (GeV).
struct jet_options {
  double eta_max = default_eta_max;  // rows span [−eta_max, eta_max], columns [−π, π]
  double tower_pt = 0.1;             // kept above
  double radius = 1.0;
  double jet_pt = 200, jet_eta = 2;  // kept above, and within
};

/// Turns images of one shape into jets.
class jet_finder {
 public:
  explicit jet_finder(shape image, jet_options options = {})
      : image_(image), options_(options), cells_(image, options.eta_max) {
    if (image.channels != 1) throw error({"jets: found images of shape ", to_string(image), ", expected one channel"});
    [[maybe_unused]] static const bool quiet = [] {  // FastJet notes in a plain static that its banner was shown
      fastjet::ClusterSequence::set_fastjet_banner_stream(nullptr);
      fastjet::ClusterSequence::print_banner();
      return true;
    }();
  }

  /// Jets (GeV) of one image (MeV), hardest first.
  std::vector<jet> operator()(std::span<const float> image) const {
    std::vector<jet> jets;
    visit(image, [&](const fastjet::PseudoJet& j) {
      jets.push_back({static_cast<float>(j.pt()), static_cast<float>(j.eta()), static_cast<float>(j.phi_std()),
                      static_cast<float>((std::max)(0.0, j.m())),  // FastJet's m is negative when m² rounds below 0
                      static_cast<int>(j.constituents().size())});
    });
    return jets;
  }

  /// f(jet), hardest first. Constituents, which know their pixel by `user_index`, live as long as f runs.
  template <class Real, class F>
  void visit(std::span<const Real> image, F f) const {
    std::vector<fastjet::PseudoJet> towers;
    for (int r = 0; r < image_.height; ++r)
      for (int c = 0; c < image_.width; ++c) {
        const int pixel = r * image_.width + c;
        const double e = 1e-3 * image[pixel];
        if (!std::isfinite(e))
          throw error({"jets: found ", e, " in row ", r, ", column ", c, " of an image, expected finite energies"});
        if (!(e / cells_.cosh_eta(pixel) > options_.tower_pt)) continue;
        const auto n = cells_[pixel];
        towers.emplace_back(e * n[0], e * n[1], e * n[2], e);
        towers.back().set_user_index(pixel);
      }
    if (towers.empty()) return;
    try {
      // Everything that FastJet counts references of is made here, so that threads share none of it.
      const fastjet::JetDefinition definition(fastjet::antikt_algorithm, options_.radius);
      const fastjet::ClusterSequence sequence(towers, definition);
      for (const auto& j : fastjet::sorted_by_pt(sequence.inclusive_jets(options_.jet_pt)))
        if (j.pt() > options_.jet_pt && std::abs(j.eta()) < options_.jet_eta) f(j);
    } catch (const fastjet::Error& e) {  // no std::exception
      throw error({"FastJet: ", e.message()});
    }
  }

  std::array<double, 3> direction(int pixel) const { return cells_[pixel]; }

 private:
  shape image_;
  jet_options options_;
  cell_directions cells_;
};

/// Jets (GeV) of one image (MeV), hardest first.
inline std::vector<jet> cluster(std::span<const float> image, shape s, jet_options options = {}) {
  return jet_finder(s, options)(image);
}

/// Jets of many images. Events are clustered in parallel and gathered in order, so threads change nothing.
inline jet_events reconstruct(std::span<const float> images, shape s, jet_options options = {}) {
  const auto pixels = static_cast<std::size_t>(s.size());
  if (pixels == 0 || images.size() % pixels != 0)
    throw error({"jets: found ", images.size(), " pixels, expected a multiple of ", to_string(s)});
  const jet_finder find(s, options);
  std::vector<std::vector<jet>> jets(images.size() / pixels);
  parallel_for(static_cast<std::int64_t>(jets.size()),
               [&](std::int64_t i) { jets[i] = find(images.subspan(i * pixels, pixels)); });
  jet_events all;
  for (const auto& event : jets) all.add(event);
  return all;
}

}  // namespace hepgan::physics
