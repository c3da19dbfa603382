# SPDX-License-Identifier: MIT
# The three OpenCV modules the image plugin needs, without OpenCV's own CMake package: Debian has
# that in libopencv-dev alone, which draws in every other module's headers.
#
# Targets: SheafOpenCV::core, SheafOpenCV::imgproc, SheafOpenCV::imgcodecs
# Debian:  libopencv-core-dev libopencv-imgproc-dev libopencv-imgcodecs-dev
find_path(SheafOpenCV_INCLUDE_DIR opencv2/imgcodecs.hpp PATH_SUFFIXES opencv4)
set(modules core imgproc imgcodecs)
foreach(module ${modules})
  find_library(SheafOpenCV_${module}_LIBRARY opencv_${module})
  list(APPEND library_variables SheafOpenCV_${module}_LIBRARY)
endforeach()
mark_as_advanced(SheafOpenCV_INCLUDE_DIR ${library_variables})

if(SheafOpenCV_INCLUDE_DIR)
  file(STRINGS ${SheafOpenCV_INCLUDE_DIR}/opencv2/core/version.hpp lines
    REGEX "^#define CV_VERSION_(MAJOR|MINOR|REVISION) +[0-9]+")
  string(REGEX REPLACE "[^0-9;]+" "" numbers "${lines}")
  string(REPLACE ";" "." SheafOpenCV_VERSION "${numbers}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SheafOpenCV
  REQUIRED_VARS SheafOpenCV_INCLUDE_DIR ${library_variables}
  VERSION_VAR SheafOpenCV_VERSION)

if(SheafOpenCV_FOUND)
  foreach(module ${modules})
    if(NOT TARGET SheafOpenCV::${module})
      add_library(SheafOpenCV::${module} UNKNOWN IMPORTED)
      set_target_properties(SheafOpenCV::${module} PROPERTIES
        IMPORTED_LOCATION "${SheafOpenCV_${module}_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${SheafOpenCV_INCLUDE_DIR}")
    endif()
  endforeach()
endif()
