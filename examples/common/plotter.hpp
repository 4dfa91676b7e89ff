// Draws pictures by gnuplot (5.4 or later): data files and one script in a working folder, one process for all of them.
#pragma once
#include <fcntl.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <hepgan/core/error.hpp>
#include <hepgan/core/file.hpp>
#include <iterator>
#include <locale>
#include <span>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "style.hpp"

extern char** environ;

namespace examples {

/// Collects pictures, then draws them. The working folder is made here, held by this program alone and removed at the
/// end.
class plotter {
 public:
  explicit plotter(std::filesystem::path folder) : folder_(std::move(folder)) {
    do make_and_hold();
    while (!still_named());  // another program may just have removed what is held
    std::error_code failed;
    for (const auto& older : std::filesystem::directory_iterator(folder_, failed))
      std::filesystem::remove_all(older, failed);
    script_.imbue(std::locale::classic());
  }
  ~plotter() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
    ::close(held_);
  }
  plotter(const plotter&) = delete;
  plotter& operator=(const plotter&) = delete;

  /// Refuses to begin work whose result cannot be drawn.
  static void expect_gnuplot() {
    if (start({"--version"}, nullptr) != 0) throw hepgan::error("gnuplot: found one that does not run, expected 5.4");
  }

  /// Starts a picture; what is written to `script()` from here on draws it.
  void begin(const std::string& name, int width, int height) {
    if (!pictures_.empty()) script_ << "unset multiplot\nunset output\n";
    pictures_.push_back(file_of(name));
    script_ << "reset\n"
            << "set terminal pngcairo enhanced color size " << width << "," << height
            << " font 'DejaVu Sans,20' linewidth 2 background '#ffffff'\n"
            << "set output '" << pictures_.back() << "'\n"
            << style::prologue << "set multiplot\n";
  }
  static std::string file_of(const std::string& name) { return name + ".png"; }
  std::ostream& script() { return script_; }

  /// Writes columns of equal length; returns the file's name, quoted for the script.
  std::string table(const std::vector<std::span<const double>>& columns) {
    std::size_t rows = columns.size() ? columns.begin()->size() : 0;
    return file([&](std::ostream& out) {
      for (std::size_t i = 0; i < rows; ++i) {
        for (const auto& column : columns) number(out, column[i]);
        out << "\n";
      }
      if (rows == 0) {  // gnuplot refuses a file without points
        for (std::size_t c = 0; c < columns.size(); ++c) out << "NaN ";
        out << "\n";
      }
    });
  }
  /// Writes an image row by row, for `matrix`.
  std::string matrix(std::span<const double> pixels, int width) {
    return file([&](std::ostream& out) {
      for (std::size_t i = 0; i < pixels.size(); ++i) {
        number(out, pixels[i]);
        if ((i + 1) % std::size_t(width) == 0) out << "\n";
      }
    });
  }

  /// Draws everything; returns the paths of the pictures, in order.
  std::vector<std::filesystem::path> draw() {
    script_ << "unset multiplot\nunset output\n";
    std::ofstream(folder_ / "script.gp", std::ios::binary) << script_.str();
    const int status = start({"-d", "script.gp"}, &folder_);
    std::vector<std::filesystem::path> paths;
    for (const auto& name : pictures_) {
      std::error_code absent;
      paths.push_back(folder_ / name);
      if (std::filesystem::file_size(paths.back(), absent) == 0 || absent) fail(name);
    }
    if (status != 0) fail(pictures_.back());
    return paths;
  }
  /// Draws one picture into a file, which is replaced when all of it is there.
  void draw_to(const std::filesystem::path& out) {
    std::ifstream drawn(draw().front(), std::ios::binary);
    hepgan::write_file(out, std::string(std::istreambuf_iterator<char>(drawn), {}));
  }

  /// A working folder for a picture that has no folder of its own.
  static std::filesystem::path scratch() {
    std::error_code failed;
    const auto folder = std::filesystem::temp_directory_path(failed);
    if (failed) throw hepgan::error("TMPDIR: found no folder of that name, expected one for pictures in the making");
    return folder / ("hepgan-plot-" + std::to_string(::getpid()));
  }

 private:
  /// A link to a folder is none: what it names is not ours to empty.
  void make_and_hold() {
    std::error_code failed;
    std::filesystem::create_directories(folder_, failed);
    if (held_ >= 0) ::close(held_);
    held_ = failed ? -1 : ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (held_ < 0 && !failed && errno != ENOENT) failed.assign(errno, std::generic_category());
    if (failed)
      throw hepgan::error(folder_.string() + ": found \"" + failed.message() +
                          "\", expected a folder that can be made");
    if (::flock(held_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      ::close(held_);
      throw hepgan::error(folder_.string() + ": found another program that draws there, expected to be alone");
    }
  }
  bool still_named() const {
    struct stat held {};
    return held_ >= 0 && ::fstat(held_, &held) == 0 && held.st_nlink > 0;
  }
  [[noreturn]] void fail(const std::string& picture) const {
    throw hepgan::error("gnuplot: found \"" + complaint() + "\", expected it to draw " + picture);
  }
  static void number(std::ostream& out, double v) {
    if (std::isfinite(v))
      out << v << " ";
    else
      out << "NaN ";
  }
  template <class Write>
  std::string file(Write write) {
    const std::string name = "data-" + std::to_string(files_++) + ".txt";
    std::ofstream out(folder_ / name);
    out.imbue(std::locale::classic());
    out.precision(9);
    write(out);
    if (!out.flush()) throw hepgan::error((folder_ / name).string() + ": found no room, expected it to be written");
    return "'" + name + "'";
  }

  /// Runs gnuplot inside a folder, without the user's settings; what it says goes to a log there, or nowhere.
  static int start(std::vector<std::string> arguments, const std::filesystem::path* folder) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (folder) posix_spawn_file_actions_addchdir_np(&actions, folder->c_str());
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, folder ? "gnuplot.log" : "/dev/null", O_WRONLY | O_CREAT | O_TRUNC,
                                     0644);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    std::string program = "gnuplot";
    std::vector<char*> all{program.data()};
    for (std::string& a : arguments) all.push_back(a.data());
    all.push_back(nullptr);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, "gnuplot", &actions, nullptr, all.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed)
      throw hepgan::error(
          "gnuplot: found no such program, expected it to draw pictures: install it (gnuplot-nox on Debian)");
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
  }
  /// The last line of the log: what was wrong.
  std::string complaint() const {
    std::ifstream log(folder_ / "gnuplot.log");
    std::string line, last = "it said nothing";
    while (std::getline(log, line))
      if (line.find_first_not_of(" \t^") != std::string::npos) last = line;
    return last;
  }

  std::filesystem::path folder_;
  int held_ = -1;
  std::ostringstream script_;
  std::vector<std::string> pictures_;
  int files_ = 0;
};

}  // namespace examples
