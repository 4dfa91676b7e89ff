// What is written in pieces is looked at before it is.
#if defined(HEPGAN_HAS_HDF5)
#include <limits>

#include "../../examples/rpv/write_pieces.hpp"
#include "../io/files.hpp"
#include "../support/catch.hpp"

TEST_CASE("an image of what is no energy is refused by its event, and the older file stays") {
  const files::folder f;
  const std::string out = (f / "events.h5").string();
  files::write_bytes(out, "kept");
  constexpr std::int64_t n = 1030, odd = 1027;  // in the second piece
  for (const float energy : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
    CHECK_THROWS_WITH(rpv::write_pieces(out, n,
                                        [&](std::int64_t first, std::int64_t count, std::span<float> images) {
                                          std::ranges::fill(images, 1.f);
                                          if (odd < first + count)
                                            images[(odd - first) * rpv::image.size() + 77] = energy;
                                          return hepgan::io::event_fields{};
                                        }),
                      has_text("event 1027: found " + std::to_string(energy) + " in its image, expected energies"));
  CHECK(files::bytes_of(out) == "kept");
  CHECK_FALSE(std::filesystem::exists(out + ".part"));
}
#endif
