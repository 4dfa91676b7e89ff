// Events as what clustering leaves of their images: their jets.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hepgan::physics {

/// A jet in the detector frame, GeV; φ in (−π, π]; and the number of towers that it is made of.
struct jet {
  float pt = 0, eta = 0, phi = 0, mass = 0;
  int constituents = 0;
};

/// Jets by event, hardest first; those without any among them.
class jet_events {
 public:
  void add(std::span<const jet> event) {
    jets_.insert(jets_.end(), event.begin(), event.end());
    ends_.push_back(jets_.size());
  }
  /// Adds further events, after these.
  jet_events& operator+=(const jet_events& more) {
    const std::size_t jets = more.jets_.size(), events = more.ends_.size(),
                      before = jets_.size();  // `more` may be this
    for (std::size_t i = 0; i < jets; ++i) jets_.push_back(more.jets_[i]);
    for (std::size_t i = 0; i < events; ++i) ends_.push_back(before + more.ends_[i]);
    return *this;
  }

  jet_events first(std::int64_t n) const {
    jet_events some;
    for (std::int64_t i = 0; i < (std::min)(n, size()); ++i) some.add((*this)[i]);
    return some;
  }

  std::int64_t size() const { return static_cast<std::int64_t>(ends_.size()); }
  std::span<const jet> operator[](std::int64_t event) const {
    const std::size_t first = event ? ends_[event - 1] : 0;
    return std::span(jets_).subspan(first, ends_[event] - first);
  }
  std::int64_t without_jets() const {
    std::int64_t n = 0;
    for (std::int64_t i = 0; i < size(); ++i) n += (*this)[i].empty();
    return n;
  }
  double no_jet_fraction() const { return size() ? double(without_jets()) / double(size()) : 0; }

 private:
  std::vector<jet> jets_;
  std::vector<std::size_t> ends_;  ///< of each event, in jets_
};

}  // namespace hepgan::physics
