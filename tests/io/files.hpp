// Files written byte by byte, so that readers are not tested by our writers alone.
#pragma once
#include <hdf5.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "../support/folder.hpp"

namespace files {

/// A NumPy array as numpy.save writes it.
template <class T>
std::string npy(const std::string& type, const std::vector<int>& extents, const std::vector<T>& values) {
  std::string text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (";
  for (int n : extents) text += std::to_string(n) + ",";
  text += "), }";
  text += std::string(63 - (text.size() + 10) % 64, ' ') + "\n";
  std::string all = std::string("\x93NUMPY\x01\x00", 8);
  all += static_cast<char>(text.size() % 256);
  all += static_cast<char>(text.size() / 256);
  all += text;
  return all.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

/// An HDF5 array of doubles, `group`/`name`; in chunks that pass a filter, or contiguous without.
inline void write_h5(const std::filesystem::path& path, const std::string& group, const std::string& name,
                     const std::vector<hsize_t>& extents, const std::vector<double>& values,
                     const std::vector<hsize_t>& chunk = {}, H5Z_filter_t filter = H5Z_FILTER_DEFLATE) {
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t in = H5Gcreate2(file, group.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t space = H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr);
  const hid_t how = H5Pcreate(H5P_DATASET_CREATE);
  if (!chunk.empty()) {
    const unsigned level = 6;
    H5Pset_chunk(how, static_cast<int>(chunk.size()), chunk.data());
    H5Pset_filter(how, filter, H5Z_FLAG_MANDATORY, 1, &level);
  }
  const hid_t set = H5Dcreate2(in, name.c_str(), H5T_IEEE_F64LE, space, H5P_DEFAULT, how, H5P_DEFAULT);
  if (!values.empty()) H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Dclose(set);
  H5Pclose(how);
  H5Sclose(space);
  H5Gclose(in);
  H5Fclose(file);
}

}  // namespace files
