// A program, as scripts meet it.
#pragma once
#include <sys/wait.h>

#include <csignal>
#include <cstdio>
#include <string>

struct outcome {
  int status;
  std::string said;
};

inline outcome run(const std::string& command_line) {
  const std::string command = command_line + " 2>&1";
  std::string said;
  FILE* pipe = popen(command.c_str(), "r");
  for (int c; (c = std::fgetc(pipe)) != EOF;) said += static_cast<char>(c);
  return {WEXITSTATUS(pclose(pipe)), said};
}

/// Sends the program this signal as soon as it says something: it is at work then, however busy the machine.
inline outcome run_and_signal(const std::string& command_line, int signal) {
  const std::string command = "echo $$; exec " + command_line + " 2>&1";  // the shell's number becomes the program's
  FILE* pipe = popen(command.c_str(), "r");
  int process = 0;
  const int found = std::fscanf(pipe, "%d ", &process);  // the blank reads on to what the program says first
  if (found == 1 && process > 0) kill(process, signal);
  std::string said;
  for (int c; (c = std::fgetc(pipe)) != EOF;) said += static_cast<char>(c);
  return {WEXITSTATUS(pclose(pipe)), said};
}
