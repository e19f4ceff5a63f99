# augury_embed_files(out folder file...) sets `out` to a generated source that holds those files of `folder`;
# demo/assets.h declares what it defines.
function(augury_embed_files out folder)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${out}.cc)
  set(entries "")
  foreach(file ${ARGN})
    file(READ ${folder}/${file} bytes)
    # Brackets and semicolons are list syntax to CMake; a raw string literal keeps everything else as it is.
    string(APPEND entries "    {\"${file}\", R\"AUGURY(${bytes})AUGURY\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/${file})
  endforeach()
  set(text "#include \"cli/demo/assets.h\"\n\nnamespace augury::cli::demo {\n\nstd::span<const Asset> assets() {\n  static constexpr Asset kAssets[] = {\n${entries}  };\n  return kAssets;\n}\n\n}  // namespace augury::cli::demo\n")
  file(CONFIGURE OUTPUT ${source} CONTENT "@text@" @ONLY)
  set(${out} ${source} PARENT_SCOPE)
endfunction()
