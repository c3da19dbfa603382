# SPDX-License-Identifier: MIT
# find_package(sheaf): the targets sheaf::sdk (C++) and sheaf::plugin_api (C), and
# sheaf_add_plugin(), whose text is SheafPlugin.cmake.
include(${CMAKE_CURRENT_LIST_DIR}/sheaf-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/SheafPlugin.cmake)
# The host, for a plugin's tests; it isn't there where only the headers are.
find_program(SHEAF_PROGRAM sheaf HINTS ${CMAKE_CURRENT_LIST_DIR}/../../../bin)
