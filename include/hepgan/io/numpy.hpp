// NumPy's array header (format 1 to 3, NEP 1): type, order and shape of what follows.
#pragma once
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <functional>
#include <hepgan/core/error.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace hepgan::io::numpy {

struct array_header {
  char kind = 0;  // NumPy's: f, i, u, b
  int item_bytes = 0;
  std::vector<std::int64_t> extents;
  std::size_t bytes = 0;  // of the header itself

  /// Saturates, so that the extents of a damaged header cannot overflow.
  std::int64_t count() const {
    double n = 1;
    for (std::int64_t e : extents) n *= double(e);
    return static_cast<std::int64_t>((std::min)(n, 0x1p50));
  }
};

/// The value after 'key': in the dictionary, up to the comma that closes it.
inline std::string_view value_of(std::string_view dictionary, std::string_view key) {
  const auto at = dictionary.find("'" + std::string(key) + "'");
  if (at == dictionary.npos) return {};
  std::string_view rest = dictionary.substr(dictionary.find(':', at) + 1);
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  return rest.substr(0, rest.starts_with('(') ? rest.find(')') + 1 : rest.find_first_of(",}"));
}

/// Reads the header through `take(bytes, buffer)`, which says whether it could. `what` names the array in messages.
inline array_header read_header(const std::string& what, const std::function<bool(std::size_t, char*)>& take) {
  const auto need = [&](std::size_t n) {
    std::string text(n, '\0');
    if (!take(n, text.data())) throw error({what, ": found a truncated NumPy array, expected a whole one"});
    return text;
  };
  const std::string magic = need(8);
  if (magic.substr(0, 6) != "\x93NUMPY") throw error({what, ": found no NumPy array, expected one"});
  const std::string length = need(magic[6] == 1 ? 2 : 4);
  std::size_t n = 0;
  for (std::size_t i = length.size(); i-- > 0;) n = n * 256 + static_cast<unsigned char>(length[i]);
  if (n > 1u << 20) throw error({what, ": found a damaged NumPy header, expected less than 1 MiB"});
  const std::string dictionary = need(n);

  array_header h;
  h.bytes = 8 + length.size() + n;
  const std::string_view type = value_of(dictionary, "descr"), shape = value_of(dictionary, "shape");
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  if (type.size() == 5 && (type[1] == '<' || type[1] == '|') && digit(type[3])) {  // such as '<f4'
    h.kind = type[2];
    h.item_bytes = type[3] - '0';
  }
  const int b = h.item_bytes;
  const bool integer = (h.kind == 'i' || h.kind == 'u') && (b == 1 || b == 2 || b == 4 || b == 8);
  const bool known = integer || (h.kind == 'f' && (b == 4 || b == 8)) || (h.kind == 'b' && b == 1);
  if (!known) throw error({what, ": found NumPy type ", type, ", expected little-endian float32 or float64"});
  if (value_of(dictionary, "fortran_order").starts_with("True"))
    throw error({what, ": found Fortran order, expected C order"});
  constexpr std::int64_t most = std::int64_t(1) << 40;  // events; products of damaged extents must not overflow
  for (std::size_t i = 0; i < shape.size();) {
    if (shape[i] == '-') throw error({what, ": found shape ", shape, ", expected extents from 0 on"});
    if (!digit(shape[i])) {
      ++i;
      continue;
    }
    std::int64_t extent = 0;
    for (; i < shape.size() && digit(shape[i]); ++i) extent = (std::min)(extent * 10 + (shape[i] - '0'), most);
    h.extents.push_back(extent);
  }
  return h;
}

/// Numbers of any of the known types as float.
inline void to_float(const array_header& h, const char* raw, std::size_t count, float* out) {
  const auto convert = [&]<class T>(T) {
    for (std::size_t i = 0; i < count; ++i) {
      T value;
      std::memcpy(&value, raw + i * sizeof(T), sizeof(T));
      out[i] = static_cast<float>(value);
    }
  };
  const bool is_signed = h.kind == 'i';
  if (h.kind == 'f') return h.item_bytes == 4 ? convert(float{}) : convert(double{});
  switch (h.item_bytes) {
    case 1:
      return is_signed ? convert(std::int8_t{}) : convert(std::uint8_t{});
    case 2:
      return is_signed ? convert(std::int16_t{}) : convert(std::uint16_t{});
    case 4:
      return is_signed ? convert(std::int32_t{}) : convert(std::uint32_t{});
    default:
      return is_signed ? convert(std::int64_t{}) : convert(std::uint64_t{});
  }
}

}  // namespace hepgan::io::numpy
