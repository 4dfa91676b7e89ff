// What the report is made of, without drawing: metrics by column name, bins, base64.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "../../examples/rpv/report/histogram.hpp"
#include "../../examples/rpv/report/jet_pictures.hpp"
#include "../../examples/rpv/report/metrics.hpp"
#include "../../examples/rpv/report/page.hpp"
#include "catch.hpp"

using namespace rpv::report;

namespace {

metrics read(const std::string& csv) {
  const auto path = std::filesystem::temp_directory_path() / ("hepgan-metrics-" + std::to_string(::getpid()) + ".csv");
  std::ofstream(path) << csv;
  metrics m(path);
  std::filesystem::remove(path);
  return m;
}

}  // namespace

TEST_CASE("Metrics are read by column name") {
  const auto m = read("ks_comb,epoch,best\r\n30,4,1\r\n10,5,0\r\n20.5,6,1\r\n");
  REQUIRE(m.rows() == 3);
  CHECK(m.epochs() == std::vector<double>{4, 5, 6});
  CHECK(m["ks_comb"][2] == 20.5);
  CHECK(m.best().value() == 2);  // as marked: a smaller ks_comb may have been refused
  CHECK(m["loss_critic"].size() == 3);
  CHECK(std::isnan(m["loss_critic"][0]));
}

TEST_CASE("Metrics tolerate missing columns and what was not finite, and refuse what is damaged") {
  const auto m = read("epoch,ks_comb,d_real\n0,null,0.5\n1,12,inf\n2,nan,\n\n");
  REQUIRE(m.rows() == 3);
  CHECK(std::isnan(m["ks_comb"][0]));
  CHECK(std::isinf(m["d_real"][1]));
  CHECK(std::isnan(m["d_real"][2]));
  CHECK(m.best().value() == 1);  // without marks, the smallest
  CHECK(read("epoch\n").rows() == 0);
  CHECK_FALSE(read("epoch,best\n0,0\n").best());
  CHECK_THROWS_WITH(read("epoch,ks_comb\n0,3\n1\n"), has_text(".csv: row 2: found 1 numbers, expected 2"));
  CHECK_THROWS_WITH(read("epoch,ks_comb\n0,3,4\n"), has_text(".csv: row 1: found 3 numbers, expected 2"));
  CHECK_THROWS_WITH(read("epoch,ks_comb,ks_comb\n0,3,4\n"), has_text(".csv: found two columns ks_comb, expected one"));
  CHECK_THROWS_WITH(read("epoch,ks_comb\n0,3x\n"), has_text(".csv: row 1: ks_comb: found 3x, expected a number"));
}

TEST_CASE("The last bin holds what lies beyond") {
  const std::vector<float> real{0, 0.5f, 1, 2.9f, 3}, fake{-1, 7};
  const auto h = fill(even_edges(0, 3, 3), real, fake);
  CHECK(h.real == std::vector<double>{2, 1, 2});
  CHECK(h.fake == std::vector<double>{0, 0, 1});
  CHECK(h.overflow);
  CHECK(h.real_total == 5);
}

TEST_CASE("Bins have round widths and follow a generated tail only so far") {
  std::vector<float> real(1000), far(1000, 1e6f);
  for (int i = 0; i < 1000; ++i) real[i] = static_cast<float>(i);
  const auto edges = round_edges(0, real, far, 30);
  CHECK(edges.front() == 0);
  CHECK(edges[1] == 50);
  CHECK(edges.back() == Approx(1400));
  CHECK(round_edges(0, {}, {}).size() >= 2);
}

TEST_CASE("Bins of whole numbers hold whole numbers") {
  using namespace hepgan::physics;
  std::vector<float> few, many;
  for (int i = 0; i < 1000; ++i)
    few.push_back(static_cast<float>(1 + i % 5)), many.push_back(static_cast<float>(1 + i % 70));
  const auto jets = rpv::report::detail::edges_of({observables[index_of("nJet")], few, few, {}});
  CHECK(jets.front() == 0.5);
  CHECK(jets[1] == 1.5);
  CHECK(jets.size() == 9);  // room for 8
  const auto towers = rpv::report::detail::edges_of({observables[index_of("constituents")], many, many, {}});
  CHECK(towers[1] - towers[0] == 3);
  CHECK(towers.back() >= 70);
  const auto angles = rpv::report::detail::edges_of({observables[index_of("deltaPhi")], few, few, {}});
  CHECK(angles.front() == 0);
  CHECK(angles.back() == Approx(3.14159265));
}

TEST_CASE("Pictures are named as their observables, and labelled as gnuplot writes") {
  CHECK(rpv::report::detail::picture_name("dijetMass") == "dijet-mass");
  CHECK(rpv::report::detail::plotted("jet pT") == "Jet p_T");
  CHECK(rpv::report::detail::plotted("pT of the leading jet") == "p_T of the leading jet");
  CHECK(rpv::report::detail::plotted("Δφ") == "Δφ");
}

TEST_CASE("base64 pads as RFC 4648 says") {
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64("\xff\xfe\xfd") == "//79");
}
