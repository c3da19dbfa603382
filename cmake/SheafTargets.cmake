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

# sheaf_plugin(NAME SOURCES … [LINK lib…] [OUTPUT folder])
# A plugin of this tree: built on the sdk alone, put where the host of this build tree finds it.
function(sheaf_plugin name)
  cmake_parse_arguments(ARG "" "OUTPUT" "SOURCES;LINK" ${ARGN})
  sheaf_loaded_module(${name} "${ARG_OUTPUT}" ${PROJECT_SOURCE_DIR}/sdk/plugin.map)
  target_sources(${name} PRIVATE ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
endfunction()

# sheaf_plugin_part(NAME PLUGIN target FOLDER name FILE name ENTRY symbol SOURCES … [LINK lib…])
# A library that a plugin loads by itself, FOLDER/FILE.so below where the plugin lies: the search for
# plugins doesn't look into folders. It exports ENTRY.
function(sheaf_plugin_part name)
  cmake_parse_arguments(ARG "" "PLUGIN;FOLDER;FILE;ENTRY" "SOURCES;LINK" ${ARGN})
  set(map ${CMAKE_CURRENT_BINARY_DIR}/${name}.map)
  file(CONFIGURE OUTPUT ${map} CONTENT "{ global: ${ARG_ENTRY}; local: *; };\n")
  sheaf_loaded_module(${name} ${SHEAF_PLUGIN_OUTPUT_DIRECTORY}/${ARG_FOLDER} ${map})
  set_target_properties(${name} PROPERTIES OUTPUT_NAME ${ARG_FILE})
  target_sources(${name} PRIVATE ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  install(TARGETS ${name} LIBRARY DESTINATION lib/sheaf/plugins/${ARG_FOLDER})
  add_dependencies(${ARG_PLUGIN} ${name})
endfunction()

# What both have in common. A plugin without an output folder of its own is one that is installed.
function(sheaf_loaded_module name output map)
  add_library(${name} MODULE)
  if(NOT output)
    set(output ${SHEAF_PLUGIN_OUTPUT_DIRECTORY})
    install(TARGETS ${name} LIBRARY DESTINATION lib/sheaf/plugins)
  endif()
  set_target_properties(${name} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${output})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/plugins)
  target_link_libraries(${name} PRIVATE sheaf::sdk sheaf::settings)
  target_link_options(${name} PRIVATE -Wl,--no-undefined -Wl,-z,noexecstack
    -Wl,--version-script=${map})
  if(SHEAF_SANITIZE)
    # A sanitized module takes the runtime from the executable that loads it.
    target_link_options(${name} PRIVATE -Wl,-z,undefs)
  endif()
endfunction()
