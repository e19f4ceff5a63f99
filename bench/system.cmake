add_executable(system_bench system/gates.cc system/machine.cc system/main.cc system/workload.cc)
target_include_directories(system_bench PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(system_bench PRIVATE augury::cli augury::net augury::definition augury::wire fmt::fmt augury_warnings)
