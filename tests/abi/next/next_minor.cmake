# SPDX-License-Identifier: MIT
# Copies plugin_api/sheaf and sdk/sheaf to OUT/sheaf as the next minor might have them: one field
# more at the tail of three structs, one flag more, which the façade knows the minor of.
file(REMOVE_RECURSE ${OUT})
file(COPY ${TREE}/plugin_api/sheaf ${TREE}/sdk/sheaf DESTINATION ${OUT})

function(edit file from to)
  file(READ ${OUT}/sheaf/${file} text)
  string(FIND "${text}" "${from}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${file} has no '${from}': write what comes before the new minor's text")
  endif()
  string(REPLACE "${from}" "${to}" text "${text}")
  file(WRITE ${OUT}/sheaf/${file} "${text}")
endfunction()

# Appends behind a text.
function(append file text more)
  edit(${file} "${text}" "${text}${more}")
endfunction()

edit(plugin.h "#define SHEAF_ABI_MINOR 0" "#define SHEAF_ABI_MINOR 1")
edit(plugin.h "typedef struct sheaf_feature sheaf_feature;"
  "#define SHEAF_FEATURE_NEXT 32u\ntypedef struct sheaf_feature sheaf_feature;")
append(plugin.h "  uint32_t (*thread_budget)(const sheaf_call *call);\n"
  "  uint32_t (*next)(const sheaf_call *call);\n")
append(plugin.h
  "  const void *(*get_extension)(const sheaf_feature *feature, sheaf_string name);\n"
  "  uint64_t next;\n")
append(plugin.h "  void (*refuse)(const struct sheaf_host *host, sheaf_string reason);\n"
  "  uint64_t next;\n")
edit(sdk/minor.hpp "std::array<FlagSince, 0> late_feature_flags{}"
  "std::array<FlagSince, 1> late_feature_flags{{{1, SHEAF_FEATURE_NEXT}}}")
append(sdk/declaration.hpp
  "  Declaration& companion() { return flags_ |= SHEAF_FEATURE_COMPANION, *this; }\n"
  "  Declaration& next() { return flags_ |= SHEAF_FEATURE_NEXT, *this; }\n")
