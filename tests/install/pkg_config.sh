#!/bin/sh
# SPDX-License-Identifier: MIT
# pkg_config.sh PREFIX WORK ABI.MD: the C example of the documentation without CMake.
set -eu
prefix=$1 work=$2/pkg_config
rm -rf "$work" && mkdir -p "$work/plugins" && cd "$work"
sed -n '/^```c$/,/^```$/p' "$3" | sed '/^```/d' >lab_tally.c
PKG_CONFIG_PATH=$prefix/lib/pkgconfig
export PKG_CONFIG_PATH
# shellcheck disable=SC2046
gcc -std=c11 -Wall -Wextra -Werror -fPIC -shared $(pkg-config --cflags sheaf) lab_tally.c \
  -o plugins/lab_tally.so
test -d "$(pkg-config --variable=plugindir sheaf)"
printf '1\n2.5\n' >one.tally
SHEAF_PLUGIN_PATH=$work/plugins "$prefix/bin/sheaf" ingest one.tally -o tally.h5 -q
"$prefix/bin/sheaf" get tally.h5 tally one.tally | grep -qx '\[1., 2.5\]'
