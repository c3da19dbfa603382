# SPDX-License-Identifier: MIT
# Libraries that have one thing wrong with them each, and a few that they need: <plugins>/elf/*.so.
# They are built without the rules of a plugin, which would not let them through.
set(elf_cases ${CMAKE_CURRENT_LIST_DIR}/elf_cases.c)
set(elf_folder ${plugins}/elf)
set(elf_plugins)

# elf_library(TARGET SONAME FOLDER): one that others need, named as asked.
function(elf_library target soname folder)
  add_library(${target} SHARED ${elf_cases})
  target_compile_definitions(${target} PRIVATE ELF_NEEDED=${target})
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF PREFIX "" SUFFIX "" OUTPUT_NAME ${soname}
    LIBRARY_OUTPUT_DIRECTORY ${folder} INSTALL_RPATH $ORIGIN BUILD_WITH_INSTALL_RPATH ON)
endfunction()

# elf_plugin(NAME [SOURCES more…] [DEFINE case] [OPTIONS of the linker…] [LINK libraries…])
function(elf_plugin name)
  cmake_parse_arguments(ARG "" "DEFINE" "SOURCES;OPTIONS;LINK" ${ARGN})
  add_library(elf_${name} MODULE ${elf_cases} ${ARG_SOURCES})
  target_compile_definitions(elf_${name} PRIVATE ELF_ID="test.${name}" ${ARG_DEFINE})
  target_link_options(elf_${name} PRIVATE -Wl,-z,relro,-z,noexecstack,--no-as-needed ${ARG_OPTIONS})
  target_link_libraries(elf_${name} PRIVATE sheaf::plugin_api ${ARG_LINK})
  set_target_properties(elf_${name} PROPERTIES UNITY_BUILD OFF PREFIX "" OUTPUT_NAME ${name}
    LIBRARY_OUTPUT_DIRECTORY ${elf_folder} INSTALL_RPATH $ORIGIN BUILD_WITH_INSTALL_RPATH ON)
  set(elf_plugins ${elf_plugins} elf_${name} PARENT_SCOPE)
endfunction()

elf_library(elf_gone libsheaf_gone.so.1 ${plugins}/elf_elsewhere)
elf_library(elf_middle libsheaf_middle.so.1 ${elf_folder})
target_link_libraries(elf_middle PRIVATE elf_gone)
target_link_options(elf_middle PRIVATE -Wl,--no-as-needed)
elf_library(elf_gomp libgomp.so.1 ${elf_folder})
elf_library(elf_iomp libiomp5.so ${elf_folder})
elf_library(elf_mpi libhdf5_openmpi.so.103 ${elf_folder})

elf_plugin(healthy)
elf_plugin(no_note DEFINE ELF_WITHOUT_NOTE)
elf_plugin(two_notes SOURCES ${PROJECT_SOURCE_DIR}/tests/host/plugin/variants/note_only.c)
elf_plugin(no_entry DEFINE ELF_WITHOUT_ENTRY)
elf_plugin(data_entry DEFINE ELF_DATA_ENTRY)
elf_plugin(talkative DEFINE ELF_EXPORTS)
elf_plugin(unique DEFINE ELF_UNIQUE)
elf_plugin(hdf5_inside DEFINE ELF_HDF5)
elf_plugin(stack OPTIONS -Wl,-z,execstack)
elf_plugin(no_relro OPTIONS -Wl,-z,norelro)
elf_plugin(text_relocations DEFINE ELF_TEXT_RELOCATION OPTIONS -Wl,-z,notext)
elf_plugin(static_tls DEFINE ELF_STATIC_TLS)
elf_plugin(early DEFINE ELF_EARLY)
elf_plugin(odd_paths)
set_target_properties(elf_odd_paths PROPERTIES
  INSTALL_RPATH "$ORIGIN/lib;\${ORIGIN};lib;/opt/lab/lib;/home/lab/lib;")
target_link_options(elf_odd_paths PRIVATE "-Wl,-rpath,:/opt/lab/other")
elf_plugin(needs_gone LINK elf_gone)
elf_plugin(needs_middle LINK elf_middle)
elf_plugin(two_openmp LINK elf_gomp elf_iomp)
elf_plugin(other_hdf5 LINK elf_mpi)
