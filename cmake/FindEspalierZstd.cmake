# Zstandard, which tells of itself to pkg-config only. Target: Espalier::Zstd.
find_path(EspalierZstd_INCLUDE_DIR zstd.h)
find_library(EspalierZstd_LIBRARY zstd)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(EspalierZstd REQUIRED_VARS EspalierZstd_LIBRARY EspalierZstd_INCLUDE_DIR)
if(EspalierZstd_FOUND AND NOT TARGET Espalier::Zstd)
  add_library(Espalier::Zstd UNKNOWN IMPORTED)
  set_target_properties(Espalier::Zstd PROPERTIES IMPORTED_LOCATION "${EspalierZstd_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${EspalierZstd_INCLUDE_DIR}")
endif()
