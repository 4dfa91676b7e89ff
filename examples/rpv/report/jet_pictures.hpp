// Jets, whole events and pixels of both samples as compared distributions.
#pragma once
#include <cctype>
#include <hepgan/core/shape.hpp>
#include <hepgan/physics/images.hpp>
#include <numbers>
#include <string_view>

#include "compared.hpp"
#include "observed.hpp"

namespace rpv::report {

namespace detail {

/// "jetPt" → "jet-pt".
inline std::string picture_name(std::string_view observable) {
  std::string name;
  for (const char c : observable) {
    if (std::isupper(static_cast<unsigned char>(c))) name += '-';
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

/// As gnuplot writes it, with a capital to begin with.
inline std::string plotted(std::string text) {
  if (const auto at = text.find("pT"); at != std::string::npos) text.replace(at, 2, "p_T");
  if (!text.starts_with("p_T")) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

inline std::vector<double> edges_of(const observed& o) {
  if (o.of.high > 0) return even_edges(o.of.low, o.of.high, std::string(o.of.unit) == "rad" ? 24 : 20);
  if (!o.of.whole) return round_edges(o.of.low, o.real, o.fake, o.of.steep ? 30 : 45);
  const auto edges = round_edges(o.of.low - 0.5, o.real, o.fake);  // a bin holds whole numbers
  const double width = std::ceil(edges[1] - edges[0]);
  const int bins = std::max(8, static_cast<int>(std::ceil((edges.back() - edges[0]) / width)));
  return even_edges(edges[0], edges[0] + bins * width, bins);
}

inline std::string fraction_of(const observed& o, const std::vector<double>& edges) {
  const double width = edges[1] - edges[0];
  const std::string what = std::string("Fraction of ") + (o.of.each_jet ? "jets" : "events");
  if (std::string(o.of.unit) == "rad") return what + " / (π/" + fixed(std::numbers::pi / width, 0) + ")";
  return o.of.whole && width == 1 ? what : what + " / " + short_number(width, 3) + o.unit();
}

}  // namespace detail

/// A picture for each observable; each says its KS value and Wasserstein distance.
inline void draw_jets(plotter& plot, const std::vector<observed>& all) {
  for (const observed& o : all) {
    const auto edges = detail::edges_of(o);
    const bool angle = std::string(o.of.unit) == "rad";
    draw_compared(plot, detail::picture_name(o.of.name), fill(edges, o.real, o.fake),
                  {.title = detail::plotted(o.of.text),
                   .remark = "KS:  " + ks_equation(o.distance.ks),
                   .x = with_unit(detail::plotted(o.of.text), o.of.unit),
                   .y = detail::fraction_of(o, edges),
                   .log_y = o.of.steep,
                   .x_tics = o.of.whole && edges.size() <= 17 ? "1" : "",
                   .angle = angle,
                   .legend = "W_1 = " + o.w1()});
  }
}

/// Of what cells say without jets, but for their number, which `occupancy` is.
inline void draw_events_as_a_whole(plotter& plot, const observed_images& o) {
  for (std::size_t i = 0; i < hepgan::physics::image_observables.size(); ++i) {
    const auto& of = hepgan::physics::image_observables[i];
    if (!*of.unit) continue;
    const auto edges = round_edges(0, o.real[i], o.fake[i], 40);
    draw_compared(plot, detail::picture_name(of.name), fill(edges, o.real[i], o.fake[i]),
                  {.title = detail::plotted(of.text),
                   .remark = "KS:  " + ks_equation(o.result.distances[i].ks),
                   .x = with_unit(detail::plotted(of.text), of.unit),
                   .y = "Fraction of events / " + short_number(edges[1] - edges[0], 3) + " " + of.unit,
                   .legend = "W_1 = " + w1_text(o.result.distances[i], of.unit)});
  }
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
