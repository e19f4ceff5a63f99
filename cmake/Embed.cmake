# libaugury.so: the engine behind include/augury as one file, for programs that embed it.
if(TARGET augury_engine)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/libaugury.cc CONTENT "// Every part comes from the engine's library.\n")
  add_library(libaugury SHARED ${CMAKE_BINARY_DIR}/libaugury.cc)
  target_link_libraries(libaugury
    PRIVATE -Wl,--whole-archive $<TARGET_FILE:augury_engine> -Wl,--no-whole-archive augury::engine
    PUBLIC augury::contract)
  set_target_properties(libaugury PROPERTIES OUTPUT_NAME augury LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  include(GNUInstallDirs)
  install(TARGETS libaugury)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/include/augury TYPE INCLUDE FILES_MATCHING PATTERN "*.h")
  if(TARGET augury)
    install(TARGETS augury)
  endif()
endif()
