// Virtual datasets: HDF5 reads zeros where what they are made of is missing, and says nothing.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <hepgan/io/hdf5.hpp>
#include <string>
#include <vector>

namespace hepgan::io::h5 {

/// Where HDF5 looks for a source that a virtual dataset in the file at `path` names: under HDF5_VDS_PREFIX, beside the
/// file, where a link to it leads, and as it is named; of an absolute name that is gone, by its last part.
inline std::vector<std::filesystem::path> places_of(const std::string& name, const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  if (name == ".") return {path};
  std::error_code unknown;
  const fs::path source(name), relative = source.is_absolute() ? source.filename() : source;
  std::vector<fs::path> places{source, path.parent_path() / relative,
                               fs::weakly_canonical(path, unknown).parent_path() / relative};
  if (const char* prefix = std::getenv("HDF5_VDS_PREFIX")) {
    std::string folder = prefix;
    if (folder.starts_with("${ORIGIN}")) folder.replace(0, 9, path.parent_path().empty() ? "." : path.parent_path());
    places.push_back(fs::path(folder) / relative);
  }
  return places;
}

/// What a virtual dataset of the file at `path` is made of, at any depth, and is not there, as "FILE:DATASET"; empty
/// when all is. Sources numbered by a pattern (%b) are as many as there are.
inline std::string missing_source(const handle& dataset, const std::filesystem::path& path, int depth = 0) {
  constexpr int deepest = 16;  // a file may name itself
  const handle made(H5Dget_create_plist(dataset.get()), H5Pclose);
  std::size_t sources = 0;
  if (!made || H5Pget_layout(made.get()) != H5D_VIRTUAL || depth == deepest) return "";
  H5Pget_virtual_count(made.get(), &sources);
  for (std::size_t i = 0; i < sources; ++i) {
    const auto text = [&](auto get) {
      std::string name(static_cast<std::size_t>((std::max)(get(nullptr, std::size_t(0)), ssize_t(0))), '\0');
      get(name.data(), name.size() + 1);
      return name;
    };
    const auto file = text([&](char* to, std::size_t n) { return H5Pget_virtual_filename(made.get(), i, to, n); });
    const auto name = text([&](char* to, std::size_t n) { return H5Pget_virtual_dsetname(made.get(), i, to, n); });
    if ((file + name).find('%') != file.npos) continue;
    std::string missing = file + ":" + name;
    for (const auto& at : places_of(file, path)) {
      const handle source(H5Fopen(at.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
      const handle part(source ? H5Dopen2(source.get(), name.c_str(), H5P_DEFAULT) : -1, H5Dclose);
      if (part) {
        missing = missing_source(part, at, depth + 1);
        break;
      }
    }
    if (!missing.empty()) return missing;
  }
  return "";
}

}  // namespace hepgan::io::h5
