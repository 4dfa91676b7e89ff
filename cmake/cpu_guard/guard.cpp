// Ends a program in a sentence, before any other of its code runs, on a CPU that lacks what it was compiled for.
// Compiled for any CPU, and without inline functions from headers, whose copy may be one compiled for a newer CPU.
#if defined(__x86_64__)
#include <string.h>
#include <unistd.h>

#include "features.hpp"

namespace {

void say(const char* text) { [[maybe_unused]] const auto n = write(STDERR_FILENO, text, strlen(text)); }

__attribute__((constructor(101))) void guard() {  // 101: the earliest that is ours to take
  __builtin_cpu_init();
  const bool* required = hepgan_required_features;
  bool able = true;
#define CHECK(name, macro)                                                        \
  if (*required++ && !__builtin_cpu_supports(name)) {                             \
    say(able ? "This program was built for another CPU: this one lacks " : ", "); \
    say(name);                                                                    \
    able = false;                                                                 \
  }
  HEPGAN_CPU_FEATURES(CHECK)
  if (able) return;
  say(". Build it here, or with -DHEPGAN_ARCH=generic.\n");
  _exit(1);
}

}  // namespace
#endif
