// Exact symmetries of detectors and of simulated boxes, as layers: each event is moved by one of the symmetry's
// elements, drawn anew, so that a generator need not learn what is known.
#pragma once
#include <hepgan/layers/kinds.hpp>
#include <hepgan/layers/options.hpp>

namespace hepgan {

/// Shifts an image by a random number of cells along a circular axis: about the beam along φ.
template <axis Along>
struct random_roll : symmetry {
  static constexpr const char* name = Along == axis::phi ? "random_roll_phi" : "random_roll_eta";
  static constexpr int elements(shape in) { return Along == axis::phi ? in.width : in.height; }
  static constexpr int source(shape in, int by, int h, int w) {
    int& moved = Along == axis::phi ? w : h;
    moved += by;
    if (moved >= elements(in)) moved -= elements(in);
    return h * in.width + w;
  }
};

/// Mirrors half of the images, drawn at random, along an axis: along η, where two like protons collide.
template <axis Along>
struct random_flip : symmetry {
  static constexpr const char* name = Along == axis::phi ? "random_flip_phi" : "random_flip_eta";
  static constexpr int elements(shape) { return 2; }
  static constexpr int source(shape in, int mirrored, int h, int w) {
    if (mirrored) (Along == axis::phi ? w : h) = Along == axis::phi ? in.width - 1 - w : in.height - 1 - h;
    return h * in.width + w;
  }
};

}  // namespace hepgan
