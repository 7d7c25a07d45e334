#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace espalier {

// What a SentencePiece model file (a serialized sentencepiece.ModelProto) holds, as far as encoding and
// decoding need it.
struct SentencePieceFile {
  enum class PieceType { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };
  enum class ModelType { Unigram = 1, Bpe = 2 };
  struct Piece {
    std::string text;
    float score = 0;
    PieceType type = PieceType::Normal;
  };

  std::vector<Piece> pieces;
  ModelType modelType = ModelType::Unigram;
  bool byteFallback = false;
  std::string unknownSurface = " \u2047 ";  // what an unknown piece decodes to

  std::string normalizerName;
  std::string charMap;  // compiled rules; empty for none
  bool addDummyPrefix = true;
  bool removeExtraSpaces = true;
  bool escapeSpaces = true;
  bool spaceAsSuffix = false;
};

// Throws Error naming `source` if the bytes are cut off, something else, or of a kind that is not known.
SentencePieceFile parseSentencePieceFile(const std::string& bytes, const std::string& source);

// The file of a model with T5's ids (pad 0, eos 1, unk 2, no bos), as SentencePiece's own trainer would write
// it.
std::string serializeSentencePieceFile(const SentencePieceFile& file);

}  // namespace espalier
