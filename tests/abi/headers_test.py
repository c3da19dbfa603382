# SPDX-License-Identifier: MIT
"""headers_test.py TREE: the headers of TREE against every recorded ABI, and what would be noticed.

Exit status 77 (skipped) where gcc or abidiff is missing.
"""
import pathlib
import platform
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.dont_write_bytecode = True
import compare  # noqa: E402

# (what is done, the text that is replaced, by what, a word of the complaint or None for none)
CHANGES = [
    ("a field at the tail of a struct that may grow",
     "  uint32_t (*thread_budget)(const sheaf_call *call);\n",
     "{}  void *more;\n  int64_t count;\n", None),
    ("a field at the tail of the struct that plugins fill most",
     "  const void *(*get_extension)(const sheaf_feature *feature, sheaf_string name);\n",
     "{}  double more;\n", None),
    ("a constant", "#define SHEAF_FEATURE_OPT_IN 1u", "#define SHEAF_FEATURE_NEW 64u\n{}", None),
    ("a field in the middle", "  uint32_t (*cancelled)(const sheaf_call *call);\n",
     "{}  void *more;\n", "sheaf_call"),
    ("a field in what another leaves free", "  uint32_t option_count;\n",
     "  uint16_t option_count, more;\n", "sheaf_filter"),
    ("a field at the tail of a slot, which never grows", "} sheaf_slot;", "  void *more;\n{}",
     "sheaf_slot"),
    ("a field at the tail of the note, which never changes", "} sheaf_note;",
     "  uint32_t more;\n{}", "sheaf_note"),
    ("a field that is gone", "  void (*progress)(const sheaf_call *call, double fraction);\n", "",
     "sheaf_call"),
    ("two fields that changed places", "  void *host_data;    /* the host's own */\n",
     "", "sheaf_call"),
    ("another integer", "  int32_t priority; ", "  uint32_t priority; ", "sheaf_feature"),
    ("another result of a function", "  uint32_t (*cancelled)(", "  int32_t (*cancelled)(",
     "sheaf_call"),
    ("another parameter of a function, beside growth",
     "  uint32_t (*thread_budget)(const sheaf_call *call);\n",
     "  uint32_t (*thread_budget)(const sheaf_call *call, int64_t more);\n  void *more;\n",
     "sheaf_call"),
    ("a status of 64 bits", "typedef int32_t sheaf_status;", "typedef int64_t sheaf_status;",
     "sheaf_"),
    ("another name", "  uint64_t param_count;\n  /* Empty:", "  uint64_t parameters;\n  /* Empty:",
     "sheaf_feature"),
]


def changed_headers(tree, folder, text, replacement):
    headers = folder / "headers"
    shutil.rmtree(headers, ignore_errors=True)
    shutil.copytree(tree / "plugin_api", headers)
    header = headers / "sheaf" / "plugin.h"
    header.chmod(0o644)
    before = header.read_text()
    if text not in before:
        raise SystemExit(f"plugin.h has no {text!r}: change CHANGES with it")
    header.write_text(before.replace(text, replacement.replace("{}", text), 1))
    return headers


def check(tree, folder):
    library = folder / "every_struct.so"
    wrong = []
    records = sorted(compare.HERE.glob("sheaf-*.abi"))
    compare.build(tree / "plugin_api", library)
    for recorded in records:
        wrong += [f"against {recorded.name}: {text}"
                  for text in compare.complaints(recorded, library)]
    for what, text, replacement, expected in CHANGES:
        compare.build(changed_headers(tree, folder, text, replacement), library)
        found = compare.complaints(records[-1], library)
        if expected is None and found:
            wrong.append(f"{what} should do no harm, but: {found}")
        if expected is not None and not any(expected in line for line in found):
            wrong.append(f"{what} isn't noticed: {found}")
    return wrong


def main():
    for program in ("gcc", "abidiff"):
        if shutil.which(program) is None:
            print(f"skipped: there is no {program} here (Debian: gcc, abigail-tools)")
            return 77
    if platform.machine() != "x86_64":
        print("skipped: the ABI was recorded on x86-64")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        wrong = check(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(folder))
    print("\n".join(wrong))
    return 1 if wrong else 0


sys.exit(main())
