# The nearest items by an exact scan, beside a naive loop and the speed of memory.
add_executable(index_nearest_bench ${CMAKE_CURRENT_LIST_DIR}/index_nearest_bench.cc)
target_link_libraries(index_nearest_bench PRIVATE augury::index augury_warnings)
