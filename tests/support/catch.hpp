// Catch2 2 (one header) and Catch2 3 (a library): the tests are written for both.
#pragma once
#include <string>

#if __has_include(<catch2/catch.hpp>)
#include <catch2/catch.hpp>
/// A matcher for a part of a string.
inline auto has_text(const std::string& part) { return Catch::Matchers::Contains(part); }
#else
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>
#include <catch2/matchers/catch_matchers_all.hpp>
using Catch::Approx;  // version 2 does so itself
inline auto has_text(const std::string& part) { return Catch::Matchers::ContainsSubstring(part); }
#endif
