#include <hepgan/core/shape.hpp>

int other();

int main() { return hepgan::shape{1, 8, 8}.size() == other() ? 0 : 1; }
