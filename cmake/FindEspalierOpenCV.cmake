# OpenCV's own config file comes only with libopencv-dev, 64 MB more than the three libraries used here.
find_path(EspalierOpenCV_INCLUDE_DIR opencv2/imgcodecs.hpp PATH_SUFFIXES opencv4)
set(_libraries)
foreach(_name core imgproc imgcodecs)
  find_library(EspalierOpenCV_${_name}_LIBRARY opencv_${_name})
  list(APPEND _libraries EspalierOpenCV_${_name}_LIBRARY)
endforeach()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(EspalierOpenCV REQUIRED_VARS EspalierOpenCV_INCLUDE_DIR ${_libraries})
if(EspalierOpenCV_FOUND AND NOT TARGET Espalier::OpenCV)
  add_library(Espalier::OpenCV INTERFACE IMPORTED)
  set_target_properties(Espalier::OpenCV PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES ${EspalierOpenCV_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES "${EspalierOpenCV_core_LIBRARY};${EspalierOpenCV_imgproc_LIBRARY};${EspalierOpenCV_imgcodecs_LIBRARY}")
endif()
