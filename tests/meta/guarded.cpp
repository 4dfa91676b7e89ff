#include <cstdio>

#include "features.hpp"

#define ENTRY(name, macro) true,
constexpr bool hepgan_required_features[] = {HEPGAN_CPU_FEATURES(ENTRY)};

int main() { std::puts("main was reached"); }
