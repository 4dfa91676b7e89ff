// Files that appear under their name only when whole: an older file of that name stays until then.
#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <hepgan/core/error.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace hepgan {

namespace detail {

/// Throws what errno says, after closing the file if it is open.
[[noreturn]] inline void cannot_write(const std::filesystem::path& path, int file = -1) {
  const std::string why = std::strerror(errno);
  if (file >= 0) ::close(file);
  throw error(path.string() + ": cannot be written: " + why);
}

}  // namespace detail

/// A name beside the final one, to write to meanwhile (a rename is atomic only within a directory). Removed unless
/// kept.
class temporary_file {
 public:
  explicit temporary_file(std::filesystem::path final_path)
      : final_(std::move(final_path)), path_(final_.string() + ".part") {}
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() {
    std::error_code ignored;
    if (!kept_) std::filesystem::remove(path_, ignored);
  }
  const std::string& path() const { return path_; }
  /// Durable when it returns: content first, then the name.
  void keep() {
    sync(path_, O_RDONLY, final_);
    if (std::rename(path_.c_str(), final_.c_str()) != 0) detail::cannot_write(final_);
    kept_ = true;
    const auto folder = final_.parent_path();
    sync(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY, final_);
  }

 private:
  static void sync(const std::string& path, int flags, const std::filesystem::path& wanted) {
    const int file = ::open(path.c_str(), flags);
    // A file system that cannot sync a directory says EINVAL; nothing more can be done there.
    if (file < 0 || (::fsync(file) != 0 && errno != EINVAL)) detail::cannot_write(wanted, file);
    ::close(file);
  }
  std::filesystem::path final_;
  std::string path_;
  bool kept_ = false;
};

/// Refuses a path to which no file can be written, before the work whose result it is for.
inline void expect_writable(const std::filesystem::path& path) {
  const temporary_file part(path);
  const int file = ::open(part.path().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0 || std::filesystem::is_directory(path)) {
    if (file >= 0) errno = EISDIR;
    detail::cannot_write(path, file);
  }
  ::close(file);
}

/// The whole of a file at once; an error is one sentence, and leaves the older file.
inline void write_file(const std::filesystem::path& path, std::string_view bytes) {
  temporary_file part(path);
  const int file = ::open(part.path().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) detail::cannot_write(path);
  while (!bytes.empty()) {
    const auto n = ::write(file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) detail::cannot_write(path, file);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  if (::close(file) != 0) detail::cannot_write(path);
  part.keep();
}

}  // namespace hepgan
