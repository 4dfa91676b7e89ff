// What --json asks for, beside the table that is printed.
#pragma once
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "places.hpp"

namespace rpv {

/// By "-", or by the name of what it goes to.
inline bool is_standard_output(const std::string& path) {
  struct stat named {
  }, out{};
  return path == "-" || (::stat(path.c_str(), &named) == 0 && ::fstat(STDOUT_FILENO, &out) == 0 &&
                         named.st_dev == out.st_dev && named.st_ino == out.st_ino);
}

/// A file appears when it is whole, in place of an older evaluation; a device or a pipe is written as it is. Standard
/// output then has nothing else: the table goes to standard error.
class json_result {
 public:
  json_result(const std::string& path, std::initializer_list<std::string> read) : path_(path) {
    std::error_code absent;
    const bool alone = is_standard_output(path);
    if (!alone && !std::filesystem::is_other(path, absent)) {
      expect_place("--json", path, evaluation, read);
      return;
    }
    stream_.reset(alone ? ::fdopen(::dup(STDOUT_FILENO), "w") : std::fopen(path.c_str(), "w"));
    if (!stream_) fail();
    if (alone) ::dup2(STDERR_FILENO, STDOUT_FILENO);
  }
  void write(const nlohmann::ordered_json& result) {
    const std::string text = result.dump(2) + "\n";
    if (stream_) {
      if (std::fputs(text.c_str(), stream_.get()) < 0 || std::fflush(stream_.get()) != 0) fail();
    } else if (!path_.empty()) {
      hepgan::write_file(path_, text);
    }
  }

 private:
  [[noreturn]] void fail() const {
    throw hepgan::error("--json: found " + path_ + ", which cannot be written, expected a place that can");
  }
  struct closed {
    void operator()(std::FILE* f) const { std::fclose(f); }
  };
  std::string path_;
  std::unique_ptr<std::FILE, closed> stream_;  ///< of what is no file
};

}  // namespace rpv
