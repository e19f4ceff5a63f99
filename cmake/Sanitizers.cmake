if(AUGURY_SANITIZE)
  add_compile_options(-fsanitize=${AUGURY_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${AUGURY_SANITIZE})
  if(AUGURY_SANITIZE STREQUAL "thread")
    # Fences between handlers, which ThreadSanitizer does not know; one thread runs each of our loops.
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()
