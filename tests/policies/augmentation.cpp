// Real events turned by symmetries of the detector.
#include <algorithm>
#include <hepgan/data/augmentation.hpp>
#include <set>

#include "catch.hpp"

using namespace hepgan;

namespace {

constexpr shape image{1, 4, 8};
constexpr int events = 200;

/// Event after event of different cells.
std::vector<float> numbered() {
  std::vector<float> x(events * image.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(i + 1);
  return x;
}
float cell(const std::vector<float>& x, int event, int row, int column) {
  return x[(event * image.height + row) * image.width + column % image.width];
}

}  // namespace

TEST_CASE("events are rotated in phi and mirrored in eta as asked, by their number alone") {
  const auto before = numbered();
  for (const std::string name : {"none", "phi", "eta", "phi,eta"}) {
    INFO(name);
    auto x = before;
    data::augmentation(name).turn(x, image, 3, 40);
    std::set<int> rotations, mirrors;
    for (int e = 0; e < events; ++e) {
      int found = 0;
      for (int mirrored = 0; mirrored < 2; ++mirrored)
        for (int by = 0; by < image.width; ++by) {
          bool same = true;
          for (int h = 0; h < image.height; ++h)
            for (int w = 0; w < image.width; ++w)
              same &= cell(x, e, h, w) == cell(before, e, mirrored ? image.height - 1 - h : h, w + by);
          if (same) ++found, rotations.insert(by), mirrors.insert(mirrored);
        }
      CHECK(found == 1);
    }
    const bool phi = name.starts_with("phi"), eta = name.ends_with("eta");
    CHECK(rotations.size() == (phi ? 8 : 1));
    CHECK(mirrors.size() == (eta ? 2 : 1));
    CHECK((x == before) == (name == "none"));

    std::vector<float> later(before.begin() + 5 * image.size(), before.end());
    data::augmentation(name).turn(later, image, 3, 45);  // the same events, in another batch
    CHECK(std::equal(later.begin(), later.end(), x.begin() + 5 * image.size()));
  }
  CHECK_THROWS_WITH(data::augmentation("z"), has_text("found z, expected none, phi, eta or phi,eta"));
}
