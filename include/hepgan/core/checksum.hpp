// XXH64 of bytes: tells damaged or other contents, not forged ones.
#pragma once
#define XXH_INLINE_ALL
#include <xxhash.h>
#undef XXH_INLINE_ALL

#include <cstddef>
#include <cstdint>
#include <span>

namespace hepgan {

/// Of all bytes so far: `after` is the checksum of those before.
inline std::uint64_t checksum(std::span<const std::byte> bytes, std::uint64_t after = 0) {
  return XXH64(bytes.data(), bytes.size(), after);
}

}  // namespace hepgan
