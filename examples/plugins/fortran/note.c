/* SPDX-License-Identifier: MIT */
/* The ELF note, which Fortran can't write: the one part of this plugin that isn't Fortran. */
#include <sheaf/plugin.h>

SHEAF_NOTE("example.elevation", "1.0.0")
