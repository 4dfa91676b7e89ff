# Builds and runs tests/consumer against an installed copy, or against the source tree and without optional libraries.
file(REMOVE_RECURSE ${work})
set(entry -D hepgan_source=${source} -D HEPGAN_hdf5_INCLUDE= -D HEPGAN_numpy_INCLUDE= -D HEPGAN_fastjet_INCLUDE=)
if(way STREQUAL "find_package")
  execute_process(COMMAND ${CMAKE_COMMAND} --install ${build} --prefix ${work}/prefix
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  set(entry -D CMAKE_PREFIX_PATH=${work}/prefix)
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -S ${source}/tests/consumer -B ${work}/build -G ${generator}
  -D CMAKE_CXX_COMPILER=${compiler} -D CMAKE_CXX_FLAGS=${flags} ${entry} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${work}/build COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${work}/build/consumer COMMAND_ERROR_IS_FATAL ANY)
