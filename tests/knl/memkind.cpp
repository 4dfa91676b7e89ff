// A block of a program that links memkind is one that memkind knows, aligned and zero; here that may be any memory.
#include <memkind.h>

#include <algorithm>
#include <cstdint>
#include <hepgan/core/aligned.hpp>

int main() {
  const hepgan::aligned_block<float> block(1000), copy = block;
  const auto sound = [](const auto& b) {
    return memkind_detect_kind(b.data()) && reinterpret_cast<std::uintptr_t>(b.data()) % 64 == 0 &&
           std::ranges::count(b.span(), 0.f) == 1000;
  };
  return sound(block) && sound(copy) ? 0 : 1;
}
