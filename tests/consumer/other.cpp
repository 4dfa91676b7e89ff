// A second translation unit: what a header defines, it defines inline.
#include <hepgan/core/shape.hpp>

int other() { return hepgan::shape{4, 4, 4}.size(); }
