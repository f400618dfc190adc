# SPDX-License-Identifier: GPL-3.0-or-later
# Turn the files of a folder into a C table of names and texts:
#   cmake -DFOLDER=templates/console -DOUTPUT=files.c -DNAME=console_files -DHEADER=console_files.h
#         -P embed_folder.cmake
file(GLOB files LIST_DIRECTORIES false ${FOLDER}/*)
list(SORT files)
set(arrays "")
set(rows "")
set(index 0)
foreach(path IN LISTS files)
  get_filename_component(file ${path} NAME)
  file(READ ${path} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1', " bytes "${bytes}")
  string(REPLACE "'\\x0a', " "'\\x0a',\n    " bytes "${bytes}")
  string(APPEND arrays "static const char text_${index}[] = {\n    ${bytes}0};\n\n")
  string(APPEND rows "    {\"${file}\", text_${index}},\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE ${OUTPUT}
     "/* Made from ${FOLDER} by embed_folder.cmake. */\n#include \"${HEADER}\"\n\n"
     "#include <stddef.h>\n\n"
     "${arrays}const struct ${NAME} ${NAME}[] = {\n${rows}    {NULL, NULL},\n};\n")
