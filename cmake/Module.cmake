# augury_module(feature
#   DEPENDS base definition          modules (rows beneath; tools/check_layers.py holds the includes to it)
#   LIBRARIES fmt::fmt               third-party targets, never passed on to dependents
#   HEADERS plan.h ...               each is compiled alone
#   SOURCES plan.cc ...              none: a header-only module
#   TESTS plan_test.cc ...           one executable, <module>_test, run under the sanitizers of the tree
#   TEST_DEPENDS io                  modules only the tests (or testing/) need
#   TESTING testing/fakes.cc ...     fakes lent to other modules' tests: library augury_<module>_testing
# )
# makes the library augury_<module> (alias augury::<module>) and, in a tree with tests, its test executable,
# a link test (the library resolves with what it declares and nothing else) and a header-alone test.
function(augury_module name)
  cmake_parse_arguments(M "" "" "DEPENDS;LIBRARIES;HEADERS;SOURCES;TESTS;TEST_DEPENDS;TEST_LIBRARIES;TESTING" ${ARGN})
  list(TRANSFORM M_DEPENDS PREPEND augury::)
  list(TRANSFORM M_TEST_DEPENDS PREPEND augury::)
  set(lib augury_${name})
  if(M_SOURCES)
    add_library(${lib} STATIC ${M_SOURCES})
    target_include_directories(${lib} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${lib} PUBLIC augury::contract ${M_DEPENDS} PRIVATE augury_warnings ${M_LIBRARIES})
  else()
    add_library(${lib} INTERFACE)
    target_include_directories(${lib} INTERFACE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${lib} INTERFACE augury::contract ${M_DEPENDS} ${M_LIBRARIES})
  endif()
  add_library(augury::${name} ALIAS ${lib})
  if(NOT AUGURY_TESTS)
    return()
  endif()

  augury_headers_alone(${name} "${M_HEADERS}" "${CMAKE_CURRENT_SOURCE_DIR}" "${M_LIBRARIES}")
  if(M_SOURCES)
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/link_test.cc "int main() { return 0; }\n")
    add_executable(${name}_link_test ${CMAKE_CURRENT_BINARY_DIR}/link_test.cc)
    target_link_libraries(${name}_link_test PRIVATE
      -Wl,--whole-archive $<TARGET_FILE:${lib}> -Wl,--no-whole-archive ${lib})
    add_test(NAME ${name}_link_test COMMAND ${name}_link_test)
  endif()
  if(M_TESTING)
    add_library(${lib}_testing STATIC ${M_TESTING})
    target_link_libraries(${lib}_testing PUBLIC ${lib} ${M_TEST_DEPENDS} PRIVATE augury_warnings ${M_LIBRARIES})
    add_library(augury::${name}_testing ALIAS ${lib}_testing)
  endif()
  if(M_TESTS)
    add_executable(${name}_test ${M_TESTS})
    target_link_libraries(${name}_test PRIVATE ${lib} ${M_TEST_DEPENDS} augury_warnings GTest::gmock GTest::gtest_main
      ${M_LIBRARIES} ${M_TEST_LIBRARIES})
    if(M_TESTING)
      target_link_libraries(${name}_test PRIVATE ${lib}_testing)
    endif()
    target_compile_definitions(${name}_test PRIVATE
      AUGURY_SHARED_DIR="${CMAKE_SOURCE_DIR}/../shared" AUGURY_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${name}_test COMMAND ${name}_test)
  endif()
endfunction()

# One translation unit per header that includes it first and twice: it needs nothing before it and guards itself.
function(augury_headers_alone name headers folder libraries)
  if(NOT headers)
    return()
  endif()
  set(units "")
  foreach(header ${headers})
    string(REPLACE "/" "_" unit ${header})
    set(unit ${CMAKE_CURRENT_BINARY_DIR}/alone/${unit}.cc)
    set(text "#include \"${folder}/${header}\"\n#include \"${folder}/${header}\"\n")
    if(EXISTS ${unit})
      file(READ ${unit} before)
    else()
      set(before "")
    endif()
    if(NOT before STREQUAL text)
      file(WRITE ${unit} "${text}")
    endif()
    list(APPEND units ${unit})
  endforeach()
  add_library(${name}_headers OBJECT ${units})
  target_link_libraries(${name}_headers PRIVATE augury_${name} augury_warnings ${libraries})
endfunction()
