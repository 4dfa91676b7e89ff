// What the report's pictures share beside the style of all examples: marks of φ and η, and −ln p as text.
#pragma once
#include <string>

#include "../../common/plotter.hpp"

namespace rpv::report {

using namespace examples;

/// Marks of φ in multiples of π, and of η.
inline constexpr const char* phi_tics = "('−π' -pi, '−π/2' -pi/2, '0' 0, 'π/2' pi/2, 'π' pi)";
inline constexpr const char* eta_tics = "-2,1,2";

/// A −ln p; those that were clipped say so.
inline std::string ks_text(double v, int limit = 700, int digits = 2) {
  return v >= limit ? "≥ " + std::to_string(limit) : fixed(v, digits);
}
/// "−ln p = 4.20", "−ln p ≥ 700".
inline std::string ks_equation(double v, int digits = 2) {
  return (v < 700 ? "−ln p = " : "−ln p ") + ks_text(v, 700, digits);
}

}  // namespace rpv::report
