// Events in HDF5: `all_events/hist` [N,H,W] or [N,1,H,W] in MeV, with one number per event in its neighbours.
#pragma once
#include <cstdint>
#include <filesystem>
#include <hepgan/core/error.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/io/format.hpp>
#include <hepgan/io/hdf5_virtual.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hepgan::io {

class hdf5_events final : public event_reader {
 public:
  explicit hdf5_events(std::filesystem::path path) : event_reader(std::move(path)) {
    const auto held = h5::lock();
    if (H5Fis_hdf5(path_.c_str()) <= 0)
      throw error({path_.string(), ": found no HDF5, .npy or .npz file, expected one of these"});
    file_ = {H5Fopen(path_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose};
    if (!file_) throw error({path_.string(), ": found a truncated or damaged HDF5 file, expected a whole one"});
    if (!h5::exists(file_, "all_events"))
      throw error({path_.string(), ": found ", listed(file_), " at the top, expected group all_events"});
    group_ = {H5Gopen2(file_.get(), "all_events", H5P_DEFAULT), H5Gclose};
    if (!group_) throw error({path_.string(), ": all_events is not a group, expected a group with hist"});
    if (!h5::exists(group_, "hist"))
      throw error({path_.string(), ": found ", listed(group_), " in group all_events, expected hist"});
    hist_ = h5::open_for_neighbours(group_, "hist");
    if (!hist_ || !h5::is_numeric(hist_))
      throw error({path_.string(), ": all_events/hist: found no numbers, expected float32 energies in MeV"});
    expect_whole(hist_, "all_events/hist");
    extents_ = h5::extents_of(hist_);
    image_ = image_of(path_, "all_events/hist", extents_);
  }

  std::int64_t size() const override { return static_cast<std::int64_t>(extents_[0]); }
  shape image() const override { return image_; }

  void read(std::int64_t first, std::int64_t count, std::span<float> out) const override {
    if (count == 0) return;
    const auto held = h5::lock();
    std::vector<hsize_t> start(extents_.size()), extent = extents_;
    start[0] = static_cast<hsize_t>(first);
    extent[0] = static_cast<hsize_t>(count);
    const h5::handle in_file = h5::space_of(hist_);
    const h5::handle in_memory(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), H5Sclose);
    H5Sselect_hyperslab(in_file.get(), H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr);
    if (H5Dread(hist_.get(), H5T_NATIVE_FLOAT, in_memory.get(), in_file.get(), H5P_DEFAULT, out.data()) < 0)
      throw error({path_.string(), ": all_events/hist cannot be read at event ", first,
                   ": found damaged data or an unknown compression, expected float32"});
    check_energies(path_, "all_events/hist", first, image_, out.first(static_cast<std::size_t>(count) * image_.size()));
  }

  bool has(std::string_view field) const override {
    const auto held = h5::lock();
    return field.find('/') == field.npos && h5::exists(group_, std::string(field));
  }

  std::vector<float> field(std::string_view field) const override {
    const auto held = h5::lock();
    const std::string name = "all_events/" + std::string(field);
    if (!has(field))
      throw error({path_.string(), ": found ", listed(group_), " in group all_events, expected ", field});
    const h5::handle dataset(H5Dopen2(group_.get(), std::string(field).c_str(), H5P_DEFAULT), H5Dclose);
    if (!dataset || !h5::is_numeric(dataset))
      throw error({path_.string(), ": ", name, ": found no numbers, expected one per event"});
    expect_whole(dataset, name);
    const auto extents = h5::extents_of(dataset);
    hsize_t total = extents.empty() ? 0 : 1;
    for (hsize_t n : extents) total *= n;
    if (total != extents_[0])
      throw error({path_.string(), ": ", name, ": found shape ", extents_text(extents),
                   ", expected one number for each of ", extents_[0], " events"});
    std::vector<float> values(total);
    if (H5Dread(dataset.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
      throw error({path_.string(), ": ", name,
                   ": found damaged data or an unknown compression, expected one number per event"});
    return values;
  }

 private:
  void expect_whole(const h5::handle& dataset, const std::string& name) const {
    if (const auto source = h5::missing_source(dataset, path_); !source.empty())
      throw error({path_.string(), ": ", name, " is virtual: found no ", source, ", expected all it is made of"});
  }
  static std::string listed(const h5::handle& group) {
    std::string text;
    for (const auto& name : h5::names_in(group)) text += (text.empty() ? "" : ", ") + name;
    return text.empty() ? "nothing" : text;
  }

  h5::handle file_, group_, hist_;
  std::vector<hsize_t> extents_;
  shape image_;
};

}  // namespace hepgan::io
