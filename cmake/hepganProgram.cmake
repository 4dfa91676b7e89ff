# hepgan_add_program(name source...): one of our own programs, built for HEPGAN_ARCH, with warnings, and with a guard that
# speaks up on a CPU that lacks the instructions. Consumers get none of these flags.
add_library(hepgan_flags INTERFACE)
target_compile_options(hepgan_flags INTERFACE -Wall -Wextra)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(hepgan_flags INTERFACE -Wno-maybe-uninitialized)  # false in GCC 12's own intrinsics (PR 105593)
endif()
# Knights Landing by its AVX-512 F and CD alone: ER, PF and PREFETCHWT1 are no other CPU's.
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-march=knl HEPGAN_KNOWS_KNL)
set(hepgan_knl -march=knl -mno-avx512er -mno-avx512pf -mno-prefetchwt1 -Wno-deprecated)  # g++ 14 is the last to know it
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
  list(APPEND hepgan_knl -fno-tree-vectorize)  # it puts vectors together by vinsertf32x4 on ymm: AVX512VL
endif()
if(HEPGAN_ARCH STREQUAL "knl")
  if(NOT HEPGAN_KNOWS_KNL)
    message(FATAL_ERROR "HEPGAN_ARCH: found knl, which ${CMAKE_CXX_COMPILER} does not know, expected g++ 12 to 14")
  endif()
  set(hepgan_cpu ${hepgan_knl})
elseif(NOT HEPGAN_ARCH STREQUAL "generic")
  set(hepgan_cpu -march=${HEPGAN_ARCH})
endif()
target_compile_options(hepgan_flags INTERFACE ${hepgan_cpu})
if(HEPGAN_MCDRAM)
  if(NOT TARGET hepgan::memkind)
    message(FATAL_ERROR "HEPGAN_MCDRAM: found no memkind, expected its library and hbwmalloc.h (Debian 12: libmemkind-dev)")
  endif()
  target_link_libraries(hepgan_flags INTERFACE hepgan::memkind)
endif()

set(hepgan_guard ${CMAKE_CURRENT_LIST_DIR}/cpu_guard)
add_library(hepgan_cpu_guard OBJECT ${hepgan_guard}/guard.cpp)  # for any CPU
add_library(hepgan_cpu_required OBJECT ${hepgan_guard}/required.cpp)
target_link_libraries(hepgan_cpu_required PRIVATE hepgan_flags)
foreach(part hepgan_cpu_guard hepgan_cpu_required)
  target_compile_features(${part} PRIVATE cxx_std_20)
endforeach()

function(hepgan_add_program name)
  add_executable(${name} ${ARGN}
    $<TARGET_OBJECTS:hepgan_cpu_guard> $<TARGET_OBJECTS:hepgan_cpu_required>)
  target_link_libraries(${name} PRIVATE hepgan::hepgan hepgan_flags)
endfunction()
