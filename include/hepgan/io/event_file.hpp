// A file of calorimeter images in MeV, whatever its format: HDF5 (all_events/hist), .npy, or .npz (key hist).
#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <hepgan/core/error.hpp>
#include <hepgan/core/file.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/data/event_source.hpp>
#include <hepgan/io/format.hpp>
#include <hepgan/io/hdf5_events.hpp>
#include <hepgan/io/numpy_events.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hepgan::io {

/// An open file; copies share it. Reading is thread-safe. Bad input is an hepgan::error of one sentence.
class event_file final : public data::event_source {
 public:
  explicit event_file(std::filesystem::path path) : path_(std::move(path)), reader_(open(path_)) {}

  const std::filesystem::path& path() const { return path_; }
  std::string name() const override { return path_.string(); }
  std::int64_t size() const override { return reader_->size(); }
  shape image() const override { return reader_->image(); }
  bool has(std::string_view field) const override { return reader_->has(field); }
  std::vector<float> field(std::string_view field) const override { return reader_->field(field); }

  void read(std::int64_t first, std::int64_t count, std::span<float> out) const override {
    check_range(path_, first, count, size());
    if (out.size() < static_cast<std::size_t>(count) * image().size())
      throw error({path_.string(), ": room for ", out.size(), " pixels was given, expected ", count * image().size()});
    reader_->read(first, count, out);
  }

  /// Refuses images of another size.
  const event_file& expect(shape wanted) const {
    if (image() != wanted)
      throw error({path_.string(), ": found images of ", to_string(image()), ", expected ", to_string(wanted)});
    return *this;
  }

 private:
  /// The format is told by the first bytes, not by the name.
  static std::shared_ptr<const event_reader> open(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) throw error({path.string(), ": found no such file, expected events"});
    expect_file(path, "a file of events");
    std::ifstream in(path, std::ios::binary);
    if (!in) throw error({path.string(), ": found a file that cannot be opened, expected read permission"});
    char magic[6] = {};
    in.read(magic, sizeof magic);
    const std::string_view start(magic, sizeof magic);
    if (in.gcount() == 0) throw error({path.string(), ": found an empty file, expected events"});
    if (start == "\x93NUMPY") return std::make_shared<npy_events>(path);
    if (start.starts_with("PK")) {
#if HEPGAN_HAS_LIBZIP
      return std::make_shared<npz_events>(path);
#else
      throw error(
          {path.string(), ": found an .npz archive, expected HDF5 or .npy: this program was built without libzip"});
#endif
    }
    return std::make_shared<hdf5_events>(path);
  }

  std::filesystem::path path_;
  std::shared_ptr<const event_reader> reader_;
};

}  // namespace hepgan::io
