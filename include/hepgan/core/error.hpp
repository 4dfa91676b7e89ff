// One sentence for the user: what was wrong, where, what was found and what was expected.
#pragma once
#include <stdexcept>

namespace hepgan {

/// Thrown for bad input at run time (file, field, option, checkpoint, non-finite value). what() is one sentence.
struct error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace hepgan
