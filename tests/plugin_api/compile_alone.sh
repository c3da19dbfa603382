#!/bin/sh
# SPDX-License-Identifier: MIT
# compile_alone.sh COMPILER LANGUAGE INCLUDE FLAG…
# Compiles sources of one line, the inclusion of a header, and one that uses every macro of it.
# Exit status 77 (skipped) when there is no such compiler.
set -eu
compiler=$1 language=$2 include=$3
shift 3
if ! command -v "$compiler" > /dev/null; then
  echo "skipped: there is no $compiler here"
  exit 77
fi
compile() {
  "$compiler" -x "$language" -I"$include" -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
    -Wundef -Wcast-align -Werror "$@"
}
for header in plugin stored preview methods transform; do
  printf '#include <sheaf/%s.h>\n' "$header" | compile "$@" -fsyntax-only -
done
compile "$@" -fsyntax-only "$(dirname "$0")/macros.inc"
