// Where a command may write its result.
#pragma once
#include <filesystem>
#include <fstream>
#include <hepgan/core/file.hpp>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <system_error>

namespace rpv {

/// A kind of result, known by what a file holds, whatever its name.
struct kind {
  const char* name;
  bool (*holds)(std::istream&);
};

template <std::size_t N>
bool begins_with(std::istream& in, const char (&magic)[N]) {
  char head[N] = {};
  return in.read(head, N - 1) && std::string_view(head, N - 1) == std::string_view(magic, N - 1);
}
inline constexpr kind hdf5_file{"HDF5 file", [](std::istream& in) { return begins_with(in, "\x89HDF"); }};
inline constexpr kind png_file{"PNG file", [](std::istream& in) { return begins_with(in, "\x89PNG"); }};
/// What --json writes.
inline constexpr kind evaluation{"evaluation", [](std::istream& in) {
                                   const auto found = nlohmann::json::parse(in, nullptr, false);
                                   return found.is_object() && found.contains("ks_comb") && found.contains("ks_images");
                                 }};

/// A result takes the place of an older one of its kind, and of no other file: a wrong name would be the last of what
/// is there, as it would be of what is read. Said before the work whose result it is.
inline void expect_place(const char* option, const std::string& out, const kind& wanted,
                         std::initializer_list<std::string> read = {}) {
  if (out.empty()) return;
  const std::string found = std::string(option) + ": found " + out;
  std::error_code absent;
  for (const auto& in : read)
    if (std::filesystem::equivalent(out, in, absent))
      throw hepgan::error(found + ", which is read, expected another file");
  if (std::filesystem::is_regular_file(out, absent) && std::filesystem::file_size(out, absent) > 0)
    if (std::ifstream there(out, std::ios::binary); !wanted.holds(there))
      throw hepgan::error(found + ", which is no " + wanted.name + ", expected a new file, or an older " + wanted.name +
                          " to replace");
  hepgan::expect_writable(out);
}

/// Two results of one command would take one place, of which only the later stayed.
inline void expect_apart(const char* option, const std::string& out, const char* other, const std::string& place) {
  if (out.empty() || place.empty()) return;
  std::error_code absent;
  const auto whole = [&](const std::string& path) {  // absolute first: what is not there stays relative else
    return std::filesystem::weakly_canonical(std::filesystem::absolute(path), absent);
  };
  if (whole(out) == whole(place))
    throw hepgan::error(std::string(option) + ": found " + out + " for " + other + " too, expected another file");
}

}  // namespace rpv
