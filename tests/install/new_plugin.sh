#!/bin/sh
# SPDX-License-Identifier: MIT
# new_plugin.sh PREFIX WORK LANGUAGE KIND: the ten-minute path, as the guide has it.
set -eu
prefix=$1 work=$2/$3-$4
rm -rf "$work" && mkdir -p "$work" && cd "$work"
PATH=$prefix/bin:$PATH
export CFLAGS='-Wall -Wextra -Werror' CXXFLAGS='-Wall -Wextra -Werror' CMAKE_PREFIX_PATH="$prefix"
sheaf plugins new acme.tone_rows --lang "$3" --kind "$4"
cd tone_rows
cmake -B build && cmake --build build
# Where `sheaf plugins check` keeps its report.
export XDG_DATA_HOME=$work/data
ctest --test-dir build --output-on-failure --no-tests=error
# Nothing but the entry, and no place to look for libraries but its own folder.
test "$(nm -D --defined-only build/tone_rows.so | cut -d' ' -f3-)" = sheaf_plugin_entry_v1
readelf -d build/tone_rows.so | grep -q 'runpath: \[$ORIGIN\]'
cmake --install build --prefix "$work/installed"
SHEAF_PLUGIN_PATH=$work/installed/lib/sheaf/plugins sheaf plugins info acme.tone_rows
