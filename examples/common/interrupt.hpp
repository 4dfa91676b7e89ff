// Ctrl-C as a wish that a training sees after its step, and a writer of files after its piece.
#pragma once
#include <csignal>
#include <hepgan/core/error.hpp>

namespace examples {

inline volatile std::sig_atomic_t interrupted = 0;

/// From here on SIGINT, SIGTERM and SIGHUP set `interrupted`; what they would have broken off goes on. One that whoever
/// started the program has it ignore, as nohup does, stays ignored.
inline void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction inherited {};
    sigaction(signal, nullptr, &inherited);
    if (inherited.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
}

/// Thrown where work is given up because of a signal.
struct stopped : hepgan::error {
  using hepgan::error::error;
};
/// Between pieces of a file, which goes with what throws.
inline void expect_uninterrupted() {
  if (interrupted) throw stopped("found a signal to stop, expected to come to the end; no file was written");
}

}  // namespace examples
