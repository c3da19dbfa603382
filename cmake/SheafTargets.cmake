# SPDX-License-Identifier: MIT
# What every target of the tree has in common: warnings, sanitizers, include root.
include(${PROJECT_SOURCE_DIR}/sdk/cmake/SheafPlugin.cmake)

add_library(sheaf_settings INTERFACE)
add_library(sheaf::settings ALIAS sheaf_settings)
target_compile_options(sheaf_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align
  -Wunused -Wnull-dereference -Wformat=2 -Wimplicit-fallthrough)
set_property(TARGET sheaf_settings APPEND PROPERTY INTERFACE_COMPILE_OPTIONS
  $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>)
# Some libraries ask for it; a precompiled header is used only where all options are the same.
target_compile_options(sheaf_settings INTERFACE -pthread)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Both warn about code inside libstdc++ at -O3.
  target_compile_options(sheaf_settings INTERFACE -Wno-stringop-overflow -Wno-null-dereference)
endif()
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # What stands in a neighbour's anonymous namespace is no shadow and no leak.
  target_compile_options(sheaf_settings INTERFACE
    -Wno-shadow -Wshadow=local $<$<COMPILE_LANGUAGE:CXX>:-Wno-subobject-linkage>)
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

# sheaf_batches(TARGET)
# With CMAKE_UNITY_BUILD (preset dev) sources are compiled in batches, each of one folder's: what a
# new file's private names can clash with are its neighbours' alone.
function(sheaf_batches target)
  set(batch_size 8)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    get_filename_component(folder ${source} DIRECTORY)
    string(MAKE_C_IDENTIFIER "in_${folder}" group)
    list(LENGTH ${group} before)
    list(APPEND ${group} ${source})
    math(EXPR batch "${before} / ${batch_size}")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group}_${batch})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
endfunction()

# sheaf_module(NAME SOURCES … [PUBLIC lib…] [PRIVATE lib…])
# A static library sheaf_NAME with the alias sheaf::NAME; includes are paths from the tree's root.
function(sheaf_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(sheaf_${name} STATIC ${ARG_SOURCES})
  add_library(sheaf::${name} ALIAS sheaf_${name})
  target_include_directories(sheaf_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(sheaf_${name} PUBLIC ${ARG_PUBLIC} PRIVATE sheaf::settings ${ARG_PRIVATE})
  sheaf_batches(sheaf_${name})
endfunction()

# sheaf_plugin(NAME SOURCES … [LINK lib…] [OUTPUT folder])
# A plugin of this tree, as anyone's: built on the sdk alone, put where the host of this build tree
# finds it. One with an output folder of its own is for a test and isn't installed.
function(sheaf_plugin name)
  cmake_parse_arguments(ARG "" "OUTPUT" "SOURCES;LINK" ${ARGN})
  add_library(${name} MODULE ${ARG_SOURCES})
  sheaf_loaded_module(${name} ${SHEAF_PLUGIN_MAP})
  sheaf_tree_module(${name} "${ARG_OUTPUT}" ${ARG_LINK})
  if(NOT ARG_OUTPUT)
    install(TARGETS ${name} LIBRARY DESTINATION lib/sheaf/plugins COMPONENT host)
  endif()
endfunction()

# sheaf_plugin_part(NAME PLUGIN target FOLDER name FILE name ENTRY symbol SOURCES … [LINK lib…])
# A library that a plugin loads by itself, FOLDER/FILE.so below where the plugin lies: the search for
# plugins doesn't look into folders. It exports ENTRY.
function(sheaf_plugin_part name)
  cmake_parse_arguments(ARG "" "PLUGIN;FOLDER;FILE;ENTRY" "SOURCES;LINK" ${ARGN})
  set(map ${CMAKE_CURRENT_BINARY_DIR}/${name}.map)
  file(CONFIGURE OUTPUT ${map} CONTENT "{ global: ${ARG_ENTRY}; local: *; };\n")
  add_library(${name} MODULE ${ARG_SOURCES})
  sheaf_loaded_module(${name} ${map})
  sheaf_tree_module(${name} ${SHEAF_PLUGIN_OUTPUT_DIRECTORY}/${ARG_FOLDER} ${ARG_LINK})
  set_target_properties(${name} PROPERTIES OUTPUT_NAME ${ARG_FILE})
  install(TARGETS ${name} LIBRARY DESTINATION lib/sheaf/plugins/${ARG_FOLDER} COMPONENT host)
  add_dependencies(${ARG_PLUGIN} ${name})
endfunction()

# What both have in common.
function(sheaf_tree_module name output)
  if(NOT output)
    set(output ${SHEAF_PLUGIN_OUTPUT_DIRECTORY})
  endif()
  set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${output})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/plugins)
  target_link_libraries(${name} PRIVATE sheaf::sdk sheaf::settings ${ARGN})
endfunction()
