#!/bin/sh
# SPDX-License-Identifier: MIT
# not_storable.sh COMPILER INCLUDE
# Compiles not_storable.cpp, which must fail with all that it says, and with no other error.
set -u
source=$(dirname "$0")/not_storable.cpp
output=$(LC_ALL=C "$1" -std=c++20 -fsyntax-only -I"$2" "$source" 2>&1) && {
  echo "not_storable.cpp compiles"
  exit 1
}
status=0
sed -n 's|^ *// says: ||p' "$source" | {
  while IFS= read -r text; do
    printf '%s\n' "$output" | grep -qF -- "$text" || {
      echo "no error says: $text"
      status=1
    }
  done
  exit $status
} || status=1
others=$(printf '%s\n' "$output" | grep ': error: ' | grep -v 'error: static assertion failed')
[ -z "$others" ] || {
  echo "other errors: $others"
  status=1
}
exit $status
