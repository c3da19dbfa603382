# SPDX-License-Identifier: MIT
# sheaf_add_plugin(NAME SOURCES file… [LINK library…])
#
# A plugin: NAME.so, in C or C++, that exports its entry and nothing else, so that no symbol of it
# meets another's, and that finds helper libraries which lie beside it. `cmake --install` puts it to
# lib/sheaf/plugins below the prefix; below /usr/local Sheaf looks for plugins there by itself.
#
# With SHEAF_SANITIZE (address or thread, as in Sheaf's own tree) it is one that a sanitized host loads.

set(SHEAF_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)

function(sheaf_add_plugin name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS OR NOT ARG_SOURCES)
    message(FATAL_ERROR
      "sheaf_add_plugin(${name}): write sheaf_add_plugin(NAME SOURCES file… [LINK library…])")
  endif()
  add_library(${name} MODULE ${ARG_SOURCES})
  sheaf_loaded_module(${name} ${SHEAF_PLUGIN_MAP})
  # The façade asks for C++20, which a project in C alone hasn't.
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  set(api sheaf::plugin_api)
  if(CXX IN_LIST languages)
    set(api sheaf::sdk)
  endif()
  target_link_libraries(${name} PRIVATE ${api} ${ARG_LINK})
  install(TARGETS ${name} LIBRARY DESTINATION lib/sheaf/plugins)
endfunction()

# What all libraries have in common that are loaded at run time: `map` names what they export.
function(sheaf_loaded_module name map)
  set_target_properties(${name} PROPERTIES
    PREFIX ""
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    INSTALL_RPATH $ORIGIN BUILD_WITH_INSTALL_RPATH ON
    LINK_DEPENDS ${map})
  # A unique symbol is one for the whole process, whatever the library hides.
  target_compile_options(${name} PRIVATE
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-fno-gnu-unique>)
  target_link_options(${name} PRIVATE -Wl,-z,noexecstack -Wl,--version-script=${map})
  if(SHEAF_SANITIZE)
    # A sanitized module takes the runtime from the executable that loads it.
    target_link_options(${name} PRIVATE -Wl,-z,undefs)
  else()
    target_link_options(${name} PRIVATE -Wl,--no-undefined)
  endif()
endfunction()
