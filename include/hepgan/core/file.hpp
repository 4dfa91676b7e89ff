// Files that appear under their name only when whole: an older file of that name stays until then. Paths are text:
// <filesystem> would be a tenth of a small program's compilation.
#pragma once
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <hepgan/core/error.hpp>
#include <string>
#include <string_view>

namespace hepgan {

namespace detail {

/// Throws what errno says.
[[noreturn]] inline void cannot_write(const std::string& path) {
  const std::string why = std::strerror(errno);
  throw error(
      {path, ": cannot be written: found \"", why, "\", expected a folder that exists, is writable and has room"});
}

}  // namespace detail

/// A file beside the final one, to write meanwhile (a rename is atomic only within a directory). Held by this program
/// alone, where the file system has locks; removed unless kept. A link is followed: what it names is replaced, and who
/// may read it stays.
class temporary_file {
 public:
  explicit temporary_file(const std::string& wanted) : final_(destination(wanted)), path_(final_ + ".part") {
    do {  // until what is held still has that name: another program may just have kept it
      if (file_ >= 0) ::close(file_);
      constexpr int how = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
      file_ = ::open(path_.c_str(), how | O_EXCL, 0644);
      there_ = file_ < 0 && errno == EEXIST;
      if (there_) file_ = ::open(path_.c_str(), how, 0644);
      if (file_ < 0) detail::cannot_write(final_);
      struct flock whole {};  // of this opening: HDF5 opens and closes the file too, which would end a process' lock
      whole.l_type = F_WRLCK, whole.l_whence = SEEK_SET;
      if (::fcntl(file_, F_OFD_SETLK, &whole) != 0 && (errno == EAGAIN || errno == EACCES)) refuse();
    } while (!still_named());
    take_mode(S_IRUSR | S_IWUSR);  // HDF5 opens it by name
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  ~temporary_file() {
    if (!kept_) ::unlink(path_.c_str());
    ::close(file_);
  }
  /// Nothing was written: what was there before is left.
  void leave() { kept_ = there_; }
  const std::string& path() const { return path_; }
  int file() const { return file_; }
  /// Durable when it returns: content first, then the name.
  void keep() {
    take_mode(0);
    sync(file_);
    if (std::rename(path_.c_str(), final_.c_str()) != 0) detail::cannot_write(final_);
    kept_ = true;
    const int names = ::open((folder_of(final_) + ".").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (names < 0) detail::cannot_write(final_);
    sync(names);
    ::close(names);
  }

 private:
  /// With its last slash; empty for a name alone.
  static std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }
  static std::string destination(const std::string& wanted) {
    if (wanted.empty()) throw error("file: found no name, expected one");
    std::string path = wanted;
    char named[PATH_MAX];
    for (int links = 0; links < 40; ++links) {  // what a link names may be absent
      const auto length = ::readlink(path.c_str(), named, sizeof named);
      if (length < 0) break;
      const std::string next(named, static_cast<std::size_t>(length));
      path = next.starts_with('/') ? next : folder_of(path) + next;
    }
    // by the name that is wanted: what /dev/stdout names may be "pipe:[…]", which is no path
    if (struct stat found{}; ::stat(wanted.c_str(), &found) == 0 && !S_ISREG(found.st_mode))
      throw error({wanted, ": cannot be written: found a directory or a device, expected a file"});
    return path;
  }
  /// Of the file that is replaced, and what is needed meanwhile.
  void take_mode(mode_t needed) const {
    if (struct stat older{}; ::stat(final_.c_str(), &older) == 0)
      static_cast<void>(::fchmod(file_, (older.st_mode & 0777) | needed));
  }
  bool still_named() const {
    struct stat held {
    }, named{};
    return ::fstat(file_, &held) == 0 && ::stat(path_.c_str(), &named) == 0 && held.st_ino == named.st_ino;
  }
  [[noreturn]] void refuse() {
    ::close(file_);
    throw error({final_, ": found another program that is writing it, expected to be alone"});
  }
  void sync(int file) const {
    // A file system that cannot sync a directory says EINVAL; nothing more can be done there.
    while (::fsync(file) != 0)
      if (errno == EINVAL)
        return;
      else if (errno != EINTR)
        detail::cannot_write(final_);
  }
  std::string final_, path_;
  int file_ = -1;
  bool there_ = false, kept_ = false;
};

/// Refuses a path to which no file can be written, before the work whose result it is for.
inline void expect_writable(const std::string& path) { temporary_file(path).leave(); }

/// The whole of a file at once; an error is one sentence, and leaves the older file.
inline void write_file(const std::string& path, std::string_view bytes) {
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

/// Refuses what is there and is no file: of a named pipe or a device there may be no end. A pipe without a name, which
/// /dev/stdin may be, is none of them.
inline void expect_file(const std::string& path, const char* expected) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0 || S_ISREG(found.st_mode)) return;
  char name[PATH_MAX];
  if (S_ISFIFO(found.st_mode) && !::realpath(path.c_str(), name)) return;
  const char* what = S_ISDIR(found.st_mode)    ? "a directory"
                     : S_ISFIFO(found.st_mode) ? "a named pipe"
                     : S_ISSOCK(found.st_mode) ? "a socket"
                                               : "a device";
  throw error({path, ": found ", what, ", expected ", expected});
}

/// All bytes of a file; false where it cannot be read.
inline bool read_file(const std::string& path, std::string& bytes) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  struct stat found {};
  if (::fstat(file, &found) == 0 && found.st_size > 0) bytes.reserve(static_cast<std::size_t>(found.st_size));
  char some[1 << 16];
  ::ssize_t n = 0;
  do {
    n = ::read(file, some, sizeof some);
    if (n > 0) bytes.append(some, static_cast<std::size_t>(n));
  } while (n > 0 || (n < 0 && errno == EINTR));
  ::close(file);
  return n == 0;
}

}  // namespace hepgan
