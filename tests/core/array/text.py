# SPDX-License-Identifier: MIT
"""numpy.char on texts of any script, and every character that Python knows."""
import sys
import unicodedata

import numpy as np

from agree import LITTLE, MUCH, Agree

agree = Agree()
WORDS = ["", "a", "Word", "two words", "  lead and trail \t", "ALL CAPS", "mixedCase 42", "tab\tin\tit", "line\nend\r\n",
         "-17", "+3.5", "007", "straße", "ΣΊΣΥΦΟΣ", "ὈΔΥΣΣΕΎΣ ΑΣ", "ǆungla", "ﬁne", "İstanbul", "ŉ", "日本語 テキスト", "é", "e\u0301",
         "😀 smile 😀", "\u00a0nbsp\u3000", "٣٤", "½", "²", "Ⅷ", "ªº", "they're Bill's", "aaaaa", "abcabcabc", "%d%%", "x,y,z", "ß",
         "ʰx", "ᾳ", "ǅ", "Σ", "aΣ", "aΣb", "a\u0301Σ\u0301", ".Σ", "1a 1A", "\u2028", "\x1c", "x\u0085", "long " * 40]
# Wide enough that nothing is cut off, as NumPy does it.
words = np.array(WORDS, dtype="U900")
agree.array("words", words, chunks=(7,))
agree.array("grid", words[:45].reshape(9, 5), chunks=(4, 2))
agree.array("other", np.roll(words, 1))
agree.array("one", np.array(["Single"], dtype="U90"))
agree.array("none", np.zeros((0, 3), dtype="U9"))
agree.array("scalar", np.array("Scalar text", dtype="U90"))
agree.array("widths", np.arange(words.size) % 30)
agree.array("column", np.arange(9)[:, None] - 3)
agree.array("numbers", np.arange(-20, words.size - 20))
agree.array("reals", np.linspace(-3, 1e5, words.size))

for name in ("capitalize", "lower", "swapcase", "title", "upper", "str_len", "isalnum", "isalpha", "isdecimal", "isdigit", "islower",
             "isnumeric", "isspace", "istitle", "isupper", "strip", "lstrip", "rstrip", "expandtabs"):
    for array in ("words", "grid", "one", "scalar", "grid[::-2, 1:4]", "grid[:, newaxis, 2]"):
        agree.check(f"char.{name}({array})")
    # NumPy forgets the shape of what is empty, in expandtabs and partition.
    agree.check(f"char.{name}(none)", expected=np.zeros((0, 3), dtype="U1") if name == "expandtabs" else None)
for name in ("equal", "not_equal", "greater_equal", "less_equal", "greater", "less", "add"):
    for pair in ("words, other", "grid, grid[:, :1]", "grid, 'Word'", "words, '  lead and trail'", "'a', words", "one, one", "none, none",
                 "words, words", "'a', 'b'"):
        agree.check(f"char.{name}({pair})")
for sign in ("<", "<=", "==", ">=", ">", "!="):
    for strips in (True, False):
        agree.check(f"char.compare_chararrays(words, '  lead and trail ', '{sign}', {strips})")
agree.check("char.equal('a\\n \\t', 'a')")
for sub in ("a", "", "ab", "Σ", "ΣΊ", "日本", "o", "notthere", "😀", "\\n"):
    for name in ("count", "find", "rfind", "startswith", "endswith"):
        for within in ("", ", 1", ", -3", ", 2, 6", ", 0, -1", ", 5, 2", ", 40, 60"):
            agree.check(f"char.{name}(words, '{sub}'{within})", ways=None if within == ", -3" else [LITTLE])
agree.check("char.find(words, other)")
agree.check("char.count(words, 'a', widths, widths + 3)")
agree.check("char.startswith(grid, 'a', column)")
agree.check("char.index(char.add(words, 'needle'), 'needle')")
agree.check("char.rindex(char.add(words, 'needle'), 'needle', 0)")
for call in ("strip(words, 'a ')", "lstrip(words, 'Σaα.')", "rstrip(words, ' \\n')", "strip(words, '')", "strip(words, other)", "rstrip(grid, 's')",
             "expandtabs(words, 3)", "expandtabs(words, 0)", "expandtabs(words, widths)", "multiply(words, 3)", "multiply(words, -1)",
             "multiply(grid, column)", "multiply(words, widths)", "join('-', words)", "join(other, words)", "join('', grid)", "join(grid, 'abc')",
             "replace(words, 'a', 'bcd')", "replace(words, 'a', '', 2)", "replace(words, '', '-')", "replace(words, '', '-', 3)",
             "replace(words, other, 'X')", "replace(words, 'Σ', '語', 1)", "replace(words, 'abc', 'x', 0)", "partition(words, ' ')",
             "partition(grid, 'a')", "rpartition(words, ' ')", "rpartition(grid, 'Σ')", "partition(grid, 'a')[..., 1:]", "partition(words, 'long ')[:, 2]",
             "rpartition(one, 'g')"):
    agree.check(f"char.{call}")
for name in ("center", "ljust", "rjust"):
    for arguments in ("words, 250", "words, 251, '*'", "grid, 270, '語'", "one, 9, '-'", "none, 5", "words, widths + 230, '.'"):
        agree.check(f"char.{name}({arguments})")
    # NumPy 1 cuts what is longer.
    agree.check(f"char.{name}(words, 9)", expected=np.array([getattr(word, name)(9) for word in WORDS]))
# Texts of one length in the file: UTF-8, and ASCII, which NumPy has as bytes.
fixed = np.array([word for word in WORDS if len(word.encode()) <= 18] + ["  blanks  ", "ends in blanks   "], dtype="U40")
agree.array("fixed", fixed, chunks=(11,), length=18)
agree.array("ascii", np.array([b"", b"a b", b" X ", b"MiXed 12", b"blanks   ", b"\t7\t"], dtype="S9"))
for array in ("fixed", "ascii"):
    for call in ("upper(A)", "title(A)", "swapcase(A)", "strip(A)", "rstrip(A, ' s')", "str_len(A)", "isdigit(A)", "istitle(A)",
                 "equal(A, 'blanks')", "less(A, A[::-1])", "find(A, 'a')", "count(A, '')", "startswith(A, 'a', 1)", "expandtabs(A)"):
        text = call if array == "fixed" else call.replace("'a'", "b'a'").replace("' s'", "b' s'").replace("''", "b''").replace("'bl", "b'bl")
        agree.check("char." + call.replace("A", array), expected="char." + text.replace("A", array))


def splits(call, lists):
    """NumPy's array of lists, as Sheaf has it: all pieces in a row, and how many of each."""
    lists = np.asarray(lists, dtype=object)
    counts = np.array([len(one) for one in lists.ravel()], dtype="int64").reshape(lists.shape)
    pieces = np.array([piece for one in lists.ravel() for piece in one], dtype=object)
    agree.check(f"char.{call}", expected=(pieces, counts))


agree.array("gaps", np.array(["", "a b", " ", *[""] * 90, "c d e", "x"], dtype="U9"), chunks=(8,))
for name in ("split", "rsplit"):
    numpys = getattr(np.char, name)
    for array in ("words", "grid", "one", "scalar", "gaps"):
        values = agree.arrays[array]
        splits(f"{name}({array})", numpys(values))
        splits(f"{name}({array}, None, 1)", numpys(values, None, 1))
        splits(f"{name}({array}, ' ', 2)", numpys(values, " ", 2))
        splits(f"{name}({array}, 'aa', maxsplit=1)", numpys(values, "aa", 1))
        splits(f"{name}({array}, 'a')", numpys(values, "a"))
    splits(f"{name}(words, ' ', widths)", numpys(words, " ", np.arange(words.size) % 30))
    splits(f"{name}(words, char.add(other, 'a'))", numpys(words, np.char.add(np.roll(words, 1), "a")))
    splits(f"{name}(words, None, 0)", numpys(words, None, 0))
    splits(f"{name}(words, None, {-2**63})", numpys(words))
    agree.check(f"char.{name}(none)[0]", expected=np.zeros(0, dtype="U1"))
    agree.check(f"char.{name}(words)[0][17:40:5]", expected=sum((getattr(one, name)() for one in WORDS), [])[17:40:5])
LINES = np.array(["a\nb\r\nc\rd", "\n", "", "x\r", "\r\r\n\n", "v\x0bf\x0cg\x1ch\x1di\x1ej\x85k\u2028l\u2029m", "no end", "ß\n\u0130\n"])
agree.array("texts", LINES, chunks=(3,))
splits("splitlines(texts)", np.char.splitlines(LINES))
splits("splitlines(texts, True)", np.char.splitlines(LINES, True))
splits("splitlines(words, keepends=False)", np.char.splitlines(words, False))
# Texts of so many pieces that blocks have parts of them.
LONG = np.array(["x y", " ".join(f"é{at}" for at in range(1500)), "", "a" * 1501, "\r\n\u2028" * 400, "z"])
agree.array("long", LONG, chunks=(4,))
for name in ("split", "rsplit"):
    numpys = getattr(np.char, name)
    for arguments in ((), (None, 1400), (" ",), (" ", 1400), ("aa",), ("aa", 700)):
        splits(f"{name}({', '.join(['long', *map(repr, arguments)])})", numpys(LONG, *arguments))
splits("splitlines(long)", np.char.splitlines(LONG))
splits("splitlines(long, True)", np.char.splitlines(LONG, True))
agree.check("char.rsplit(long[::-1], ' ')[0][1400:5:-177]",
            expected=sum((one.rsplit(" ") for one in LONG[::-1]), [])[1400:5:-177])
agree.check("char.zfill(words, 250)")
agree.check(f"char.zfill(words, {-2**63})", expected="words")
for name in ("center", "ljust", "rjust"):
    agree.check(f"char.{name}(words, {-2**63})", expected="words")
agree.check("char.zfill(words, 5)", expected=np.array([word.zfill(5) for word in WORDS]))
agree.check("char.translate(words, 'ABC')", expected=np.array([word.translate("ABC") for word in WORDS]))
agree.check("char.partition(none, 'g')", expected=np.zeros((0, 3, 3), dtype="U1"))
agree.check("char.lower(char.upper(words))")
for spec in ("%d", "%5d", "%-6d|", "%+d", "% d", "%05d", "%x", "%X", "%o", "%i", "%.4d", "%s", "%7s|", "%.2f", "%e", "%g", "%%%d", "%r", "%08.3f", "%u"):
    agree.check(f"char.mod('{spec}', numbers)")
for spec in ("%d", "%f", "%.3f", "%+.2e", "%E", "%g", "%G", "%.10g", "%12.4f|", "%-12.1f|", "%010.2f", "% .1f", "%s", "%.0f", "%F"):
    agree.check(f"char.mod('{spec}', reals)")
for spec in ("%s", "%9s|", "%-9s|", "%.2s", "%r", "%a", "%.3r"):
    agree.check(f"char.mod('{spec}', other)")
agree.check("char.mod('%c', numbers + 1000)")
agree.check("char.mod(char.add(char.multiply('x', widths), '%d'), numbers)")
agree.check("char.mod('%f', 1 / (numbers * 0.0))")
agree.check("char.array(numbers)")
agree.check("char.encode(words)", expected="words")
agree.check("char.decode(words)", expected="words")

# Every character, on its own; what Python's Unicode doesn't know is left out.
CHARS = [chr(point) for point in range(1, sys.maxunicode + 1)
         if not 0xD800 <= point < 0xE000 and unicodedata.category(chr(point)) not in ("Cn", "Co")]
agree.array("chars", np.array(CHARS), chunks=(5000,))
# Small letters since Unicode 15, and these not before.
NEW_SMALL = "\u10fc\ua7f2\ua7f3\ua7f4\uab69"
agree.check("char.islower(chars)", ways=[MUCH], expected=np.array([one.islower() or one in NEW_SMALL for one in CHARS]))
for name in ("isalnum", "isalpha", "isdecimal", "isdigit", "isnumeric", "isspace", "istitle", "isupper", "str_len"):
    agree.check(f"char.{name}(chars)", ways=[MUCH])
for name in ("upper", "lower", "title", "capitalize", "swapcase"):
    agree.check(f"char.{name}(chars)", expected=np.array([getattr(one, name)() for one in CHARS]), ways=[MUCH])
    agree.check(f"char.{name}(char.add('aΣ', chars))", ways=[MUCH],
                expected=np.array([getattr("aΣ" + one, name)() for one in CHARS]))
agree.check("char.strip(char.add(chars, 'x'))", expected=np.array([(one + "x").strip() for one in CHARS]), ways=[MUCH])

agree.refuses("char.upper(numbers)", "char.upper", "int64", "char.array")
agree.refuses("char.add(words, numbers)", "char.add", "int64")
agree.refuses("char.find(words, 3)", "char.find", "int64")
agree.refuses("char.center(words, 'a')", "integer", "str")
agree.refuses("char.center(words, 9, 'ab')", "one character")
agree.refuses("char.center(words, 2.5)", "float64")
agree.refuses("char.index(words, 'needle')", "needle")
agree.refuses("char.partition(words, '')", "empty separator")
agree.refuses("char.split(words, '')", "char.split", "empty separator")
agree.refuses("char.rsplit(words, 'a', 'b')", "char.rsplit", "integer")
agree.refuses("char.split(numbers)", "char.split", "int64")
agree.refuses("char.encode(words, 'latin-1')", "UTF-8")
agree.refuses("char.encode(words, 'ascii')", "ASCII")
agree.refuses("char.decode(words, 'nothing')", "nothing")
agree.refuses("char.mod('no value', numbers)", "no value")
agree.refuses("char.mod('%d %d', numbers)", "more than one")
agree.refuses("char.mod('%d', words)", "%d", "str")
agree.refuses("char.mod('%(key)s', words)", "(")
agree.refuses("char.mod('%x', reals)", "integer")
agree.refuses("char.mod('%c', reals)", "%c", "float64")
agree.refuses("char.mod('%c', 55296)", "one character")
agree.refuses("char.mod('%c', 56512)", "one character")
agree.refuses("char.compare_chararrays(words, words, '=', True)", "=")
agree.refuses("char.multiply('text', 2147483648)", "2 GiB")
agree.refuses("char.add(words, grid)", "char.add", "(9, 5)")
agree.refuses("char.mod(words, grid)", "char.mod", "(9, 5)")
agree.done()
