// Texts of words and numbers, as errors and checkpoints are written with.
#pragma once
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdio>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace hepgan {

/// A piece of a text: words, or a number, a real one with as many digits as tell it from others. It refers to its
/// words.
class word {
 public:
  word(const char* words) : words_(words) {}
  word(std::string_view words) : words_(words) {}
  word(const std::string& words) : words_(words) {}
  word(std::integral auto n) : kind_(kind::whole), whole_(static_cast<long long>(n)) {}
  word(float x) : kind_(kind::single), single_(x) {}
  word(double x) : kind_(kind::real), real_(x) {}
  word(char) = delete;  // it would be written as a number

  void append_to(std::string& text) const {
    char number[32];
    if (kind_ == kind::words)
      text += words_;
    else
      text.append(number, kind_ == kind::whole    ? number + std::snprintf(number, sizeof number, "%lld", whole_)
                          : kind_ == kind::single ? std::to_chars(number, std::end(number), single_).ptr
                                                  : std::to_chars(number, std::end(number), real_).ptr);
  }

 private:
  enum class kind { words, whole, single, real } kind_ = kind::words;
  union {
    std::string_view words_;
    long long whole_;
    float single_;
    double real_;
  };
};

/// One after another. A sum of strings makes one of each sign, which takes longer to compile.
[[gnu::noinline]] inline void append(std::string& to, std::initializer_list<word> words) {
  for (const word& w : words) w.append_to(to);
}
[[gnu::noinline]] inline std::string text_from(std::initializer_list<word> words) {
  std::string text;
  append(text, words);
  return text;
}

/// The finite number that a text is to its end, written with a point in every locale.
[[gnu::noinline]] inline std::optional<double> number_in(std::string_view text) {
  double value = 0;
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = failure == std::errc{} && end == text.data() + text.size();
  return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace hepgan
