# SPDX-License-Identifier: MIT
# What every target of the tree has in common: warnings, sanitizers, include root.

add_library(sheaf_settings INTERFACE)
add_library(sheaf::settings ALIAS sheaf_settings)
target_compile_options(sheaf_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align
  -Wunused -Wnull-dereference -Wformat=2 -Wimplicit-fallthrough)
set_property(TARGET sheaf_settings APPEND PROPERTY INTERFACE_COMPILE_OPTIONS
  $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Both warn about code inside libstdc++ at -O3.
  target_compile_options(sheaf_settings INTERFACE -Wno-stringop-overflow -Wno-null-dereference)
endif()
# The C++-only warnings are noise for C.
foreach(flag -Wnon-virtual-dtor -Woverloaded-virtual)
  get_target_property(options sheaf_settings INTERFACE_COMPILE_OPTIONS)
  list(TRANSFORM options REPLACE "^${flag}$" "$<$<COMPILE_LANGUAGE:CXX>:${flag}>")
  set_target_properties(sheaf_settings PROPERTIES INTERFACE_COMPILE_OPTIONS "${options}")
endforeach()

if(SHEAF_SANITIZE STREQUAL "address")
  set(sanitize_flags -fsanitize=address,undefined -fno-sanitize-recover=undefined
    -fno-omit-frame-pointer)
elseif(SHEAF_SANITIZE STREQUAL "thread")
  set(sanitize_flags -fsanitize=thread -fno-omit-frame-pointer)
endif()
if(sanitize_flags)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # It loses track of what is initialised in code that it has instrumented.
    target_compile_options(sheaf_settings INTERFACE -Wno-maybe-uninitialized)
  endif()
  # For all targets, so that plugins and the C plugins of the tests are covered too.
  add_compile_options(${sanitize_flags})
  add_link_options(${sanitize_flags})
endif()

# sheaf_module(NAME SOURCES … [PUBLIC lib…] [PRIVATE lib…])
# A static library sheaf_NAME with the alias sheaf::NAME; includes are paths from the tree's root.
function(sheaf_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(sheaf_${name} STATIC ${ARG_SOURCES})
  add_library(sheaf::${name} ALIAS sheaf_${name})
  target_include_directories(sheaf_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(sheaf_${name} PUBLIC ${ARG_PUBLIC} PRIVATE sheaf::settings ${ARG_PRIVATE})
endfunction()

# sheaf_plugin(NAME SOURCES … [LINK lib…])
# A plugin of this tree: built on the sdk alone, put where the host of this build tree finds it.
function(sheaf_plugin name)
  cmake_parse_arguments(ARG "" "OUTPUT" "SOURCES;LINK" ${ARGN})
  if(NOT ARG_OUTPUT)
    set(ARG_OUTPUT ${SHEAF_PLUGIN_OUTPUT_DIRECTORY})
  endif()
  add_library(${name} MODULE ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES PREFIX ""
    LIBRARY_OUTPUT_DIRECTORY ${ARG_OUTPUT})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/plugins)
  target_link_libraries(${name} PRIVATE sheaf::sdk sheaf::settings ${ARG_LINK})
  target_link_options(${name} PRIVATE -Wl,--no-undefined -Wl,-z,noexecstack
    -Wl,--version-script=${PROJECT_SOURCE_DIR}/sdk/plugin.map)
  if(SHEAF_SANITIZE)
    # A sanitized module takes the runtime from the executable that loads it.
    target_link_options(${name} PRIVATE -Wl,-z,undefs)
  endif()
endfunction()
