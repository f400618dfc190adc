# SPDX-License-Identifier: GPL-3.0-or-later
# Turn a text file into a C array:
#   cmake -DINPUT=schema.sql -DOUTPUT=schema.c -DNAME=schema_sql -DHEADER=schema.h -P embed.cmake
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1', " bytes "${bytes}")
string(REPLACE "'\\x0a', " "'\\x0a',\n    " bytes "${bytes}")
file(WRITE ${OUTPUT}
     "/* Made from ${INPUT} by embed.cmake. */\n#include \"${HEADER}\"\n\n"
     "const char ${NAME}[] = {\n    ${bytes}0};\n")
