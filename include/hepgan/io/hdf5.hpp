// The few things of the HDF5 C API that events need: handles that close themselves, and errors as sentences.
#pragma once
#include <hdf5.h>

#include <algorithm>
#include <filesystem>
#include <hepgan/core/error.hpp>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace hepgan::io::h5 {

/// Debian's HDF5 is not thread-safe: whoever calls it holds this. Also turns off HDF5's own printing, once.
inline std::unique_lock<std::recursive_mutex> lock() {
  static std::recursive_mutex mutex;
  std::unique_lock<std::recursive_mutex> held(mutex);
  static const bool silent = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
  (void)silent;
  return held;
}

/// Owns an identifier and how to close it.
class handle {
 public:
  handle() = default;
  handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  handle(handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  handle& operator=(handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~handle() { reset(); }

  /// Closes now; false when HDF5 could not (a full disk shows here).
  bool reset() {
    if (id_ < 0) return true;
    const auto held = lock();
    return close_(std::exchange(id_, -1)) >= 0;
  }
  hid_t get() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }

 private:
  hid_t id_ = -1;
  herr_t (*close_)(hid_t) = nullptr;
};

inline handle space_of(const handle& dataset) { return {H5Dget_space(dataset.get()), H5Sclose}; }

inline std::vector<hsize_t> extents_of(const handle& dataset) {
  const handle space = space_of(dataset);
  const int rank = space ? H5Sget_simple_extent_ndims(space.get()) : 0;
  std::vector<hsize_t> extents(rank > 0 ? rank : 0);
  if (!extents.empty()) H5Sget_simple_extent_dims(space.get(), extents.data(), nullptr);
  return extents;
}

/// Numbers that HDF5 converts to float by itself; h5py stores Booleans as an enumeration.
inline bool is_numeric(const handle& dataset) {
  const handle type(H5Dget_type(dataset.get()), H5Tclose);
  const H5T_class_t c = H5Tget_class(type.get());
  return c == H5T_FLOAT || c == H5T_INTEGER || c == H5T_ENUM;
}

/// Whether `name`, one level below `parent`, is there.
inline bool exists(const handle& parent, const std::string& name) {
  return H5Lexists(parent.get(), name.c_str(), H5P_DEFAULT) > 0;
}

/// A dataset that is read a few neighbours along its first axis at a time. HDF5 forgets what does not fit its cache,
/// and would unpack the chunks across the other axes anew for each of them. What is kept is bounded: every open file
/// keeps it.
inline handle open_for_neighbours(const handle& parent, const char* name) {
  handle dataset(H5Dopen2(parent.get(), name, H5P_DEFAULT), H5Dclose);
  const handle made(dataset ? H5Dget_create_plist(dataset.get()) : -1, H5Pclose);
  if (!made || H5Pget_layout(made.get()) != H5D_CHUNKED) return dataset;
  const std::vector<hsize_t> extents = extents_of(dataset);
  std::vector<hsize_t> chunk(extents.size());
  H5Pget_chunk(made.get(), static_cast<int>(chunk.size()), chunk.data());
  const handle type(H5Dget_type(dataset.get()), H5Tclose);
  double bytes = static_cast<double>(H5Tget_size(type.get())), chunks = 1;
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    bytes *= static_cast<double>(chunk[i]);
    if (i > 0) chunks *= static_cast<double>((extents[i] + chunk[i] - 1) / chunk[i]);
  }
  constexpr double kept_anyway = 1 << 20, most = 256 << 20;
  if (bytes * chunks <= kept_anyway || bytes * chunks > most) return dataset;
  const handle access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose);
  const auto slots = static_cast<std::size_t>((std::max)(521.0, 10 * chunks + 1));
  H5Pset_chunk_cache(access.get(), slots, static_cast<std::size_t>(bytes * chunks), H5D_CHUNK_CACHE_W0_DEFAULT);
  dataset.reset();  // opened twice, it would keep the cache that it has
  return {H5Dopen2(parent.get(), name, access.get()), H5Dclose};
}

/// Names in a group, for messages and for looking up fields.
inline std::vector<std::string> names_in(const handle& group) {
  std::vector<std::string> names;
  H5Literate(
      group.get(), H5_INDEX_NAME, H5_ITER_NATIVE, nullptr,
      [](hid_t, const char* name, const H5L_info_t*, void* out) -> herr_t {
        static_cast<std::vector<std::string>*>(out)->push_back(name);
        return 0;
      },
      &names);
  return names;
}

}  // namespace hepgan::io::h5
