// A user who reads HDF5 and has neither libzip nor FastJet.
#include <hepgan/io/event_file.hpp>
#include <iostream>

int main(int argc, char** argv) try {
  if (argc > 1) std::cout << hepgan::io::event_file(argv[1]).size() << "\n";
} catch (const hepgan::error& e) {
  std::cerr << e.what() << "\n";
  return 1;
}
