// What this program was compiled for. Data only: no instruction of this file can be too new.
#include "features.hpp"

// A macro that is set expands to 1, one that is not stays its own name.
#define TEXT(x) #x
#define IS_SET(macro) (TEXT(macro)[0] == '1')
#define ENTRY(name, macro) IS_SET(macro),

#if defined(__x86_64__)
constexpr bool hepgan_required_features[] = {HEPGAN_CPU_FEATURES(ENTRY)};
#endif
