// Writes events as HDF5 `all_events/hist`, piece by piece. The file appears under its name when whole.
#pragma once
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <hepgan/core/file.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/io/format.hpp>
#include <hepgan/io/hdf5.hpp>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hepgan::io {

using event_fields = std::map<std::string, std::vector<float>>;

/// append … append, finish. Without finish an older file of that name is untouched; a program that is killed leaves
/// NAME.part, which the next one takes over.
class event_writer {
 public:
  event_writer(std::filesystem::path path, shape image)
      : path_(std::move(path)), image_(expected(image)), temporary_(path_) {
    const auto held = h5::lock();
    file_ = {H5Fcreate(temporary_.path().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose};
    if (!file_)
      throw error(
          {path_.string(), ": found no way to write it, expected a folder that exists, is writable and has room"});
    group_ = {H5Gcreate2(file_.get(), "all_events", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose};
    const std::vector<hsize_t> none = extents(0), chunk = extents(chunk_events);
    std::vector<hsize_t> most = none;
    most[0] = H5S_UNLIMITED;
    const h5::handle space(H5Screate_simple(rank(), none.data(), most.data()), H5Sclose);
    const h5::handle how(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_chunk(how.get(), rank(), chunk.data());
    H5Pset_shuffle(how.get());
    H5Pset_deflate(how.get(), 4);
    H5Pset_obj_track_times(how.get(), false);  // the same events give the same bytes
    hist_ = {H5Dcreate2(group_.get(), "hist", H5T_IEEE_F32LE, space.get(), H5P_DEFAULT, how.get(), H5P_DEFAULT),
             H5Dclose};
    check(bool(hist_));
  }
  /// Images in MeV, and one number per event for each field: the same fields in every piece.
  void append(std::span<const float> images, const event_fields& fields = {}) {
    const auto count = static_cast<std::int64_t>(images.size()) / image_.size();
    if (static_cast<std::size_t>(count) * image_.size() != images.size())
      throw error({path_.string(), ": found ", images.size(), " pixels, expected a multiple of ", to_string(image_)});
    for (const auto& [name, values] : fields)
      if (name.empty() || name == "hist" || name == "." || name.find('/') != name.npos)
        throw error({path_.string(), ": found a field called \"", name,
                     "\", expected a name without \"/\" that is not \"hist\", which the images have"});
    for (const auto* some : {&fields, &std::as_const(fields_)})  // of this piece, and of those before
      for (const auto& [name, values] : *some) {
        const std::int64_t found = number_of(fields_, name) + number_of(fields, name);
        if (found != size_ + count)
          throw error({path_.string(), ": field ", name, " has ", found, " values, expected ", size_ + count});
      }
    check_energies(path_, "all_events/hist", size_, image_, images);
    if (count > 0) write_images(images, count);
    for (const auto& [name, values] : fields) {
      auto& all = fields_[name];
      all.insert(all.end(), values.begin(), values.end());
    }
    size_ += count;
  }

  /// Closes the file and gives it its name.
  void finish() {
    {
      const auto held = h5::lock();
      check(H5Dset_extent(hist_.get(), extents(size_).data()) >= 0);  // a piece that failed is none
      for (const auto& [name, values] : fields_) write_field(name, values);
      check(H5Fflush(file_.get(), H5F_SCOPE_LOCAL) >= 0);
      check(close());
    }
    temporary_.keep();
  }

  std::int64_t size() const { return size_; }

 private:
  static constexpr std::int64_t chunk_events = 32;  // half a megabyte of 64×64 images

  shape expected(shape image) const {
    if (image.size() < 1) throw error({path_.string(), ": found images of ", to_string(image), ", expected pixels"});
    return image;
  }
  void write_images(std::span<const float> images, std::int64_t count) {
    const auto held = h5::lock();
    const auto piece = extents(count), total = extents(size_ + count);
    std::vector<hsize_t> start(piece.size());
    start[0] = static_cast<hsize_t>(size_);
    check(H5Dset_extent(hist_.get(), total.data()) >= 0);
    const h5::handle in_file = h5::space_of(hist_);
    const h5::handle in_memory(H5Screate_simple(rank(), piece.data(), nullptr), H5Sclose);
    H5Sselect_hyperslab(in_file.get(), H5S_SELECT_SET, start.data(), nullptr, piece.data(), nullptr);
    check(H5Dwrite(hist_.get(), H5T_NATIVE_FLOAT, in_memory.get(), in_file.get(), H5P_DEFAULT, images.data()) >= 0);
  }

  static std::int64_t number_of(const event_fields& fields, const std::string& name) {
    const auto found = fields.find(name);
    return found == fields.end() ? 0 : static_cast<std::int64_t>(found->second.size());
  }
  int rank() const { return image_.channels == 1 ? 3 : 4; }
  std::vector<hsize_t> extents(std::int64_t events) const {
    std::vector<hsize_t> e{static_cast<hsize_t>(events)};
    if (rank() == 4) e.push_back(static_cast<hsize_t>(image_.channels));
    e.push_back(static_cast<hsize_t>(image_.height));
    e.push_back(static_cast<hsize_t>(image_.width));
    return e;
  }

  void write_field(const std::string& name, const std::vector<float>& values) {
    const hsize_t n = values.size();
    const h5::handle space(H5Screate_simple(1, &n, nullptr), H5Sclose);
    const h5::handle how(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_obj_track_times(how.get(), false);
    const hid_t id =
        H5Dcreate2(group_.get(), name.c_str(), H5T_IEEE_F32LE, space.get(), H5P_DEFAULT, how.get(), H5P_DEFAULT);
    const h5::handle set(id, H5Dclose);
    check(set && H5Dwrite(set.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0);
  }

  void check(bool good) const {
    if (!good)
      throw error(
          {path_.string(), ": found HDF5 to fail, expected room on the disk, and a writer that did not finish"});
  }

  bool close() {
    const bool hist = hist_.reset(), group = group_.reset(), file = file_.reset();
    return hist && group && file;
  }

  std::filesystem::path path_;
  shape image_;
  temporary_file temporary_;  // before the handles: they close first
  h5::handle file_, group_, hist_;
  event_fields fields_;
  std::int64_t size_ = 0;
};

/// A whole set at once.
inline void write_events(const std::filesystem::path& path, std::span<const float> images, shape image,
                         const event_fields& fields = {}) {
  event_writer writer(path, image);
  writer.append(images, fields);
  writer.finish();
}

}  // namespace hepgan::io
