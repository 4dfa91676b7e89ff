// A program, as scripts meet it.
#pragma once
#include <sys/wait.h>

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
