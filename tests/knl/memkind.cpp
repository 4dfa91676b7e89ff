// A block of a program that links memkind is one that memkind knows, aligned and zero; here that may be any memory.
#include <memkind.h>

#include <algorithm>
#include <cstdint>
#include <hepgan/core/aligned.hpp>

int main() {
  const hepgan::aligned_block<float> block(1000), copy = block, large(5 << 18);
  const auto sound = [](const auto& b, int size, std::uintptr_t alignment) {
    return memkind_detect_kind(b.data()) && reinterpret_cast<std::uintptr_t>(b.data()) % alignment == 0 &&
           std::ranges::count(b.span(), 0.f) == size;
  };
  return sound(block, 1000, 64) && sound(copy, 1000, 64) && sound(large, 5 << 18, hepgan::detail::huge_page) ? 0 : 1;
}
