// Losses of optimal transport: values that are known, what they refuse, and whom they do not ask: threads, and scales.
#include <cmath>
#include <hepgan/core/random.hpp>
#include <hepgan/loss/optimal_transport.hpp>
#include <hepgan/loss/sinkhorn_divergence.hpp>
#include <vector>

#include "catch.hpp"

using namespace hepgan;

namespace {

constexpr std::size_t width = 5;

/// Normal embeddings around (mean, 0, 0, …).
template <class Real = double>
std::vector<Real> normal_embeddings(int n, double mean, std::uint32_t draw) {
  const random_stream r(9, purpose::user, draw);
  std::vector<Real> x(n * width);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<Real>(r.normal(i) + (i % width == 0 ? mean : 0));
  return x;
}

template <class Real>
std::vector<Real> twice(std::vector<Real> x) {
  x.insert(x.end(), x.begin(), x.begin() + static_cast<std::ptrdiff_t>(x.size()));
  return x;
}

template <class Loss>
double distance(const Loss& loss, const std::vector<double>& real, const std::vector<double>& fake) {
  return loss.distance(1, rows<const double>{real, width}, rows<const double>{fake, width}, rows<double>{},
                       rows<double>{});
}
template <class Loss, class Real>
double critic(const Loss& loss, const std::vector<Real>& real, const std::vector<Real>& fake, std::vector<Real>& d_real,
              std::vector<Real>& d_fake) {
  d_real.assign(real.size(), Real(NAN)), d_fake.assign(fake.size(), Real(NAN));  // all is written
  return loss.critic(rows<const Real>{real, width}, rows<const Real>{fake, width}, rows<Real>{d_real, width},
                     rows<Real>{d_fake, width});
}
template <class Loss, class Real>
double critic(const Loss& loss, const std::vector<Real>& real, const std::vector<Real>& fake) {
  std::vector<Real> d_real, d_fake;
  return critic(loss, real, fake, d_real, d_fake);
}

struct sample_mean {
  double sum = 0, square = 0;
  int n = 0;
  void add(double x) { sum += x, square += x * x, ++n; }
  double mean() const { return sum / n; }
  double error() const { return std::sqrt((square / n - mean() * mean()) / (n - 1)); }
};

}  // namespace

TEST_CASE("four equal batches have no energy distance") {
  const auto x = twice(normal_embeddings(16, 1, 0));
  CHECK(distance(optimal_transport{}, x, x) == 0);
  CHECK(distance(optimal_transport_of<euclidean_cost>{}, x, x) == 0);
  CHECK(critic(sinkhorn_divergence{}, x, x) == 0);
}

TEST_CASE("independent batches of one distribution have no distance within error, others have") {
  for (const double lambda : {5.0, 500.0}) {
    sample_mean same, other, euclidean;
    for (std::uint32_t draw = 0; draw < 40; ++draw) {
      const auto x = normal_embeddings(32, 1, 3 * draw), y = normal_embeddings(32, 1, 3 * draw + 1),
                 z = normal_embeddings(32, 2, 3 * draw + 2);
      const optimal_transport loss{{}, {.lambda = lambda}};
      same.add(distance(loss, x, y)), other.add(distance(loss, x, z));
      euclidean.add(distance(optimal_transport_of<euclidean_cost>{{}, {.lambda = lambda}}, x, y));
    }
    CAPTURE(lambda);
    CHECK(std::abs(same.mean()) < 3 * same.error());
    CHECK(std::abs(euclidean.mean()) < 3 * euclidean.error());
    CHECK(other.mean() > 5 * other.error());
  }
}

TEST_CASE("the distance is its definition, of costs that are sharp") {
  // Batches of one event each: every W is the cost of the only pair.
  const std::vector<double> real{1, 0, 0, 0, 0, 0, 2, 0, 0, 0}, fake{0, 0, 3, 0, 0, 4, 4, 0, 0, 0};
  const double r = 1 / std::sqrt(2.0);
  CHECK(distance(optimal_transport{}, real, fake) == Approx(1 + (1 - r) + 1 + (1 - r) - 2 * 1 - 2 * 1));
  const auto euclidean = 0.5 * ((1 + 9) + (9 + 16) + (4 + 9) + (16 + 4)) - (1 + 4) - (16 + 16 + 9);
  CHECK(distance(optimal_transport_of<euclidean_cost>{}, real, fake) == Approx(euclidean));
  CHECK(critic(optimal_transport{}, real, fake) == Approx(-distance(optimal_transport{}, real, fake)));
}

TEST_CASE("one batch given twice is refused, a critic that makes the same of all events is not") {
  const auto once = normal_embeddings(8, 1, 0), good = normal_embeddings(16, 1, 1);
  const auto says = [](const char* which) { return has_text(std::string("found one ") + which + " batch twice"); };
  CHECK_THROWS_WITH(critic(optimal_transport{}, twice(once), good), says("real"));
  CHECK_THROWS_WITH(critic(optimal_transport{}, good, twice(once)), says("generated"));
  const std::vector<double> collapsed(16 * width, 0.5);
  CHECK(std::isfinite(critic(optimal_transport{}, collapsed, good)));
  CHECK(critic(optimal_transport{}, collapsed, collapsed) == Approx(0).margin(1e-12));
}

TEST_CASE("embeddings of no length have a cost and no gradient, those that are no numbers make a loss that is none") {
  auto x = normal_embeddings(8, 1, 0);
  const auto y = normal_embeddings(8, 1, 1);
  std::fill_n(x.begin() + width, width, 0.0);
  const auto check = [&](const auto& loss) {
    std::vector<double> d_real, d_fake;
    CHECK(std::isfinite(critic(loss, x, y, d_real, d_fake)));
    for (std::size_t k = 0; k < width; ++k) CHECK(d_real[width + k] == 0);
    for (const auto& d : {d_real, d_fake})
      for (const double g : d) CHECK(std::isfinite(g));
    for (const double bad : {double(NAN), double(INFINITY)}) {
      auto z = x;
      z[3 * width + 2] = bad;
      CHECK(std::isnan(critic(loss, z, y, d_real, d_fake)));
      CHECK(std::isnan(d_fake[0]));
      CHECK(std::isnan(critic(loss, y, z)));
    }
  };
  check(optimal_transport{}), check(sinkhorn_divergence{});
  const auto z = std::vector<double>(x.begin(), x.end() - 1);
  CHECK_THROWS_WITH(critic(optimal_transport{}, z, y), has_text("found 39 numbers, expected 2 equal batches"));
}

TEST_CASE("a cosine does not see lengths, a Euclidean cost no common offset, in floats too") {
  const auto x = normal_embeddings<float>(32, 1, 0), y = normal_embeddings<float>(32, 2, 1);
  auto longer = x, far_x = x, far_y = y;
  for (std::size_t i = 0; i < x.size(); ++i) longer[i] *= float(1 + i / width), far_x[i] += 1000, far_y[i] += 1000;
  const optimal_transport cosine{{}, {.lambda = 20}};
  CHECK(critic(cosine, longer, y) == Approx(critic(cosine, x, y)).epsilon(1e-4));
  const optimal_transport_of<euclidean_cost> euclidean{{}, {.lambda = 1}};
  CHECK(critic(euclidean, far_x, far_y) == Approx(critic(euclidean, x, y)).epsilon(1e-3));
}

TEST_CASE("losses of transport do not depend on the number of threads, nor on what was asked before") {
  const auto x = normal_embeddings<float>(64, 1, 0), y = normal_embeddings<float>(64, 2, 1);
  const auto check = [&](const auto& loss) {
    std::vector<float> d_real[2], d_fake[2];
    double value[2];
    for (const int threads : {1, 2}) {
      set_threads(threads);
      value[threads - 1] = critic(loss, x, y, d_real[threads - 1], d_fake[threads - 1]);
    }
    set_threads(0);
    CHECK(value[0] == value[1]);
    CHECK(d_real[0] == d_real[1]);
    CHECK(d_fake[0] == d_fake[1]);
    critic(loss, normal_embeddings<float>(100, 0, 2), normal_embeddings<float>(100, 0, 3));
    CHECK(critic(loss, x, y) == value[0]);
  };
  check(optimal_transport{}), check(optimal_transport_of<euclidean_cost>{}), check(sinkhorn_divergence{});
}

TEST_CASE("the generator's loss is the critic's with the other sign, and so is its gradient") {
  const auto x = normal_embeddings(16, 1, 0), y = normal_embeddings(16, 2, 1);
  const auto check = [&](const auto& loss) {
    std::vector<double> d_real, d_fake, d(y.size(), NAN);
    const double down = critic(loss, x, y, d_real, d_fake);
    CHECK(loss.generator(rows<const double>{x, width}, rows<const double>{y, width}, rows<double>{d, width}) == -down);
    for (std::size_t i = 0; i < d.size(); ++i) CHECK(d[i] == -d_fake[i]);
  };
  check(optimal_transport{}), check(sinkhorn_divergence{});
  CHECK(optimal_transport{}.at(0).critic);
  CHECK(
      (optimal_transport{}.at(1).generator && !optimal_transport{}.at(1).critic && !optimal_transport{}.at(2).critic));
  CHECK(optimal_transport::decision(std::span<const double>(std::vector<double>{3, 0, 4})) == Approx(5));
}

TEST_CASE("the Sinkhorn divergence lies between a kernel's distance and Wasserstein's, and is never negative") {
  const auto x = normal_embeddings(24, 1, 0), y = normal_embeddings(24, 2.5, 1);
  const auto at = [&](double lambda) {
    return -critic(sinkhorn_divergence_of<euclidean_cost>{{}, {lambda, 1e-9, 100000}}, x, y);
  };
  double means = 0;  // of ½‖x − y‖² the kernel's distance is between means
  for (std::size_t k = 0; k < width; ++k) {
    double difference = 0;
    for (std::size_t i = k; i < x.size(); i += width) difference += (x[i] - y[i]) / 24;
    means += difference * difference / 2;
  }
  CHECK(at(1e-6) == Approx(means).epsilon(1e-4));
  transport<double> sharp;
  sharp.resize(24, 24);
  for (int i = 0; i < 24; ++i)
    for (int j = 0; j < 24; ++j) {
      double square = 0;
      for (std::size_t k = 0; k < width; ++k) square += std::pow(x[i * width + k] - y[j * width + k], 2);
      sharp.cost(i)[j] = square / 2;
    }
  sharp.solve({.lambda = 1e5, .tolerance = 1e-9, .iterations = 100000});
  CHECK(at(1e4) == Approx(sharp.cost_of_plan()).epsilon(1e-3));
  for (std::uint32_t draw = 0; draw < 20; ++draw)
    for (const double lambda : {0.5, 10.0, 200.0}) {
      const auto a = normal_embeddings(6, 0, 10 + 2 * draw), b = normal_embeddings(6, 0, 11 + 2 * draw);
      CHECK(-critic(sinkhorn_divergence{{}, {lambda, 1e-9, 100000}}, a, b) > 0);
    }
}
