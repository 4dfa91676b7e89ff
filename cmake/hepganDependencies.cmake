# What hepgan stands on, as targets; read by the build and by the installed package.
#
# Headers and libraries are looked up directly: of the packages in Debian 12, oneDNN's wants OpenCL's headers, xsimd's a
# library xtl, libzip's its command-line tools, and CMake's HDF5 module a C compiler.
function(hepgan_find target header)  # then the library's names, none for a header-only one
  if(TARGET hepgan::${target})
    return()
  endif()
  find_path(HEPGAN_${target}_INCLUDE ${header} PATH_SUFFIXES hdf5/serial)
  mark_as_advanced(HEPGAN_${target}_INCLUDE)
  set(found ${HEPGAN_${target}_INCLUDE})
  if(found AND ARGN)
    find_library(HEPGAN_${target}_LIBRARY NAMES ${ARGN} PATH_SUFFIXES hdf5/serial)
    mark_as_advanced(HEPGAN_${target}_LIBRARY)
    set(found ${HEPGAN_${target}_LIBRARY})
  endif()
  if(found)
    add_library(hepgan::${target} INTERFACE IMPORTED GLOBAL)
    target_include_directories(hepgan::${target} SYSTEM INTERFACE ${HEPGAN_${target}_INCLUDE})
    if(ARGN)
      target_link_libraries(hepgan::${target} INTERFACE ${HEPGAN_${target}_LIBRARY})
    endif()
  endif()
endfunction()

hepgan_find(dnnl oneapi/dnnl/dnnl.hpp dnnl)
hepgan_find(xsimd xsimd/xsimd.hpp)
hepgan_find(random123 Random123/philox.h)
hepgan_find(xxhash xxhash.h)
find_package(OpenMP QUIET COMPONENTS CXX)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads QUIET)

# Components: the core never includes them.
hepgan_find(hdf5 hdf5.h hdf5 hdf5_serial)
hepgan_find(numpy zip.h zip)
hepgan_find(fastjet fastjet/ClusterSequence.hh fastjet)
if(TARGET hepgan::numpy)
  set_property(TARGET hepgan::numpy PROPERTY INTERFACE_COMPILE_DEFINITIONS HEPGAN_HAS_LIBZIP=1)
endif()

set(hepgan_missing "")
foreach(needed hepgan::dnnl hepgan::xsimd hepgan::random123 hepgan::xxhash OpenMP::OpenMP_CXX Threads::Threads)
  if(NOT TARGET ${needed})
    string(REGEX REPLACE ".*::(.*)" "\\1" needed ${needed})
    list(APPEND hepgan_missing ${needed})
  endif()
endforeach()
list(JOIN hepgan_missing ", " hepgan_missing)
