// Dropout (Srivastava et al., JMLR 15, 2014), with the survivors scaled up in training; nothing at inference.
#pragma once
#include <hepgan/layers/kinds.hpp>

namespace hepgan {

/// The rate is a run-time scalar. The mask is a pure function of (seed, event, element): backward draws it again.
struct dropout : pointwise {
  static constexpr const char* name = "dropout";
  static constexpr int scalars = 1;
  static constexpr double defaults[] = {0.5};
  static constexpr bool random = true;
};

}  // namespace hepgan
