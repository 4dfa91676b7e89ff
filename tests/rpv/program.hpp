// The rpv program, as scripts meet it.
#pragma once
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "../io/files.hpp"
#include "../support/catch.hpp"

namespace fs = std::filesystem;

struct outcome {
  int status;
  std::string said;
};

inline outcome run(const std::string& command_line) {
  const std::string command = command_line + " 2>&1";
  std::string said;
  FILE* pipe = popen(command.c_str(), "r");
  for (int c; (c = std::fgetc(pipe)) != EOF;) said += static_cast<char>(c);
  return {WEXITSTATUS(pclose(pipe)), said};
}
inline outcome rpv(const std::string& arguments) { return run(std::string(HEPGAN_RPV) + " " + arguments); }

/// Paths as text, for command lines.
struct folder : files::folder {
  std::string operator/(const std::string& name) const { return (path() / name).string(); }
};
using files::bytes_of;

inline const std::string network = " --filters 8 --noise 16";
inline const std::string tiny = network + " --events 400 --batch 32 --threads 2";

inline std::ptrdiff_t count(const std::string& text, const std::string& part) {
  std::ptrdiff_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}
