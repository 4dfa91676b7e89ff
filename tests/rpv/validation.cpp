// The events that an epoch is chosen by.
#if defined(HEPGAN_RPV)
#include "../../examples/rpv/input.hpp"
#include "../support/catch.hpp"

TEST_CASE("no more than 4096 validation events are compared") {
  const hepgan::shape image{1, 64, 64};
  const auto at_most = [&](int events) {
    std::vector<hepgan::data::memory_events> sources;
    sources.emplace_back(image, std::vector<float>(std::size_t(events) * image.size()));
    hepgan::data::event_stream stream(std::move(sources), {.validation_fraction = 0.9});
    return rpv::validation_images(stream).size() / std::size_t(image.size());
  };
  CHECK(at_most(100) == 90);
  CHECK(at_most(5000) == 4096);
}
#endif
