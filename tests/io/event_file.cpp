#if HEPGAN_HAS_HDF5
#include <sys/stat.h>

#include <filesystem>
#include <hepgan/data/event_stream.hpp>
#include <hepgan/io/event_file.hpp>
#include <hepgan/io/event_writer.hpp>
#include <limits>
#include <numeric>
#include <set>

#include "catch.hpp"
#include "files.hpp"

using namespace hepgan;

namespace {

constexpr shape small{1, 4, 6};

std::vector<float> ramp(int events, shape s = small) {
  std::vector<float> images(static_cast<std::size_t>(events) * s.size());
  for (std::size_t i = 0; i < images.size(); ++i) images[i] = i % 3 ? 0 : static_cast<float>(500 + i);
  return images;
}
std::vector<float> all_of(const io::event_file& file) {
  std::vector<float> images(static_cast<std::size_t>(file.size()) * file.image().size());
  file.read(0, file.size(), images);
  return images;
}
template <class T>
std::vector<T> as(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

#if HEPGAN_HAS_LIBZIP
void write_npz(const std::filesystem::path& path, const std::map<std::string, std::string>& arrays) {
  int code = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  for (const auto& [name, bytes] : arrays)
    zip_file_add(archive, name.c_str(), zip_source_buffer(archive, bytes.data(), bytes.size(), 0), 0);
  zip_close(archive);
}
#endif

/// The sentence that opening and reading a file gives.
std::string complaint(const std::filesystem::path& path) {
  try {
    const io::event_file file(path);
    file.expect(small);
    all_of(file);
  } catch (const error& e) {
    return e.what();
  }
  return "no complaint";
}

}  // namespace

TEST_CASE("HDF5 round trip, with fields") {
  const files::folder here;
  const auto images = ramp(70);
  std::vector<float> mass(70);
  std::iota(mass.begin(), mass.end(), 1000.0f);
  io::write_events(here / "a.h5", images, small, {{"mGlu", mass}, {"weight", std::vector<float>(70, 1)}});
  const io::event_file file(here / "a.h5");
  CHECK(file.size() == 70);
  CHECK(file.image() == small);
  CHECK(all_of(file) == images);
  CHECK(file.has("mGlu"));
  CHECK(file.field("mGlu") == mass);
  CHECK_FALSE(file.has("mNeu"));
  std::vector<float> two(2 * small.size());
  file.read(33, 2, two);
  CHECK(std::equal(two.begin(), two.end(), images.begin() + 33 * small.size()));
  CHECK_THROWS_AS(file.read(69, 2, two), error);
  CHECK_THROWS_AS(file.read(0, 3, two), error);
}

TEST_CASE("a file is written as [events, eta, phi] in float32") {
  const files::folder here;
  io::write_events(here / "a.h5", ramp(5), small);
  const hid_t file = H5Fopen((here / "a.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t hist = H5Dopen2(file, "all_events/hist", H5P_DEFAULT), type = H5Dget_type(hist),
              space = H5Dget_space(hist);
  hsize_t extents[3]{};
  CHECK(H5Sget_simple_extent_ndims(space) == 3);
  CHECK(H5Sget_simple_extent_dims(space, extents, nullptr) == 3);
  CHECK((extents[0] == 5 && extents[1] == 4 && extents[2] == 6));
  CHECK(H5Tequal(type, H5T_IEEE_F32LE) > 0);
  H5Sclose(space), H5Tclose(type), H5Dclose(hist), H5Fclose(file);
}

namespace {

int unpacked = 0;
/// A compression that compresses nothing, and counts.
std::size_t count_unpacking(unsigned flags, std::size_t, const unsigned*, std::size_t bytes, std::size_t*, void**) {
  unpacked += (flags & H5Z_FLAG_REVERSE) != 0;
  return bytes;
}

}  // namespace

TEST_CASE("a chunk of any size is unpacked once for all its neighbours") {
  const files::folder here;
  constexpr int id = 300, events = 80;
  constexpr shape image{1, 64, 64};
  const H5Z_class2_t filter{H5Z_CLASS_T_VERS, id, 1, 1, "counted", nullptr, nullptr, &count_unpacking};
  REQUIRE(H5Zregister(&filter) >= 0);
  const auto images = ramp(events, image);
  const auto unpacked_of = [&](const std::vector<hsize_t>& chunk) {
    files::write_h5(here / "a.h5", "all_events", "hist", {events, 64, 64}, as<double>(images), chunk, id);
    unpacked = 0;
    const io::event_file file(here / "a.h5");
    std::vector<float> one(image.size());
    for (int i = 0; i < events; ++i) {
      file.read(i, 1, one);
      REQUIRE(std::equal(one.begin(), one.end(), images.begin() + i * image.size()));
    }
    return unpacked;
  };
  // More than a megabyte, which is what HDF5 would keep: of one chunk, and of all that an event is spread over.
  CHECK(unpacked_of({events / 2, 64, 64}) == 2);
  CHECK(unpacked_of({events, 8, 16}) == 8 * 4);
}

TEST_CASE("A file written in pieces is the file written at once") {
  const files::folder here;
  const auto images = ramp(70);
  io::write_events(here / "once.h5", images, small, {{"weight", std::vector<float>(70, 1)}});
  io::event_writer writer(here / "pieces.h5", small);
  for (int first : {0, 7, 40}) {
    const int next = first == 0 ? 7 : first == 7 ? 40 : 70;
    writer.append(std::span(images).subspan(first * small.size(), (next - first) * small.size()),
                  {{"weight", std::vector<float>(next - first, 1)}});
    CHECK_FALSE(std::filesystem::exists(here / "pieces.h5"));
  }
  writer.finish();
  CHECK(all_of(io::event_file(here / "pieces.h5")) == images);
  CHECK(io::event_file(here / "pieces.h5").field("weight").size() == 70);
}

TEST_CASE("a link is followed, whether or not what it names is there") {
  const files::folder here;
  std::filesystem::create_symlink("disk/a.h5", here / "a.h5");
  std::filesystem::create_directory(here / "disk");
  for (const int events : {3, 4}) {
    io::write_events(here / "a.h5", ramp(events), small);
    CHECK(std::filesystem::is_symlink(here / "a.h5"));
    CHECK(io::event_file(here / "disk/a.h5").size() == events);
  }
}

TEST_CASE("A writer that does not finish leaves the older file, and nothing else") {
  const files::folder here;
  io::write_events(here / "a.h5", ramp(3), small);
  const auto before = files::bytes_of(here / "a.h5");
  {
    io::event_writer writer(here / "a.h5", small);
    writer.append(ramp(5));
    CHECK_THROWS_AS(writer.append(ramp(1), {{"weight", {1}}}), error);  // a field that earlier pieces lack
    for (const char* name : {"hist", "a/b", ""})
      CHECK_THROWS_WITH(writer.append({}, {{name, {}}}),
                        has_text("found a field called \"" + std::string(name) + "\""));
  }
  CHECK(files::bytes_of(here / "a.h5") == before);
  {
    io::event_writer writer(here / "b.h5", small);
    writer.append(ramp(2), {{"weight", {1, 2}}});
    for (const std::vector<float>& values : {std::vector<float>{3}, {}})
      CHECK_THROWS_WITH(writer.append(ramp(2), {{"weight", values}}), has_text("expected 4"));
    auto odd = ramp(2);
    odd[small.size() + 1] = -1;
    CHECK_THROWS_WITH(writer.append(odd, {{"weight", {3, 4}}}), has_text("event 3: found -1"));
    writer.append(ramp(2), {{"weight", {3, 4}}});  // what was refused has left nothing
    writer.finish();
  }
  CHECK(io::event_file(here / "b.h5").field("weight") == std::vector<float>{1, 2, 3, 4});
  std::filesystem::remove(here / "b.h5");
  files::write_bytes(here / "c.h5.part", "another's");
  CHECK_THROWS_WITH(io::event_writer(here / "c.h5", shape{}), has_text("expected pixels"));
  CHECK(files::bytes_of(here / "c.h5.part") == "another's");
  std::filesystem::remove(here / "c.h5.part");
  CHECK(std::distance(std::filesystem::directory_iterator(here.path()), {}) == 1);
  CHECK_THROWS_AS(io::event_writer(here / "absent" / "a.h5", small), error);
}

TEST_CASE("HDF5 of other writers: doubles, contiguous, [N,1,H,W]") {
  const files::folder here;
  files::write_h5(here / "a.h5", "all_events", "hist", {5, 1, 4, 6}, as<double>(ramp(5)));
  const io::event_file file(here / "a.h5");
  CHECK(file.image() == small);
  CHECK(all_of(file) == ramp(5));
}

namespace {

/// all_events/`name` of 5 images, or 5 numbers, out of the same of other files: {file, first event, events}.
void write_virtual(const std::filesystem::path& path, const std::string& name, int rank,
                   const std::vector<std::tuple<std::string, int, int>>& parts) {
  const hid_t how = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t whole[]{5, 4, 6};
  const hid_t space = H5Screate_simple(rank, whole, nullptr);
  for (const auto& [file, first, n] : parts) {
    const hsize_t start[]{hsize_t(first), 0, 0}, extent[]{hsize_t(n), 4, 6};
    const hid_t source = H5Screate_simple(rank, extent, nullptr);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nullptr, extent, nullptr);
    H5Pset_virtual(how, space, file.c_str(), ("all_events/" + name).c_str(), source);
    H5Sclose(source);
  }
  H5Sselect_all(space);
  const hid_t file = std::filesystem::exists(path) ? H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT)
                                                   : H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t in = H5Lexists(file, "all_events", H5P_DEFAULT) > 0
                       ? H5Gopen2(file, "all_events", H5P_DEFAULT)
                       : H5Gcreate2(file, "all_events", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t set = H5Dcreate2(in, name.c_str(), H5T_IEEE_F32LE, space, H5P_DEFAULT, how, H5P_DEFAULT);
  H5Dclose(set), H5Gclose(in), H5Fclose(file), H5Sclose(space), H5Pclose(how);
}

}  // namespace

TEST_CASE("a virtual dataset is read as what it is made of, wherever HDF5 finds that, and refused without") {
  namespace fs = std::filesystem;
  const files::folder here;
  const auto images = ramp(5);
  const auto part = [&](int first, int n) { return std::span(images).subspan(first * small.size(), n * small.size()); };
  fs::create_directory(here / "parts"), fs::create_directory(here / "links");
  io::write_events(here / "parts/a.h5", part(0, 2), small), io::write_events(here / "parts/b.h5", part(2, 3), small);
  write_virtual(here / "all.h5", "hist", 3, {{"parts/a.h5", 0, 2}, {"parts/b.h5", 2, 3}});
  write_virtual(here / "parts/moved.h5", "hist", 3, {{"/gone/a.h5", 0, 2}, {"/gone/b.h5", 2, 3}});
  write_virtual(here / "twice.h5", "hist", 3, {{"all.h5", 0, 5}});
  fs::create_symlink(here / "all.h5", here / "links/all.h5");
  const std::vector<std::string> ways{"all.h5", "parts/moved.h5", "twice.h5", "links/all.h5"};
  for (const std::string& way : ways) {
    INFO(way);
    CHECK(all_of(io::event_file(here / way)) == images);
  }
  fs::remove(here / "parts/b.h5");
  for (const std::string& way : ways) {
    INFO(way);
    CHECK_THAT(complaint(here / way), has_text("all_events/hist is virtual: found no ") && has_text("b.h5:") &&
                                          has_text("expected all it is made of"));
  }
  io::write_events(here / "whole.h5", images, small);
  write_virtual(here / "whole.h5", "mGlu", 1, {{"gone.h5", 0, 5}});
  CHECK_THROWS_WITH(io::event_file(here / "whole.h5").field("mGlu"),
                    has_text("all_events/mGlu is virtual: found no gone.h5:all_events/mGlu"));
}

TEST_CASE("a file of any chunking, streamed, gives each event once, and the same in any way of reading") {
  const files::folder here;
  constexpr int n = 1000;
  std::vector<float> images(n * small.size());
  for (int i = 0; i < n; ++i) images[i * small.size() + i % 24] = static_cast<float>(1000 + i);
  const std::vector<hsize_t> shape{n, 4, 6}, chunks[]{{7, 4, 6}, {333, 2, 5}, {1, 4, 6}, {1000, 1, 1}, {}};
  std::vector<float> first;
  for (const auto& chunk : chunks) {
    files::write_h5(here / "a.h5", "all_events", "hist", shape, as<double>(images), chunk);
    std::vector<io::event_file> file;
    file.emplace_back(here / "a.h5");
    data::stream_options how;
    how.window_events = 128, how.block_events = 32, how.memory_limit = 1000;
    data::event_stream events(std::move(file), how);
    REQUIRE_FALSE(events.in_memory());
    std::vector<float> epoch(events.training_events() / 10 * 10 * small.size());
    for (int step = 0; step < events.steps_per_epoch(10); ++step)
      events.batch(0, step, 10, std::span(epoch).subspan(step * 10 * small.size(), 10 * small.size()));
    std::set<float> seen;
    for (const float e : epoch)
      if (e > 0) seen.insert(e);
    CHECK(seen.size() == epoch.size() / small.size());
    if (first.empty()) first = epoch;
    CHECK(epoch == first);
  }
}

TEST_CASE("NumPy files") {
  const files::folder here;
  files::write_bytes(here / "f4.npy", files::npy("<f4", {5, 4, 6}, ramp(5)));
  files::write_bytes(here / "f8.npy", files::npy("<f8", {5, 1, 4, 6}, as<double>(ramp(5))));
  files::write_bytes(here / "i4.npy", files::npy("<i4", {5, 4, 6}, as<std::int32_t>(ramp(5))));
  for (const char* name : {"f4.npy", "f8.npy", "i4.npy"}) {
    const io::event_file file(here / name);
    CHECK(file.image() == small);
    CHECK(all_of(file) == ramp(5));
    CHECK_FALSE(file.has("weight"));
  }
}

#if HEPGAN_HAS_LIBZIP
TEST_CASE("NumPy archives") {
  const files::folder here;
  write_npz(here / "a.npz", {{"hist.npy", files::npy("<f4", {50, 40, 60}, ramp(50, {1, 40, 60}))},
                             {"mGlu.npy", files::npy("<f8", {50}, std::vector<double>(50, 1400))},
                             {"short.npy", files::npy("<f8", {49}, std::vector<double>(49, 1))}});
  const io::event_file file(here / "a.npz");
  CHECK(file.image() == shape{1, 40, 60});
  CHECK(all_of(file) == ramp(50, {1, 40, 60}));
  CHECK(file.field("mGlu") == std::vector<float>(50, 1400));
  CHECK_THROWS_AS(file.field("short"), error);
  write_npz(here / "b.npz", {{"images.npy", files::npy("<f4", {5, 4, 6}, ramp(5))}});
  CHECK_THAT(complaint(here / "b.npz"), has_text("found images, expected key hist"));
  const auto whole = files::bytes_of(here / "a.npz");
  files::write_bytes(here / "c.npz", whole.substr(0, whole.size() / 2));
  CHECK_THAT(complaint(here / "c.npz"), has_text("truncated or damaged .npz"));
  auto flipped = whole;
  flipped[flipped.size() / 2] ^= 1;
  files::write_bytes(here / "d.npz", flipped);
  CHECK_THAT(complaint(here / "d.npz"), has_text("damaged array"));
}
#endif

TEST_CASE("Bad input is one sentence that names the file, what was found and what was expected") {
  const files::folder here;
  const auto good = as<double>(ramp(5));
  auto with = [&](int at, double value) {
    auto values = good;
    values[at] = value;
    return values;
  };
  const auto h5 = [&](const char* name, const char* group, const char* set, std::vector<hsize_t> extents,
                      const std::vector<double>& v) { files::write_h5(here / name, group, set, extents, v); };
  h5("group.h5", "events", "hist", {5, 4, 6}, good);
  h5("name.h5", "all_events", "images", {5, 4, 6}, good);
  h5("rank.h5", "all_events", "hist", {5, 24}, good);
  h5("size.h5", "all_events", "hist", {5, 6, 4}, good);
  h5("empty.h5", "all_events", "hist", {0, 4, 6}, {});
  h5("nan.h5", "all_events", "hist", {5, 4, 6}, with(3 * 24 + 5, std::numeric_limits<double>::quiet_NaN()));
  h5("negative.h5", "all_events", "hist", {5, 4, 6}, with(2 * 24, -7));
  h5("infinite.h5", "all_events", "hist", {5, 4, 6}, with(4 * 24, 1e300));
  h5("good.h5", "all_events", "hist", {5, 4, 6}, good);
  const auto whole = files::bytes_of(here / "good.h5");
  files::write_bytes(here / "truncated.h5", whole.substr(0, whole.size() - 300));
  files::write_bytes(here / "text.h5", "no events here\n");
  files::write_bytes(here / "nothing.h5", "");
  const auto array = files::npy("<f4", {5, 4, 6}, ramp(5));
  files::write_bytes(here / "truncated.npy", array.substr(0, array.size() - 4));
  files::write_bytes(here / "head.npy", array.substr(0, 40));
  files::write_bytes(here / "type.npy", files::npy("|S4", {5, 4, 6}, ramp(5)));
  files::write_bytes(here / "big.npy", files::npy(">f4", {5, 4, 6}, ramp(5)));
  files::write_bytes(here / "rank.npy", files::npy("<f4", {120}, ramp(5)));
  files::write_bytes(here / "size.npy", files::npy("<f4", {5, 6, 4}, ramp(5)));
  files::write_bytes(here / "empty.npy", files::npy("<f4", {0, 4, 6}, ramp(0)));
  auto bad = ramp(5);
  bad[4 * 24 + 1] = -1;
  files::write_bytes(here / "negative.npy", files::npy("<f4", {5, 4, 6}, bad));

  const std::vector<std::pair<std::string, std::string>> table{
      {"absent.h5", "found no such file, expected events"},
      {"nothing.h5", "found an empty file, expected events"},
      {"text.h5", "found no HDF5, .npy or .npz file, expected one of these"},
      {"truncated.h5", "found a truncated or damaged HDF5 file, expected a whole one"},
      {"group.h5", "found events at the top, expected group all_events"},
      {"name.h5", "found images in group all_events, expected hist"},
      {"rank.h5", "all_events/hist: found shape [5,24], expected [events, eta, phi] or [events, channels, eta, phi]"},
      {"size.h5", "found images of 1x6x4, expected 1x4x6"},
      {"empty.h5", "all_events/hist: found shape [0,4,6], expected at least one event"},
      {"nan.h5", "all_events/hist of event 3: found nan, expected finite energies of at least 0 MeV"},
      {"negative.h5", "all_events/hist of event 2: found -7, expected finite energies of at least 0 MeV"},
      {"infinite.h5", "all_events/hist of event 4: found inf, expected finite energies of at least 0 MeV"},
      {"truncated.npy", "found a truncated file of 604 bytes, expected 608"},
      {"head.npy", "found a truncated NumPy array, expected a whole one"},
      {"type.npy", "found NumPy type '|S4', expected little-endian float32 or float64"},
      {"big.npy", "found NumPy type '>f4', expected little-endian float32 or float64"},
      {"rank.npy", "the array: found shape [120], expected [events, eta, phi] or [events, channels, eta, phi]"},
      {"size.npy", "found images of 1x6x4, expected 1x4x6"},
      {"empty.npy", "the array: found shape [0,4,6], expected at least one event"},
      {"negative.npy", "the array of event 4: found -1, expected finite energies of at least 0 MeV"},
      {"good.h5", "no complaint"},
  };
  for (const auto& [name, sentence] : table) {
    const auto full = sentence == "no complaint" ? sentence : (here / name).string() + ": " + sentence;
    CHECK(complaint(here / name) == full);
  }
  CHECK_THAT(complaint(here.path()), has_text("found a directory"));
  REQUIRE(::mkfifo((here / "pipe").c_str(), 0600) == 0);
  CHECK(complaint(here / "pipe") == (here / "pipe").string() + ": found a named pipe, expected a file of events");
}

TEST_CASE("A field of another length is refused") {
  const files::folder here;
  io::write_events(here / "a.h5", ramp(5), small, {{"weight", std::vector<float>(5, 1)}});
  const io::event_file file(here / "a.h5");
  CHECK_THROWS_AS(file.field("absent"), error);
  CHECK_THROWS_WITH(file.field("hist"), has_text("expected one number for each of 5 events"));
}

#endif  // without HDF5 there are no event files
