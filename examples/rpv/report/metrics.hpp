// metrics.csv of a run: one row per epoch, columns found by name.
#pragma once
#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <hepgan/core/error.hpp>
#include <limits>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace rpv::report {

/// Columns may be absent, and what was not finite is `nan`, `null` or nothing: all are NaN. Anything else is refused.
class metrics {
 public:
  metrics() = default;
  explicit metrics(const std::filesystem::path& path) {
    std::ifstream in(path);
    std::string line;
    if (!std::getline(in, line)) throw hepgan::error(path.string() + ": found nothing, expected one row per epoch");
    const auto names = cells(line);
    for (auto name = names.begin(); name != names.end(); ++name)
      if (std::find(names.begin(), name, *name) != name)
        throw hepgan::error(path.string() + ": found two columns " + *name + ", expected one");
    while (std::getline(in, line)) {
      const auto row = cells(line);
      if (row.empty()) continue;
      const std::string where = path.string() + ": row " + std::to_string(++rows_);
      if (row.size() != names.size())
        throw hepgan::error(where + ": found " + std::to_string(row.size()) + " numbers, expected " +
                            std::to_string(names.size()) + ", one for each column");
      for (std::size_t c = 0; c < names.size(); ++c) {
        const auto value = number(row[c]);
        if (!value) throw hepgan::error(where + ": " + names[c] + ": found " + row[c] + ", expected a number");
        columns_[names[c]].push_back(*value);
      }
    }
  }

  std::size_t rows() const { return rows_; }
  bool has(const std::string& name) const { return columns_.contains(name); }

  std::vector<double> operator[](const std::string& name) const {
    const auto found = columns_.find(name);
    return found == columns_.end() ? std::vector<double>(rows_, std::numeric_limits<double>::quiet_NaN())
                                   : found->second;
  }
  /// Epochs as written, or counted from 0.
  std::vector<double> epochs() const {
    auto e = (*this)["epoch"];
    for (std::size_t i = 0; i < e.size(); ++i)
      if (!std::isfinite(e[i])) e[i] = double(i);
    return e;
  }
  /// The row of the best epoch: the last one marked so, or without that column the smallest ks_comb.
  std::optional<std::size_t> best() const {
    const auto marks = (*this)["best"], comb = (*this)["ks_comb"];
    std::optional<std::size_t> row;
    for (std::size_t i = 0; i < rows_; ++i)
      if (has("best") ? marks[i] > 0 : std::isfinite(comb[i]) && (!row || comb[i] < comb[*row])) row = i;
    return row;
  }

 private:
  static std::vector<std::string> cells(std::string line) {
    std::erase_if(line, [](char c) { return c == '\r' || c == ' ' || c == '"'; });
    std::vector<std::string> row;
    std::istringstream in(line);
    for (std::string cell; std::getline(in, cell, ',');) row.push_back(cell);
    if (line.ends_with(',')) row.emplace_back();
    return row;
  }
  static std::optional<double> number(const std::string& text) {
    if (text.empty() || text == "null") return std::numeric_limits<double>::quiet_NaN();
    double v = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), v);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return v;
  }

  std::map<std::string, std::vector<double>> columns_;
  std::size_t rows_ = 0;
};

}  // namespace rpv::report
