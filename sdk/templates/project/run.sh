#!/bin/sh
# run.sh PLUGIN-FOLDER SHEAF: ingests samples/ and compares what is stored with expected.txt.
set -eu
SHEAF_PLUGIN_PATH=$1
sheaf=$2
export SHEAF_PLUGIN_PATH
cd "$(dirname "$0")/../samples"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
"$sheaf" ingest . -o "$work/samples.h5" -q @features@
for id in *; do
  echo "$id"
  "$sheaf" get "$work/samples.h5" @name@ "$id"
done >"$work/stored.txt" 2>&1
diff -u ../tests/expected.txt "$work/stored.txt"
