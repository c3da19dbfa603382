#!/bin/sh
# SPDX-License-Identifier: MIT
# new_loader.sh PREFIX WORK KIND: the ten-minute path in Python, as the guide has it.
set -eu
prefix=$1 work=$2/python-$3
rm -rf "$work" && mkdir -p "$work" && cd "$work"
PATH=$prefix/bin:$PATH XDG_CACHE_HOME=$work/cache
export PATH XDG_CACHE_HOME
sheaf plugins new acme.tone_rows --lang python --kind "$3"
cd tone_rows
tests/run.sh "$PWD" sheaf
XDG_DATA_HOME=$work/data sheaf plugins check "$PWD/tone_rows.py" --with samples
mkdir "$work/installed" && cp tone_rows.py "$work/installed"
SHEAF_PLUGIN_PATH=$work/installed sheaf plugins info acme.tone_rows
