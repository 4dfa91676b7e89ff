// Jets and pixels of both samples as compared distributions.
#pragma once
#include <hepgan/core/shape.hpp>
#include <hepgan/physics/comparison.hpp>
#include <hepgan/physics/images.hpp>
#include <numbers>

#include "compared.hpp"

namespace rpv::report {

/// n-jet, sum-mass, jet-pt, jet-eta, jet-phi; each says its KS value.
inline void draw_jets(plotter& plot, const hepgan::physics::jet_samples& real, const hepgan::physics::jet_samples& fake,
                      const hepgan::physics::comparison& result) {
  const auto remark = [](double ks) { return (ks < 700 ? "KS:  −ln p = " : "KS:  −ln p ") + ks_text(ks); };
  const auto per = [](const std::string& what, const std::vector<double>& edges, const std::string& unit) {
    return "Fraction of " + what + " / " + short_number(edges[1] - edges[0], 3) + unit;
  };

  const double most = std::clamp(std::max(quantile(real.n_jet, 1), quantile(fake.n_jet, 0.999)), 8.0, 16.0);
  const auto counts = even_edges(0.5, most + 0.5, static_cast<int>(most));
  draw_compared(plot, "n-jet", fill(counts, real.n_jet, fake.n_jet),
                {.title = "Number of jets",
                 .remark = remark(result.ks_nJet),
                 .x = "Jets per event (p_T > 200 GeV, |η| < 2)",
                 .y = "Fraction of events",
                 .x_tics = "1"});

  const auto mass = round_edges(0, real.sum_mass, fake.sum_mass, 45);
  draw_compared(plot, "sum-mass", fill(mass, real.sum_mass, fake.sum_mass),
                {.title = "Summed jet mass",
                 .remark = remark(result.ks_sumMass),
                 .x = "Σ m_{jet} [GeV]",
                 .y = per("events", mass, " GeV")});

  const auto pt = round_edges(200, real.jet_pt, fake.jet_pt);
  draw_compared(plot, "jet-pt", fill(pt, real.jet_pt, fake.jet_pt),
                {.title = "Jet transverse momentum",
                 .remark = remark(result.ks_jetPt),
                 .x = "Jet p_T [GeV]",
                 .y = per("jets", pt, " GeV"),
                 .log_y = true});

  const auto eta = even_edges(-2, 2, 20);
  draw_compared(plot, "jet-eta", fill(eta, real.jet_eta, fake.jet_eta),
                {.title = "Jet pseudorapidity",
                 .remark = remark(result.ks_jetEta),
                 .x = "Jet η",
                 .y = per("jets", eta, ""),
                 .x_tics = "-2,0.5,2"});

  draw_compared(plot, "jet-phi", fill(even_edges(-std::numbers::pi, std::numbers::pi, 24), real.jet_phi, fake.jet_phi),
                {.title = "Jet azimuth",
                 .remark = remark(result.ks_jetPhi),
                 .x = "Jet φ [rad]",
                 .y = "Fraction of jets / (π/12)",
                 .angle = true});
}

/// pixel-energy and occupancy.
inline void draw_pixels(plotter& plot, std::span<const float> real, std::span<const float> fake, hepgan::shape image) {
  const auto pixels = static_cast<std::size_t>(image.size());
  const auto events = [&](std::span<const float> s) {
    return "⟨E⟩ per event: " + fixed(mean(s) * double(pixels) * 1e-6, 2);
  };
  const auto spectrum = [](std::span<const float> s) { return hepgan::physics::pixel_spectrum(s, 49.99, 4.999e6, 50); };
  const auto r = spectrum(real), f = spectrum(fake);
  histogram h{.edges = r.edges, .real = {r.counts.begin(), r.counts.end()}, .fake = {f.counts.begin(), f.counts.end()}};
  for (double& e : h.edges) e *= 1e-3;
  h.real_total = std::max(1.0, double(real.size()) / double(pixels));
  h.fake_total = std::max(1.0, double(fake.size()) / double(pixels));
  // Only the bins that hold something, and one more at either side.
  const auto empty = [&](std::size_t i) { return h.real[i] == 0 && h.fake[i] == 0; };
  std::size_t first = 0, last = h.bins();
  while (first + 2 < last && empty(first + 1)) ++first;
  while (last > first + 2 && empty(last - 2)) --last;
  h.edges = {h.edges.begin() + first, h.edges.begin() + last + 1};
  h.real = {h.real.begin() + first, h.real.begin() + last}, h.fake = {h.fake.begin() + first, h.fake.begin() + last};
  draw_compared(
      plot, "pixel-energy", h,
      {.title = "Pixel energy",
       .remark = events(real) + " TeV real, " + fixed(mean(fake) * double(pixels) * 1e-6, 2) + " TeV generated",
       .x = "Energy per pixel [GeV]",
       .y = "Pixels per event / 0.1 decade",
       .log_x = true,
       .log_y = true});

  auto a = hepgan::physics::occupancies(real, pixels), b = hepgan::physics::occupancies(fake, pixels);
  for (auto* sample : {&a, &b})
    for (float& share : *sample) share *= 100;
  const auto edges = round_edges(0, a, b, 40);
  draw_compared(plot, "occupancy", fill(edges, a, b),
                {.title = "Occupancy",
                 .remark = "mean " + fixed(mean(a), 2) + " % real, " + fixed(mean(b), 2) + " % generated",
                 .x = "Pixels with energy [%]",
                 .y = "Fraction of events / " + short_number(edges[1] - edges[0], 3) + " %"});
}

}  // namespace rpv::report
