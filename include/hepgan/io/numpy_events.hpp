// Events as NumPy arrays: a .npy file is read in pieces where it lies, the `hist` of an .npz archive into memory.
#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <hepgan/core/error.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/io/format.hpp>
#include <hepgan/io/numpy.hpp>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// .npz needs libzip: the component hepgan::numpy links it and says so here. Without, .npz files are refused.
#ifndef HEPGAN_HAS_LIBZIP
#define HEPGAN_HAS_LIBZIP 0
#endif
#if HEPGAN_HAS_LIBZIP
#include <zip.h>
#endif

namespace hepgan::io {

class npy_events final : public event_reader {
 public:
  explicit npy_events(std::filesystem::path path) : event_reader(std::move(path)), in_(path_, std::ios::binary) {
    const auto take = [&](std::size_t n, char* to) { return bool(in_.read(to, static_cast<std::streamsize>(n))); };
    header_ = numpy::read_header(path_.string(), take);
    image_ = image_of(path_, "the array", header_.extents);
    const auto found = std::filesystem::file_size(path_);
    const auto expected = header_.bytes + static_cast<std::uintmax_t>(header_.count()) * header_.item_bytes;
    if (found < expected)
      throw error({path_.string(), ": found a truncated file of ", found, " bytes, expected ", expected});
  }

  std::int64_t size() const override { return header_.extents[0]; }
  shape image() const override { return image_; }

  void read(std::int64_t first, std::int64_t count, std::span<float> out) const override {
    const auto per_event = static_cast<std::size_t>(image_.size());
    std::vector<char> raw(per_event * header_.item_bytes);
    const std::lock_guard held(mutex_);
    in_.clear();
    in_.seekg(static_cast<std::streamoff>(header_.bytes + static_cast<std::size_t>(first) * raw.size()));
    for (std::int64_t i = 0; i < count; ++i) {
      if (!in_.read(raw.data(), static_cast<std::streamsize>(raw.size())))
        throw error({path_.string(), ": event ", first + i, " cannot be read, expected a whole file"});
      numpy::to_float(header_, raw.data(), per_event, out.data() + i * per_event);
    }
    check_energies(path_, "the array", first, image_, out.first(count * per_event));
  }

  bool has(std::string_view) const override { return false; }
  std::vector<float> field(std::string_view field) const override {
    throw error({path_.string(), ": found images only, as in every .npy file, expected field ", field});
  }

 private:
  mutable std::ifstream in_;
  mutable std::mutex mutex_;
  numpy::array_header header_;
  shape image_;
};

#if HEPGAN_HAS_LIBZIP
class npz_events final : public event_reader {
 public:
  explicit npz_events(std::filesystem::path path) : event_reader(std::move(path)) {
    int code = 0;
    zip_.reset(zip_open(path_.c_str(), ZIP_RDONLY, &code));
    if (!zip_) throw error({path_.string(), ": found a truncated or damaged .npz archive, expected a whole one"});
    if (!holds("hist")) throw error({path_.string(), ": found ", listed(), ", expected key hist"});
    numpy::array_header header;
    values_ = load("hist", header);
    image_ = image_of(path_, "hist", header.extents);
    size_ = header.extents[0];
  }

  std::int64_t size() const override { return size_; }
  shape image() const override { return image_; }
  void read(std::int64_t first, std::int64_t count, std::span<float> out) const override {
    const auto part = std::span(values_).subspan(static_cast<std::size_t>(first) * image_.size(),
                                                 static_cast<std::size_t>(count) * image_.size());
    check_energies(path_, "hist", first, image_, part);
    std::copy(part.begin(), part.end(), out.begin());
  }

  bool has(std::string_view field) const override {
    const std::lock_guard held(mutex_);
    return holds(field);
  }
  std::vector<float> field(std::string_view field) const override {
    const std::lock_guard held(mutex_);
    if (!holds(field)) throw error({path_.string(), ": found ", listed(), ", expected ", field});
    numpy::array_header header;
    auto values = load(std::string(field), header);
    if (static_cast<std::int64_t>(values.size()) != size_)
      throw error({path_.string(), ": ", field, ": found shape ", extents_text(header.extents),
                   ", expected one number for each of ", size_, " events"});
    return values;
  }

 private:
  struct closer {
    void operator()(zip_t* z) const { zip_discard(z); }
    void operator()(zip_file_t* f) const { zip_fclose(f); }
  };

  bool holds(std::string_view key) const {
    return zip_name_locate(zip_.get(), (std::string(key) + ".npy").c_str(), 0) >= 0;
  }
  std::vector<float> load(const std::string& key, numpy::array_header& header) const {
    const std::string what = path_.string() + ": " + key;
    const std::unique_ptr<zip_file_t, closer> file(zip_fopen(zip_.get(), (key + ".npy").c_str(), 0));
    if (!file)
      throw error({what, ": found \"", zip_strerror(zip_.get()), "\", expected an array that can be unpacked"});
    const auto take = [&](std::size_t n, char* to) {
      for (std::size_t got = 0; got < n;) {
        const auto piece = zip_fread(file.get(), to + got, n - got);
        if (piece <= 0) return false;
        got += static_cast<std::size_t>(piece);
      }
      return true;
    };
    header = numpy::read_header(what, take);
    zip_stat_t about;
    const bool known = zip_stat(zip_.get(), (key + ".npy").c_str(), 0, &about) == 0 && (about.valid & ZIP_STAT_SIZE);
    if (!known) throw error({what, ": found no size in the archive, expected an array that can be unpacked"});
    const auto count = static_cast<std::size_t>(header.count());
    if (header.bytes + count * header.item_bytes > about.size)  // before memory is asked for
      throw error({what, " has ", about.size, " bytes, expected an array of ", extents_text(header.extents)});
    std::vector<float> values(count);
    std::vector<char> raw(std::size_t(1) << 16);
    const std::size_t step = raw.size() / header.item_bytes;
    for (std::size_t i = 0; i < count; i += step) {
      const std::size_t n = (std::min)(step, count - i);
      if (!take(n * header.item_bytes, raw.data()))
        throw error({what, ": found a truncated or damaged array, expected ", extents_text(header.extents)});
      numpy::to_float(header, raw.data(), n, values.data() + i);
    }
    if (char beyond; zip_fread(file.get(), &beyond, 1) != 0)  // libzip compares checksums at the end
      throw error(
          {what, ": found a damaged array, or more than its header says, expected ", extents_text(header.extents)});
    return values;
  }

  std::string listed() const {
    std::string text;
    for (zip_int64_t i = 0; i < zip_get_num_entries(zip_.get(), 0); ++i)
      text += (text.empty() ? "" : ", ") + std::filesystem::path(zip_get_name(zip_.get(), i, 0)).stem().string();
    return text.empty() ? "nothing" : text;
  }

  mutable std::mutex mutex_;  // libzip's handles are not thread-safe
  std::unique_ptr<zip_t, closer> zip_;
  std::vector<float> values_;
  std::int64_t size_ = 0;
  shape image_;
};
#endif

}  // namespace hepgan::io
