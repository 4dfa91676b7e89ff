// metrics.csv of runs that began when it had fewer columns.
#if defined(HEPGAN_RPV)
#include "../../examples/rpv/run_folder.hpp"
#include "../support/catch.hpp"

TEST_CASE("rows of a run that began with fewer columns get today's, with null in what was not measured") {
  const std::string header = rpv::metrics_header();
  const std::string old = "epoch,ks_comb,best\n0,20.5,1\n1,null,0\n";
  const std::string now = rpv::metrics_in_todays_columns(old, "last.ckpt");
  REQUIRE(now.starts_with(header));
  const auto commas = [](const std::string& text) { return std::count(text.begin(), text.end(), ','); };
  CHECK(commas(now) == 3 * commas(header));
  CHECK(now.find("\n0,null,null,null,null,null,null,null,null,null,20.5,null,null,null,null,null,null,1,null,") !=
        std::string::npos);
  CHECK(rpv::metrics_in_todays_columns(now, "last.ckpt") == now);
  CHECK(rpv::metrics_in_todays_columns(header, "last.ckpt") == header);
  CHECK_THROWS_WITH(rpv::metrics_in_todays_columns("epoch,fid\n0,1\n", "last.ckpt"),
                    has_text("last.ckpt: holds metrics of another version of rpv, with column fid, expected"));
}
#endif
