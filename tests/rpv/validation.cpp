// The events that an epoch is chosen by.
#if defined(HEPGAN_RPV)
#include "../../examples/rpv/figures.hpp"
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

TEST_CASE("an epoch's line has the share of events without a jet where it does not fit") {
  const auto share = [](int without) {  // of a hundred
    hepgan::physics::jet_events events;
    for (int i = 0; i < 100; ++i)
      events.add(i < without ? std::vector<hepgan::physics::jet>{}
                             : std::vector{hepgan::physics::jet{300, 0, 0, 9, 9}});
    return events;
  };
  const auto text = [&](int without) {
    return rpv::share_without_jets(hepgan::physics::compare(share(3), share(without)));
  };
  CHECK(text(5) == "");
  CHECK(text(52) == ", 52.0 % without a jet, real 3.0 %");
}
#endif
