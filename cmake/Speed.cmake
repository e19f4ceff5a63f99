# Build speed on two cores: ccache and mold where present, nothing where not.
find_program(AUGURY_CCACHE ccache)
if(AUGURY_CCACHE)
  # The base folder and no directory hash, so that a fresh clone elsewhere hits the same cache.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
               CCACHE_SLOPPINESS=time_macros ${AUGURY_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
find_program(AUGURY_MOLD mold)
if(AUGURY_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Dev: fast to compile, still debuggable. Release: any x86-64 server of the last fifteen years;
# wider vectors are chosen at run time.
set(CMAKE_CXX_FLAGS_DEV "-O1 -g1 -fno-omit-frame-pointer -DAUGURY_DCHECKS=1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -march=x86-64-v2 -mtune=generic -DNDEBUG")
# The same bits on every machine: a fused multiply-add rounds once where two operations round twice.
add_compile_options(-ffp-contract=off)
add_compile_definitions(AUGURY_VERSION="${PROJECT_VERSION}")
