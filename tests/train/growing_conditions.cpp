// A GAN that grows and is told conditions: they reach every level, whichever way its critics see them.
#include <hepgan/core/parallel.hpp>
#include <hepgan/io/progressive.hpp>
#include <hepgan/models/progressive.hpp>

#include "catch.hpp"

using namespace hepgan;

namespace {

constexpr progressive_options two{.size = 16, .channels = 1, .filters = 4, .most = 8, .noise = 8, .conditions = 2};
using of_planes = progressive<two, threshold>;
using of_projection = projected_progressive<two, threshold>;

static_assert(of_planes::generator<1>::input == shape{10} && conditions_of<of_planes::generator<2>> == 2);
static_assert(of_planes::critic<2>::input == shape{3, 16, 16} && planes_of<of_planes::critic<0>> == 2);
static_assert(of_projection::critic<2>::input == shape{1, 16, 16} && of_projection::critic<0>::output == shape{1});
static_assert(projected_of<of_projection::critic<1>> == 2);

/// A bright quarter of each image, as bright as the first condition says.
struct quarters {
  std::vector<float> images, conditions;
  quarters(int n, std::uint64_t seed) {
    const random_stream r(seed, purpose::user);
    for (int e = 0; e < n; ++e) {
      const float told = 2 * float(r.uniform(2 * e)) - 1;
      conditions.push_back(told), conditions.push_back(float(r.normal(2 * e + 1)));
      for (int i = 0; i < 256; ++i) images.push_back(i / 16 < 8 && i % 16 < 8 ? 1 + 0.8f * told : 0.f);
    }
  }
};

const wasserstein by_turns{{}, 1e-3, {}};  // one critic step for each of the generator's
template <class Networks>
auto made(int steps_per_level) {
  using growing = progressive_gan<Networks>;
  typename growing::policies p;
  p.loss = by_turns, p.grows = {steps_per_level, 0.5}, p.decay = 0.9, p.threshold = 0.1;
  return growing(8, p, 3);
}
template <class Gan>
void train_steps(Gan& g, std::int64_t until) {
  while (g.steps() < until) {
    const quarters seen(g.batch(), g.steps());
    g.step(seen.images, seen.conditions);
  }
}
template <class Gan>
std::vector<float> sampled(Gan& g, int n, std::vector<float> row) {
  std::vector<float> images(std::size_t(n) * 256), rows;
  for (int i = 0; i < n; ++i) rows.insert(rows.end(), row.begin(), row.end());
  g.sample(7, 0, n, images, rows);
  return images;
}

template <class Networks>
void resumes() {
  for (const int at : {3, 14, 30}) {
    auto whole = made<Networks>(12), first = made<Networks>(12), second = made<Networks>(12);
    train_steps(whole, at + 14), train_steps(first, at);
    checkpoint c;
    save(c, "training", first), load(c, "training", second);
    train_steps(second, at + 14);
    CHECK(sampled(whole, 4, {0.5f, -1}) == sampled(second, 4, {0.5f, -1}));
    CHECK(sampled(whole, 4, {0.5f, -1}) != sampled(second, 4, {0.5f, 2}));
  }
}

}  // namespace

TEST_CASE("a grown training under conditions resumes bit for bit, at any level") {
  resumes<of_planes>();
  resumes<of_projection>();
}

namespace {

/// Mean pixels of the quarter under the least and the greatest condition, as each level ends.
template <class Networks>
std::vector<std::pair<double, double>> learnt_at_each_level() {
  constexpr int steps = 400, n = 64;
  progressive_gan<Networks> g(8, {.loss = by_turns, .optimizer = {1e-2, 0, 0.99}, .grows = {steps, 0.5}, .decay = 0.95},
                              3);
  const auto brightness = [&](float told) {
    const auto x = sampled(g, n, {told, 0});
    double sum = 0;
    for (int i = 0; i < n * 256; ++i)
      if (i % 256 / 16 < 8 && i % 16 < 8) sum += x[i];
    return sum / (n * 64);
  };
  std::vector<std::pair<double, double>> found;
  for (int level = 0; level < 3; ++level) {
    train_steps(g, (level + 1) * steps);
    REQUIRE(g.level() == level);
    found.push_back({brightness(-1), brightness(1)});
  }
  return found;
}

}  // namespace

TEST_CASE("a generator that grows follows its conditions at every level, under critics of planes and of projections") {
  set_threads(1);  // two would wait for each other most of the time
  for (const auto& levels :
       {learnt_at_each_level<progressive<two>>(), learnt_at_each_level<projected_progressive<two>>()})
    for (const auto& [dark, bright] : levels) {
      INFO(dark << " " << bright);
      CHECK(dark == Approx(0.2).margin(0.35));
      CHECK(bright == Approx(1.7).margin(0.9));  // of 48 levels of eight seeds, one fell to 1.0
      CHECK(bright > dark + 0.5);
    }
  set_threads(0);
}

TEST_CASE("a penalty on events of the last level is told their conditions, and those of lower levels have none") {
  struct listener {
    std::vector<float>* heard = nullptr;
    double operator()(rows<const float>, rows<float>, rows<const float> conditions) const {
      heard->assign(conditions.flat.begin(), conditions.flat.end());
      return 0;
    }
  };
  std::vector<float> heard;
  progressive_gan<of_projection, wasserstein, adam, gradient_penalty, listener> g(
      8, {.loss = by_turns, .event_penalty = {&heard}, .grows = {4, 0.5}}, 3);
  auto without = made<of_projection>(4);
  train_steps(g, 8);
  CHECK(heard.empty());
  without.restore(1, 8);
  CHECK(g.bytes() == without.bytes());
  train_steps(g, 12);
  CHECK(heard == quarters(8, 11).conditions);
  without.restore(2, 12);
  CHECK(g.bytes() == without.bytes() + 8 * 256 * sizeof(float));  // its gradient
}

TEST_CASE("a checkpoint's generator samples alone as in its training, at any level") {
  auto g = made<of_planes>(6);
  for (int level = 0; level < 3; ++level) {
    train_steps(g, 6 * (level + 1));
    REQUIRE(g.level() == level);
    checkpoint c;
    save_generator(c, "generator", g);
    std::vector<float> images(3 * 256);
    const int found = load_generator<of_planes>(c, "generator", [&]<class Generator>(parameters<Generator> p) {
      sampler<Generator> alone(p);
      sample_enlarged(alone, 16, 7, 0, 3, images, std::vector<float>{1, 2, 1, 2, 1, 2});
      return Generator::level;
    });
    CHECK(found == level);
    CHECK(images == sampled(g, 3, {1, 2}));
    CHECK_THROWS_WITH(load_generator<progressive<two>>(c, "generator", [](const auto&) { return 0; }),
                      has_text("found another network"));
  }
  checkpoint higher;
  higher.put("generator.level", std::int64_t(3));
  CHECK_THROWS_WITH(load_generator<of_planes>(higher, "generator", [](const auto&) { return 0; }),
                    has_text("generator: found level 3, expected a level from 0 to 2"));
}

TEST_CASE("conditions that are missing change nothing of a training that grows") {
  auto g = made<of_projection>(2);
  train_steps(g, 2);
  const quarters seen(8, 1);
  CHECK_THROWS_WITH(g.step(seen.images), has_text("progressive_gan::step, conditions: found 0 numbers, expected 16"));
  CHECK((g.steps() == 2 && g.level() == 0));
  std::vector<float> images(3 * 256);
  CHECK_THROWS_WITH(g.sample(1, 0, 3, images), has_text("sampler::sample, conditions: found 0 numbers, expected 6"));
}
