// Files that appear under their name only when whole: an older file of that name stays until then.
#pragma once
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <hepgan/core/error.hpp>
#include <string>
#include <string_view>
#include <system_error>

namespace hepgan {

namespace detail {

/// Throws what errno says.
[[noreturn]] inline void cannot_write(const std::filesystem::path& path) {
  const std::string why = std::strerror(errno);
  throw error(path.string() + ": cannot be written: found \"" + why +
              "\", expected a folder that exists, is writable and has room");
}

}  // namespace detail

/// A file beside the final one, to write meanwhile (a rename is atomic only within a directory). Held by this program
/// alone; removed unless kept. A link is followed: what it names is replaced.
class temporary_file {
 public:
  explicit temporary_file(const std::filesystem::path& wanted)
      : final_(destination(wanted)), path_(final_.string() + ".part") {
    do {  // until what is held still has that name: another program may just have kept it
      if (file_ >= 0) ::close(file_);
      file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
      if (file_ < 0) detail::cannot_write(final_);
      struct flock whole {};  // of this opening: HDF5 opens and closes the file too, which would end a process' lock
      whole.l_type = F_WRLCK, whole.l_whence = SEEK_SET;
      if (::fcntl(file_, F_OFD_SETLK, &whole) != 0) refuse(errno);
    } while (!still_named());
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() {
    if (!kept_) ::unlink(path_.c_str());
    ::close(file_);
  }
  const std::string& path() const { return path_; }
  int file() const { return file_; }
  /// Durable when it returns: content first, then the name.
  void keep() {
    sync(file_);
    if (std::rename(path_.c_str(), final_.c_str()) != 0) detail::cannot_write(final_);
    kept_ = true;
    const auto folder = final_.parent_path();
    const int names = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (names < 0) detail::cannot_write(final_);
    sync(names);
    ::close(names);
  }

 private:
  static std::filesystem::path destination(const std::filesystem::path& wanted) {
    namespace fs = std::filesystem;
    if (wanted.empty()) throw error("file: found no name, expected one");
    std::error_code absent;
    fs::path path = wanted;
    for (int links = 0; links < 40 && fs::is_symlink(path, absent); ++links)  // what a link names may be absent
      path = path.parent_path() / fs::read_symlink(path);
    if (fs::exists(path, absent) && !fs::is_regular_file(path, absent))
      throw error(wanted.string() + ": cannot be written: found a directory or a device, expected a file");
    return path;
  }
  bool still_named() const {
    struct stat held {
    }, named{};
    return ::fstat(file_, &held) == 0 && ::stat(path_.c_str(), &named) == 0 && held.st_ino == named.st_ino;
  }
  /// The lock was not had: another program has it, or this file system has no locks.
  [[noreturn]] void refuse(int why) {
    const bool taken = why == EAGAIN || why == EACCES;
    if (!taken) ::unlink(path_.c_str());
    ::close(file_);
    if (taken) throw error(final_.string() + ": found another program that is writing it, expected to be alone");
    errno = why;
    detail::cannot_write(final_);
  }
  void sync(int file) const {
    // A file system that cannot sync a directory says EINVAL; nothing more can be done there.
    while (::fsync(file) != 0)
      if (errno == EINVAL)
        return;
      else if (errno != EINTR)
        detail::cannot_write(final_);
  }
  std::filesystem::path final_;
  std::string path_;
  int file_ = -1;
  bool kept_ = false;
};

/// Refuses a path to which no file can be written, before the work whose result it is for.
inline void expect_writable(const std::filesystem::path& path) { temporary_file{path}; }

/// The whole of a file at once; an error is one sentence, and leaves the older file.
inline void write_file(const std::filesystem::path& path, std::string_view bytes) {
  temporary_file part(path);
  if (::ftruncate(part.file(), 0) != 0) detail::cannot_write(path);
  while (!bytes.empty()) {
    const auto n = ::write(part.file(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) detail::cannot_write(path);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  part.keep();
}

}  // namespace hepgan
