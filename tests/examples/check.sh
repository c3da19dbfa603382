#!/bin/sh
# SPDX-License-Identifier: MIT
# check.sh SHEAF PLUGIN SAMPLES: the plugin passes the conformance kit; 77 (skipped) when it wasn't built.
set -eu
test -e "$2" || exit 77
XDG_DATA_HOME=$(dirname "$2")/data exec "$1" plugins check "$2" --with "$3"
