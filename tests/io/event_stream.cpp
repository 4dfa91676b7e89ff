// The laws of the training input: each event once per epoch, and every batch a function of (seed, epoch, step).
#include <algorithm>
#include <atomic>
#include <cmath>
#include <hepgan/data/event_stream.hpp>
#include <memory>
#include <set>

#include "catch.hpp"

using namespace hepgan;
using data::event_stream;
using data::memory_events;
using data::stream_options;

namespace {

constexpr shape small{1, 4, 8};

/// Event i of a source has pixel 0 = id and, for odd ids, every other pixel full: both ways of storing are used.
memory_events numbered(int first, int n) {
  std::vector<float> images(static_cast<std::size_t>(n) * small.size());
  std::vector<float> even(n), number(n);
  for (int i = 0; i < n; ++i) {
    if ((first + i) % 2) std::fill_n(images.begin() + i * small.size(), small.size(), 1.0f);
    images[i * small.size()] = static_cast<float>(first + i + 1);
    images[(i + 1) * small.size() - 1] = 7;
    even[i] = (first + i) % 2 == 0;
    number[i] = static_cast<float>(first + i);
  }
  return {small, images, {{"even", even}, {"number", number}}};
}
std::vector<memory_events> sources() {
  std::vector<memory_events> all;
  all.push_back(numbered(0, 600));
  all.push_back(numbered(600, 437));
  return all;
}
stream_options options(bool in_memory) {
  stream_options o;
  o.seed = 5;
  o.block_events = 16;
  o.window_events = 100;
  o.memory_limit = in_memory ? 1 << 30 : 1000;
  return o;
}
std::vector<float> batch(event_stream& s, std::int64_t epoch, std::int64_t step, int n) {
  std::vector<float> out(static_cast<std::size_t>(n) * small.size());
  s.batch(epoch, step, n, out);
  return out;
}
std::vector<int> ids(const std::vector<float>& images) {
  std::vector<int> all;
  for (std::size_t i = 0; i < images.size(); i += small.size()) all.push_back(static_cast<int>(images[i]) - 1);
  return all;
}

}  // namespace

TEST_CASE("Each training event comes once per epoch, and validation events never") {
  const bool in_memory = GENERATE(true, false);
  event_stream s(sources(), options(in_memory));
  CHECK(s.in_memory() == in_memory);
  CHECK(s.training_events() + s.validation_events() == 1037);
  CHECK(s.validation_events() == 104);
  CHECK(s.steps_per_epoch(64) == 933 / 64);
  std::vector<float> images(104 * small.size());
  REQUIRE(s.read_validation(104, images) == 104);
  const auto held = ids(images);
  std::set<int> seen(held.begin(), held.end());
  for (int epoch : {0, 1}) {
    auto together = seen;
    for (int step = 0; step < 933; ++step)
      for (int id : ids(batch(s, epoch, step, 1))) together.insert(id);
    CHECK(together.size() == 1037);
  }
}

TEST_CASE("A batch depends on neither the past of the stream nor how batches were asked for") {
  const bool in_memory = GENERATE(true, false);
  event_stream a(sources(), options(in_memory));
  std::vector<std::vector<float>> all;
  for (int epoch = 0; epoch < 3; ++epoch)
    for (int step = 0; step < a.steps_per_epoch(64); ++step) all.push_back(batch(a, epoch, step, 64));
  CHECK(std::set<std::vector<float>>(all.begin(), all.end()).size() == all.size());
  const int steps = static_cast<int>(a.steps_per_epoch(64));
  for (int at : {0, 5, steps - 1, steps, 2 * steps + 3}) {
    event_stream resumed(sources(), options(in_memory));
    CHECK(batch(resumed, at / steps, at % steps, 64) == all[at]);
    CHECK(batch(a, at / steps, at % steps, 64) == all[at]);  // backwards, too
    const auto events = resumed.batch_events(at / steps, at % steps, 64);
    const auto found = ids(all[at]);
    CHECK(std::equal(events.begin(), events.end(), found.begin(), found.end()));
  }
}

TEST_CASE("Images arrive whole") {
  const bool in_memory = GENERATE(true, false);
  event_stream s(sources(), options(in_memory));
  const auto images = batch(s, 0, 2, 64);
  for (std::size_t i = 0; i < images.size(); i += small.size()) {
    const int id = static_cast<int>(images[i]) - 1;
    const auto ones = std::count(images.begin() + i + 1, images.begin() + i + small.size() - 1, 1.0f);
    CHECK(ones == (id % 2 ? small.size() - 2 : 0));
    CHECK(images[i + small.size() - 1] == 7);
  }
}

TEST_CASE("The split depends on the seed only, validation is the same whether streamed or in memory") {
  event_stream a(sources(), options(true)), b(sources(), options(false));
  std::vector<float> x(50 * small.size()), y(x);
  a.read_validation(50, x);
  b.read_validation(50, y);
  CHECK(x == y);
  b.read_validation(20, y);
  CHECK(std::equal(x.begin(), x.begin() + 20 * small.size(), y.begin()));
  auto other = options(true);
  other.seed = 6;
  event_stream c(sources(), other);
  c.read_validation(50, y);
  CHECK(x != y);
}

TEST_CASE("Only selected events are used") {
  const bool in_memory = GENERATE(true, false);
  auto o = options(in_memory);
  o.select = "even";
  event_stream s(sources(), o);
  CHECK(s.training_events() + s.validation_events() == 519);
  for (int id : ids(batch(s, 0, 0, 64))) CHECK(id % 2 == 0);
  o.select = "absent";
  CHECK_THROWS_AS(event_stream(sources(), o), error);
}

TEST_CASE("Conditions come scaled, in the order of their batch") {
  const bool in_memory = GENERATE(true, false);
  auto o = options(in_memory);
  o.conditions = data::condition_scale("(number-100)/50,even");
  event_stream s(sources(), o);
  std::vector<float> c(64 * 2);
  for (int step : {0, 3, 1}) {
    const auto found = ids(batch(s, 1, step, 64));
    s.batch_conditions(1, step, 64, c);
    for (int j = 0; j < 64; ++j) {
      CHECK(c[2 * j] == (found[j] - 100) / 50.f);
      CHECK(c[2 * j + 1] == (found[j] % 2 == 0));
    }
  }
  const auto known = s.batch_events(1, 1, 64);  // of the batch before, and as it is found anew
  CHECK(s.batch_events(1, 2, 64) != known);
  batch(s, 0, 0, 64);
  CHECK(s.batch_events(1, 1, 64) == known);
  std::vector<float> images(5 * small.size());
  s.read_validation(5, images);
  const auto held = s.conditions_of(s.validation_list().first(5));
  for (int j = 0; j < 5; ++j) CHECK(held[2 * j] == (ids(images)[j] - 100) / 50.f);
  CHECK_THROWS_WITH(s.batch_conditions(0, 0, 64, std::span(c).first(64)), has_text("event_stream::batch_conditions"));
}

TEST_CASE("Conditions of a batch cost no reading") {
  struct counted final : data::event_source {  // how many events are read
    memory_events events = numbered(0, 1000);
    std::shared_ptr<std::atomic<std::int64_t>> read_ = std::make_shared<std::atomic<std::int64_t>>(0);
    std::string name() const override { return "counted"; }
    std::int64_t size() const override { return events.size(); }
    shape image() const override { return events.image(); }
    void read(std::int64_t first, std::int64_t count, std::span<float> out) const override {
      *read_ += count;
      events.read(first, count, out);
    }
    bool has(std::string_view f) const override { return events.has(f); }
    std::vector<float> field(std::string_view f) const override { return events.field(f); }
  };
  const auto read_in_two_epochs = [](bool told) {
    auto o = options(false);
    o.conditions = data::condition_scale("number");
    auto source = std::make_shared<counted>();
    const auto read = source->read_;
    {
      event_stream s(std::vector<std::shared_ptr<const data::event_source>>{source}, o);
      std::vector<float> c(64);
      for (std::int64_t step = 0; step < 2 * s.steps_per_epoch(64); ++step) {
        const auto epoch = step / s.steps_per_epoch(64), at = step % s.steps_per_epoch(64);
        batch(s, epoch, at, 64);
        if (told) s.batch_conditions(epoch, at, 64, c);
      }
    }
    return read->load();
  };
  const auto alone = read_in_two_epochs(false);
  CHECK(alone >= 1000);
  CHECK(read_in_two_epochs(true) <= alone + 100);  // a window may have been on its way
}

TEST_CASE("Events are told by their images, and by their conditions where there are some") {
  const auto sum = [](float changed, const char* conditions, bool in_memory) {
    std::vector<float> numbers(600, 1);
    numbers[300] = changed;
    std::vector<float> images(600 * small.size(), 1);
    auto o = options(in_memory);
    o.conditions = data::condition_scale(conditions);
    return event_stream(std::vector{memory_events(small, images, {{"number", numbers}})}, o).checksum();
  };
  for (const bool in_memory : {true, false}) {
    CHECK(sum(1, "number", in_memory) == sum(1, "number", in_memory));
    CHECK(sum(1, "number", in_memory) != sum(2, "number", in_memory));
    CHECK(sum(1, "", in_memory) == sum(2, "", in_memory));
  }
  CHECK(sum(1, "", true) == 0x2b3d9403e1f1c44);  // as runs of older programs have it
}

TEST_CASE("Events at a point are left out of training and validation") {
  const bool in_memory = GENERATE(true, false);
  auto o = options(in_memory);
  o.leave_out = data::field_values("even=1");
  event_stream s(sources(), o);
  CHECK(s.training_events() + s.validation_events() == 518);
  for (int id : ids(batch(s, 0, 0, 64))) CHECK(id % 2 == 1);
  o.leave_out = data::field_values("even=1,number=4");  // both at once
  CHECK(event_stream(sources(), o).training_list().size() + 104 == 1036);
  o.leave_out = data::field_values("even=1,number=5");
  CHECK_THROWS_WITH(event_stream(sources(), o), has_text("found no event of even=1,number=5, expected some"));
}

TEST_CASE("A field that is no number, or is not there, is a sentence that names it and its source") {
  auto o = options(true);
  o.conditions = data::condition_scale("mass");
  CHECK_THROWS_WITH(event_stream(sources(), o), has_text("events in memory: found no field mass, expected one"));
  std::vector<memory_events> all;
  all.push_back({small, std::vector<float>(64, 1), {{"mass", {1, 2}}}, "first"});
  all.push_back({small, std::vector<float>(64, 1), {{"mass", {3, std::nanf("")}}}, "second"});
  CHECK_THROWS_WITH(event_stream(std::move(all), o), has_text("second: mass of event 1: found nan, expected a finite"));
}

TEST_CASE("A condition out of all range is told by its source, event and field") {
  const auto of_sizes = [](float size) {
    std::vector<float> numbers(40, 1);
    numbers[33] = size;
    return memory_events(small, std::vector<float>(40 * small.size(), 1), {{"mGlu", numbers}}, "far.h5");
  };
  auto o = options(true);
  o.conditions = data::condition_scale("mGlu");
  CHECK_NOTHROW(event_stream(std::vector{of_sizes(-1e14f)}, o));
  for (const float size : {1e30f, -1e30f})
    CHECK_THROWS_WITH(event_stream(std::vector{of_sizes(1), of_sizes(size)}, o),
                      has_text("far.h5: mGlu of event 33: found ") && has_text("expected a finite number of at most"));
  CHECK_THROWS_WITH(data::field_values("mGlu=1e38"), has_text("found mGlu=1e38, expected field=number, of at most"));
}

TEST_CASE("Conditions have a name, from which a reader has them again") {
  const data::condition_scale s("(mGlu-1400)/500,(x+2.5)/-2,y");
  REQUIRE(s.size() == 3);
  CHECK(s[0].field == "mGlu");
  CHECK(s.scaled(0, 1500) == Approx(0.2f));
  CHECK(s.scaled(std::vector<float>{1500, 1.5, 7, 900, 0, 0}) == std::vector<float>{0.2f, -2, 7, -1, -1.25, 0});
  CHECK(s.scaled(1, 1.5) == -2);
  CHECK(s.scaled(2, 7) == 7);
  CHECK(data::condition_scale(s.name()).fields() == "mGlu, x, y");
  CHECK(s.row(data::field_values("y=7,mGlu=1500,x=-2.5")) == std::vector<float>{1500, -2.5, 7});
  for (const char* bad : {"y=7,mGlu=1500", "y=7,mGlu=1500,x=1,z=2", "y=7,mGlu=1500,z=2"})
    CHECK_THROWS_WITH(s.row(data::field_values(bad)), has_text("expected a value for each of mGlu, x, y"));
  for (const char* bad : {"", "y", "y=", "=3", "y=3x", "y=nan", "y=1e39", "y=1,,x=2", "y=1,"})
    CHECK_THROWS_WITH(data::field_values(bad), has_text("expected field=number"));
  CHECK_THROWS_WITH(data::field_values("y=1,y=1"), has_text("found y twice"));
  for (const char* bad : {"(m-1400)", "(m-x)/5", "(m-1)/0", "m/5", "(-1)/5", "a,,b", "(m)/5"})
    CHECK_THROWS_WITH(data::condition_scale(bad), has_text("expected such as (mGlu-1400)/500"));
  CHECK_THROWS_WITH(data::condition_scale("m,(m-1)/2"), has_text("found m twice"));
}

TEST_CASE("What cannot be is refused") {
  CHECK_THROWS_WITH(event_stream(sources(), options(true)).steps_per_epoch(0), has_text("batch: found 0"));
  event_stream s(sources(), options(true));
  std::vector<float> out(64 * small.size());
  CHECK_THROWS_AS(s.batch(0, s.steps_per_epoch(64), 64, out), error);
  CHECK_THROWS_AS(event_stream(std::vector<memory_events>{}), error);
  auto o = options(true);
  o.validation_fraction = 1;
  CHECK_THROWS_AS(event_stream(sources(), o), error);
  std::vector<memory_events> mixed{numbered(0, 5), memory_events({1, 8, 4}, std::vector<float>(64, 1))};
  CHECK_THROWS_AS(event_stream(mixed), error);
}

TEST_CASE("Shuffles are even") {
  // Where element 0 of 4 goes, over many epochs: binomial with p = 1/4, within 5 sigma.
  int places[4] = {};
  for (std::uint32_t epoch = 0; epoch < 4000; ++epoch) {
    const auto p = data::permutation(4, random_stream(1, purpose::shuffle, epoch));
    ++places[std::find(p.begin(), p.end(), 0) - p.begin()];
  }
  for (int n : places) CHECK(std::abs(n - 1000) < 140);
}
