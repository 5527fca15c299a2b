# SPDX-License-Identifier: Apache-2.0
# One INTERFACE target carries the compiler flags of every library and program of the project.
add_library(quayside_flags INTERFACE)
target_compile_features(quayside_flags INTERFACE cxx_std_20)
target_include_directories(quayside_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(quayside_flags INTERFACE
  # -Wextra also complains of aggregates that leave later members to their defaults, which is what defaults are for.
  -Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  $<$<BOOL:${QUAYSIDE_WERROR}>:-Werror>
  $<$<NOT:$<CONFIG:Debug>>:-fstack-protector-strong -fstack-clash-protection>)
target_compile_definitions(quayside_flags INTERFACE
  QUAYSIDE_VERSION="${PROJECT_VERSION}"
  QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_URL_CAST_FROM_STRING
  QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_NO_FOREACH QT_STRICT_ITERATORS QT_NO_CONTEXTLESS_CONNECT
  $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
target_link_options(quayside_flags INTERFACE -Wl,-z,relro,-z,now)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(QUAYSIDE_SANITIZE)
  # Not optimised, and lines as the only debug information: instrumented coroutines take GCC 12 three times as long
  # with -O1 and full debug information.
  add_compile_options(-fsanitize=${QUAYSIDE_SANITIZE} -fno-omit-frame-pointer -O0 -g1)
  add_link_options(-fsanitize=${QUAYSIDE_SANITIZE})
endif()

# quayside_library(NAME [QT] SOURCES... LINK libs...): one static library per folder.
# QT turns moc on; libraries without it contain no Qt classes.
function(quayside_library name)
  cmake_parse_arguments(ARG "QT" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC quayside_flags ${ARG_LINK})
  if(ARG_QT)
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
  endif()
endfunction()
