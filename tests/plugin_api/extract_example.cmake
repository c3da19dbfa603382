# SPDX-License-Identifier: MIT
# Writes the first ```c block of the text IN to OUT.
file(READ ${IN} text)
string(FIND "${text}" "\n```c\n" start)
if(start EQUAL -1)
  message(FATAL_ERROR "${IN} has no C example")
endif()
math(EXPR start "${start} + 6")
string(SUBSTRING "${text}" ${start} -1 text)
string(FIND "${text}" "\n```\n" end)
string(SUBSTRING "${text}" 0 ${end} text)
file(WRITE ${OUT} "${text}\n")
