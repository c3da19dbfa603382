#!/bin/sh
# SPDX-License-Identifier: MIT
# helper.sh PREFIX WORK PROJECT: a plugin that links a library of its own, installed to two folders.
set -eu
prefix=$1 work=$2/helper
rm -rf "$work" && mkdir -p "$work" && cd "$work"
CMAKE_PREFIX_PATH=$prefix cmake -S "$3" -B build
cmake --build build
cmake --install build --prefix "$work/installed"
rm -r build
mv installed moved
echo question >question.txt
SHEAF_PLUGIN_PATH=$work/moved/lib/sheaf/plugins "$prefix/bin/sheaf" \
  ingest question.txt -o answer.h5 -q -f helped
"$prefix/bin/sheaf" get answer.h5 helped question.txt | grep -qx '\[42\]'
