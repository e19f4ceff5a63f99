if(AUGURY_SANITIZE)
  add_compile_options(-fsanitize=${AUGURY_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${AUGURY_SANITIZE})
endif()
