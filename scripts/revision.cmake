# SPDX-License-Identifier: GPL-3.0-or-later
# Run by every build: writes OUTPUT when the revision of TREE has changed. A tree without
# git (an unpacked archive, a machine without the program) is of "unknown" revision.
set(revision unknown)
find_program(git git)
if(git AND EXISTS ${TREE}/.git)
    execute_process(COMMAND ${git} -C ${TREE} describe --always --dirty --abbrev=12
        OUTPUT_VARIABLE said RESULT_VARIABLE code ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(code EQUAL 0)
        set(revision ${said})
    endif()
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define FOURPOLE_REVISION \"${revision}\"\n" @ONLY)
