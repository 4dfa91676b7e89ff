// The classifier two-sample test: areas by hand, one distribution, two, and what it refuses.
#include <cmath>
#include <hepgan/models/classifiers.hpp>
#include <hepgan/train/classifier_test.hpp>

#include "catch.hpp"

using namespace hepgan;

namespace {

/// Such small networks gain nothing from threads.
struct one_thread {
  one_thread() { set_threads(1); }
  ~one_thread() { set_threads(0); }
};

struct three_numbers : feature_classifier<3, 16> {};
constexpr std::size_t width = 3;

constexpr shape image{1, 16, 16};
struct network : image_classifier<image, 8> {};
struct sums : sequential<image, hepgan::detail::row_sums> {};
static_assert(multiply_adds<sums> == image.size());  // of 16 weights

/// Independent normal numbers; the second is `together` times the first and the rest its own.
std::vector<float> gaussians(int n, std::uint64_t seed, double shift = 0, double together = 0) {
  const random_stream r(seed, purpose::user);
  std::vector<float> x(n * width);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(r.normal(i) + shift);
  for (std::size_t i = 0; i < x.size(); i += width)
    x[i + 1] = static_cast<float>(together * x[i] + std::sqrt(1 - together * together) * x[i + 1]);
  return x;
}
rows<const float> events(const std::vector<float>& x, std::size_t w = width) { return {x, w}; }

}  // namespace

TEST_CASE("The area under a curve by ranks") {
  const auto area = [](std::vector<float> above, std::vector<float> below) { return auc(above, below); };
  CHECK(area({3, 4}, {1, 2}) == 1);
  CHECK(area({1, 2}, {3, 4}) == 0);
  CHECK(area({0.35f, 0.8f}, {0.1f, 0.4f}) == 0.75);   // of 4 pairs, 3
  CHECK(area({1, 1}, {1, 1, 1}) == 0.5);              // ties count half
  CHECK(area({1, 2, 2}, {2, 0}) == Approx(4.0 / 6));  // 3 above, 2 equal, of 6
  CHECK(area({-0.0f}, {0.0f}) == 0.5);
  CHECK(std::isnan(area({1, NAN}, {0})));
  CHECK(std::isnan(area({1}, {NAN})));
  CHECK(std::isnan(area({}, {1})));
}

TEST_CASE("The error of an area") {
  CHECK(auc_error(0.5, 2000, 3000) == Approx(std::sqrt(5001.0 / (12.0 * 2000 * 3000))));
  CHECK(auc_error(1, 100, 100) == 0);
  CHECK(auc_error(0, 100, 100) == 0);
  CHECK(auc_error(0.9, 50, 50) == Approx(auc_error(0.1, 50, 50)));
  CHECK(std::isnan(auc_error(NAN, 50, 50)));
}

TEST_CASE("Samples of one distribution are not told apart, whatever the seed") {
  const one_thread only;
  double squares = 0;
  for (std::uint64_t s = 0; s < 12; ++s) {
    const auto a = gaussians(400, 100 + s), b = gaussians(400, 200 + s);
    const auto found = classifier_auc<three_numbers>(events(a), events(b), {.seed = s});
    INFO(found.value << " ± " << found.error);
    CHECK(std::abs(found.value - 0.5) < 4 * found.error);
    squares += std::pow((found.value - 0.5) / found.error, 2) / 12;
  }
  CHECK(squares < 2.4);  // χ² of 12: one in 300
  CHECK(squares > 0.2);  // an error that is far too large would hide what there is
}

TEST_CASE("Samples of two distributions are told apart as well as they can be") {
  const one_thread only;
  const auto a = gaussians(500, 1), far = gaussians(500, 2, 2.5), b = gaussians(400, 2, 0.3);
  CHECK(classifier_auc<three_numbers>(events(a), events(far)).value > 0.95);
  // The best there is for a shift of 0.3 in each: Φ(0.3 √3 / √2) = 0.643
  const auto best = classifier_auc<three_numbers>(events(a), events(b), {.epochs = 30});
  CHECK(best.value == Approx(0.643).margin(4 * best.error));
  CHECK(best.value > 0.5 + 3 * best.error);
}

TEST_CASE("A network sees what no single number shows") {
  const one_thread only;
  const auto a = gaussians(1000, 1), b = gaussians(1000, 2, 0, 0.9);
  CHECK(classifier_auc<three_numbers>(events(a), events(b), {.epochs = 30}).value > 0.75);
}

TEST_CASE("Real events against real ones are the floor") {
  const one_thread only;
  const auto a = gaussians(800, 1, 5);
  const auto floor = classifier_auc_floor<three_numbers>(events(a));
  CHECK(std::abs(floor.value - 0.5) < 4 * floor.error);
  CHECK(floor.error == Approx(auc_error(floor.value, 200, 200)));
}

TEST_CASE("One seed gives one result, on samples of any sizes") {
  const one_thread only;
  const auto a = gaussians(301, 1), b = gaussians(177, 2, 0.5);
  const auto ask = [&](std::uint64_t seed) {
    return classifier_auc<three_numbers>(events(a), events(b), {.batch = 32, .seed = seed});
  };
  const auto once = ask(7), again = ask(7), other = ask(8);
  CHECK(once.value == again.value);
  CHECK(once.value != other.value);
  CHECK(once.value > 0.6);
}

TEST_CASE("Images of few hot cells are told from those of many") {
  const one_thread only;
  const random_stream r(5, purpose::user);
  const auto images = [&](int n, int spots, int first) {
    std::vector<float> x(std::size_t(n) * image.size());
    for (int i = 0; i < n; ++i)
      for (int k = 0; k < spots; ++k) x[i * image.size() + int(r.uniform(8 * (first + i) + k) * image.size())] += 2;
    return x;
  };
  const auto few = images(400, 2, 0), many = images(400, 8, 5000), more = images(400, 2, 9000);
  const std::size_t pixels = image.size();
  CHECK(classifier_auc<network>({few, pixels}, {many, pixels}).value > 0.95);
  const auto same = classifier_auc<network>({few, pixels}, {more, pixels});
  CHECK(std::abs(same.value - 0.5) < 4 * same.error);
}

TEST_CASE("Standardised numbers have mean 0 and deviation 1 over both samples") {
  std::vector<float> a{1, 7, 5e6f, 3, 7, 5e6f}, b{5, 7, 5e6f};
  standardise(a, b, 3);
  CHECK(a[0] == Approx(-std::sqrt(1.5)));
  CHECK(a[3] == Approx(0).margin(1e-6));
  CHECK(b[0] == Approx(std::sqrt(1.5)));
  for (const float x : {a[1], a[2], a[4], a[5], b[1], b[2]}) CHECK(x == 0);  // never vary
}

TEST_CASE("Too few events, and events of another size, are refused in a sentence") {
  const one_thread only;
  const auto few = gaussians(15, 1), enough = gaussians(16, 2);
  CHECK_THROWS_WITH(classifier_auc<three_numbers>(events(few), events(enough)),
                    has_text("found 15 events of a sample, expected at least 16"));
  CHECK_NOTHROW(classifier_auc<three_numbers>(events(enough), events(enough)));
  CHECK_THROWS_WITH(classifier_auc_floor<three_numbers>(events(enough)), has_text("found 8 events"));
  CHECK_THROWS_WITH(classifier_auc<three_numbers>({few, 5}, {enough, 3}), has_text("found 5 numbers, expected 3"));
}

TEST_CASE("A sample that is not a number gives no number") {
  const one_thread only;
  const auto a = gaussians(64, 1);
  auto b = gaussians(64, 2);
  for (float& x : b) x = NAN;
  const auto found = classifier_auc<three_numbers>(events(a), events(b));
  CHECK(std::isnan(found.value));
  CHECK(std::isnan(found.error));
}
