// The rpv program, as scripts meet it.
#pragma once
#include <filesystem>
#include <string>

#include "../io/files.hpp"
#include "../support/catch.hpp"
#include "../support/process.hpp"

namespace fs = std::filesystem;

inline outcome rpv(const std::string& arguments) { return run(std::string(HEPGAN_RPV) + " " + arguments); }

/// Paths as text, for command lines.
struct folder : files::folder {
  std::string operator/(const std::string& name) const { return (path() / name).string(); }
};
using files::bytes_of;

inline const std::string network = " --filters 8 --noise 16";
inline const std::string tiny = network + " --events 400 --batch 32 --threads 2";

/// Whether it ends well; false, with a warning, where gnuplot is missing, which is nobody's fault.
inline bool drew(const outcome& o) {
  INFO(o.said);
  if (o.said.find("gnuplot: found no such program") != std::string::npos) {
    WARN("the picture is skipped: gnuplot is not installed");
    return false;
  }
  REQUIRE(o.status == 0);
  return true;
}

inline std::ptrdiff_t count(const std::string& text, const std::string& part) {
  std::ptrdiff_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}
