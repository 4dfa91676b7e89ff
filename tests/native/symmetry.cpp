// Symmetries: every event moved by an element of its own, all elements drawn alike, and moved back by the adjoint.
#include <algorithm>
#include <hepgan/layers/symmetries.hpp>

#include "../support/catch.hpp"
#include "harness.hpp"

using namespace hepgan;
using namespace hepgan::test;

namespace {

template <class L>
problem events(shape s, int batch, int block) {
  problem p{.what = operation(op_kind::symmetry, s, s, block),
            .batch = batch,
            .x = draw(batch * s.size(), 1),
            .dy = draw(batch * s.size(), 2)};
  p.event = 11;
  return p;
}

/// The element that takes event n of x to y; −1 when there is none.
template <class L>
int element_of(shape s, int n, const numbers& x, const numbers& y) {
  for (int e = 0; e < L::elements(s); ++e) {
    bool found = true;
    for (int c = 0; c < s.channels; ++c)
      for (int h = 0; h < s.height; ++h)
        for (int w = 0; w < s.width; ++w) {
          const int first = (n * s.channels + c) * s.pixels();
          found = found && y[first + h * s.width + w] == x[first + L::source(s, e, h, w)];
        }
    if (found) return e;
  }
  return -1;
}

template <class L>
void check() {
  CAPTURE(L::name);
  const auto kernel = native::symmetry_kernel<L, float>();
  for (const shape s : {shape(1, 4, 7), shape(3, 6, 5), shape(24, 5, 4)}) {
    if (left_out()) continue;
    const int batch = 400;
    const problem p = events<L>(s, batch, 1);
    const outcome plain = run(kernel, p);
    std::vector<int> drawn(L::elements(s));
    for (int n = 0; n < batch; ++n) {
      const int e = element_of<L>(s, n, p.x, plain.y);
      REQUIRE(e >= 0);
      REQUIRE(element_of<L>(s, n, plain.dx, p.dy) == e);  // the adjoint moves back what forward moved
      ++drawn[e];
    }
    const double expected = double(batch) / L::elements(s);
    for (const int n : drawn) REQUIRE(std::abs(n - expected) < 5 * std::sqrt(expected));
    for (const int block : {8, 16}) {
      const problem q = events<L>(s, batch, block);
      const outcome blocked = run(kernel, q);
      REQUIRE(blocked.all_written);
      REQUIRE(blocked.y == plain.y);
      REQUIRE(blocked.dx == plain.dx);
    }
    REQUIRE(repeats_on_any_threads(kernel, p));
  }
}

}  // namespace

// Row and column of a 4 × 7 image that come to another: rolls go on beyond the edge, flips mirror.
static_assert(random_roll<axis::phi>::source({1, 4, 7}, 2, 1, 6) == 1 * 7 + 1);
static_assert(random_roll<axis::eta>::source({1, 4, 7}, 2, 3, 5) == 1 * 7 + 5);
static_assert(random_flip<axis::eta>::source({1, 4, 7}, 1, 0, 2) == 3 * 7 + 2);
static_assert(random_flip<axis::phi>::source({1, 4, 7}, 1, 1, 0) == 1 * 7 + 6);

TEST_CASE("symmetries move the pixels of each event by an element drawn for it, and back") {
  check<random_roll<axis::phi>>();
  check<random_roll<axis::eta>>();
  check<random_flip<axis::phi>>();
  check<random_flip<axis::eta>>();
}

TEST_CASE("an event's element does not depend on the batch that it is in") {
  using roll = random_roll<axis::phi>;
  const auto kernel = native::symmetry_kernel<roll, float>();
  const shape s(1, 3, 16);
  problem all = events<roll>(s, 6, 1), last = all;
  last.batch = 2, last.event = all.event + 4;
  last.x.erase(last.x.begin(), last.x.begin() + 4 * s.size()),
      last.dy.erase(last.dy.begin(), last.dy.begin() + 4 * s.size());
  const outcome together = run(kernel, all), alone = run(kernel, last);
  CHECK(std::equal(alone.y.begin(), alone.y.end(), together.y.begin() + 4 * s.size()));
}
