// Instruction sets that a compiler uses by itself: the name that __builtin_cpu_supports knows, the macro that -march
// sets.
#pragma once

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 15
#define HEPGAN_KNL_FEATURES(f) f("avx512er", __AVX512ER__) f("avx512pf", __AVX512PF__)
#else
#define HEPGAN_KNL_FEATURES(f)
#endif

// clang-format off
#define HEPGAN_CPU_FEATURES(f) \
  f("popcnt", __POPCNT__) f("sse3", __SSE3__) f("ssse3", __SSSE3__) f("sse4.1", __SSE4_1__) f("sse4.2", __SSE4_2__) \
  f("sse4a", __SSE4A__) f("fma4", __FMA4__) f("avx", __AVX__) f("avx2", __AVX2__) f("fma", __FMA__) \
  f("bmi", __BMI__) f("bmi2", __BMI2__) \
  f("avx512f", __AVX512F__) f("avx512cd", __AVX512CD__) f("avx512bw", __AVX512BW__) f("avx512dq", __AVX512DQ__) \
  f("avx512vl", __AVX512VL__) f("avx512ifma", __AVX512IFMA__) f("avx512vbmi", __AVX512VBMI__) \
  f("avx512vbmi2", __AVX512VBMI2__) f("avx512vnni", __AVX512VNNI__) f("avx512bitalg", __AVX512BITALG__) \
  f("avx512vpopcntdq", __AVX512VPOPCNTDQ__) \
  HEPGAN_KNL_FEATURES(f)
// clang-format on

extern const bool hepgan_required_features[];
