find_path(SentencePiece_INCLUDE_DIR sentencepiece_processor.h)
find_library(SentencePiece_LIBRARY sentencepiece)
find_library(SentencePiece_TRAIN_LIBRARY sentencepiece_train)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SentencePiece REQUIRED_VARS SentencePiece_INCLUDE_DIR SentencePiece_LIBRARY SentencePiece_TRAIN_LIBRARY)
if(SentencePiece_FOUND AND NOT TARGET Espalier::SentencePiece)
  add_library(Espalier::SentencePiece INTERFACE IMPORTED)
  set_target_properties(Espalier::SentencePiece PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES ${SentencePiece_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES "${SentencePiece_LIBRARY};${SentencePiece_TRAIN_LIBRARY}")
endif()
