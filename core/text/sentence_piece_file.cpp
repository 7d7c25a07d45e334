#include "core/text/sentence_piece_file.h"

#include <cmath>
#include <cstring>
#include <optional>
#include <string_view>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

// Field numbers of sentencepiece_model.proto.
namespace model {
constexpr uint64_t pieces = 1, trainerSpec = 2, normalizerSpec = 3;
}
namespace piece {
constexpr uint64_t text = 1, score = 2, type = 3;
}
namespace trainer {
constexpr uint64_t modelType = 3, vocabSize = 4, characterCoverage = 10, spaceAsSuffix = 24,
                   byteFallback = 35, unkId = 40, bosId = 41, eosId = 42, padId = 43, unkSurface = 44;
}
namespace normalizer {
constexpr uint64_t name = 1, charMap = 2, addDummyPrefix = 3, removeExtraSpaces = 4, escapeSpaces = 5;
}

constexpr int kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5;

struct Field {
  uint64_t number;
  int wireType;
  uint64_t value;          // of a varint
  std::string_view bytes;  // of the other types

  bool matches(uint64_t wanted, int type) const { return number == wanted && wireType == type; }
  float asFloat() const {
    float out;
    std::memcpy(&out, bytes.data(), sizeof out);
    return out;
  }
};

// Walks the fields of a protocol-buffer message.
class WireReader {
 public:
  explicit WireReader(std::string_view message) : m_message(message) {}
  bool atEnd() const { return m_at == m_message.size(); }

  // Nothing if the message is not well-formed here.
  std::optional<Field> next() {
    const auto tag = varint();
    if (!tag || *tag >> 3 == 0) return std::nullopt;
    Field field{*tag >> 3, int(*tag & 7), 0, {}};
    std::optional<uint64_t> length;
    switch (field.wireType) {
      case kVarint:
        length = varint();
        if (!length) return std::nullopt;
        field.value = *length;
        return field;
      case kFixed64:
        length = 8;
        break;
      case kFixed32:
        length = 4;
        break;
      case kBytes:
        length = varint();
        break;
      default:
        return std::nullopt;
    }
    if (!length || *length > m_message.size() - m_at) return std::nullopt;
    field.bytes = m_message.substr(m_at, *length);
    m_at += *length;
    return field;
  }

 private:
  std::optional<uint64_t> varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && m_at < m_message.size(); shift += 7) {
      const auto b = static_cast<unsigned char>(m_message[m_at++]);
      value |= uint64_t(b & 0x7F) << shift;
      if (b < 0x80) return value;
    }
    return std::nullopt;
  }

  std::string_view m_message;
  size_t m_at = 0;
};

class WireWriter {
 public:
  void number(uint64_t field, uint64_t value) {
    varint(field << 3 | kVarint);
    varint(value);
  }
  void bytes(uint64_t field, std::string_view value) {
    varint(field << 3 | kBytes);
    varint(value.size());
    m_out += value;
  }
  void real(uint64_t field, float value) {
    varint(field << 3 | kFixed32);
    char raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    m_out.append(raw, sizeof raw);
  }
  std::string take() { return std::move(m_out); }

 private:
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) m_out += char(0x80 | (value & 0x7F));
    m_out += char(value);
  }
  std::string m_out;
};

[[noreturn]] void refuse(const std::string& source, const std::string& found) {
  throw Error(ErrorKind::Format, source + " " + found + "; a whole SentencePiece model was expected.");
}

SentencePieceFile::Piece parsePiece(std::string_view message, size_t index, const std::string& source) {
  SentencePieceFile::Piece out;
  const std::string which = "piece " + std::to_string(index);
  for (WireReader reader(message); !reader.atEnd();) {
    const auto field = reader.next();
    if (!field) refuse(source, "is damaged at its " + which);
    if (field->matches(piece::text, kBytes)) out.text = field->bytes;
    if (field->matches(piece::score, kFixed32)) out.score = field->asFloat();
    if (field->matches(piece::type, kVarint)) {
      if (field->value < 1 || field->value > 6)
        refuse(source, "gives its " + which + " the type " + std::to_string(field->value));
      out.type = SentencePieceFile::PieceType(field->value);
    }
  }
  if (out.text.empty() || !isValidUtf8(out.text)) refuse(source, "has no text in UTF-8 for its " + which);
  if (!std::isfinite(out.score)) refuse(source, "gives its " + which + " a score that is no finite number");
  return out;
}

void parseTrainerSpec(std::string_view message, SentencePieceFile& out, const std::string& source) {
  for (WireReader reader(message); !reader.atEnd();) {
    const auto field = reader.next();
    if (!field) refuse(source, "has damaged settings");
    if (field->matches(trainer::modelType, kVarint)) {
      if (field->value != 1 && field->value != 2)
        throw Error(ErrorKind::Unsupported, source + " holds a SentencePiece model of the type " +
                                                std::to_string(field->value) +
                                                "; a unigram (1) or BPE (2) model was "
                                                "expected.");
      out.modelType = SentencePieceFile::ModelType(field->value);
    }
    if (field->matches(trainer::spaceAsSuffix, kVarint)) out.spaceAsSuffix = field->value != 0;
    if (field->matches(trainer::byteFallback, kVarint)) out.byteFallback = field->value != 0;
    if (field->matches(trainer::unkSurface, kBytes)) out.unknownSurface = validUtf8(field->bytes);
  }
}

void parseNormalizerSpec(std::string_view message, SentencePieceFile& out, const std::string& source) {
  for (WireReader reader(message); !reader.atEnd();) {
    const auto field = reader.next();
    if (!field) refuse(source, "has damaged normalization rules");
    if (field->matches(normalizer::name, kBytes)) out.normalizerName = field->bytes;
    if (field->matches(normalizer::charMap, kBytes)) out.charMap = field->bytes;
    if (field->matches(normalizer::addDummyPrefix, kVarint)) out.addDummyPrefix = field->value != 0;
    if (field->matches(normalizer::removeExtraSpaces, kVarint)) out.removeExtraSpaces = field->value != 0;
    if (field->matches(normalizer::escapeSpaces, kVarint)) out.escapeSpaces = field->value != 0;
  }
}

}  // namespace

SentencePieceFile parseSentencePieceFile(const std::string& bytes, const std::string& source) {
  SentencePieceFile out;
  bool hasTrainer = false, hasNormalizer = false;
  for (WireReader reader(bytes); !reader.atEnd();) {
    const auto field = reader.next();
    const size_t count = out.pieces.size();
    if (!field)
      refuse(source, count > 0 ? "is cut off or damaged after " + std::to_string(count) + " pieces"
                               : std::string("is not a SentencePiece model"));
    if (field->matches(model::pieces, kBytes)) out.pieces.push_back(parsePiece(field->bytes, count, source));
    if (field->matches(model::trainerSpec, kBytes)) {
      hasTrainer = true;
      parseTrainerSpec(field->bytes, out, source);
    }
    if (field->matches(model::normalizerSpec, kBytes)) {
      hasNormalizer = true;
      parseNormalizerSpec(field->bytes, out, source);
    }
  }
  if (out.pieces.empty()) refuse(source, "is not a SentencePiece model");
  if (!hasTrainer || !hasNormalizer)
    refuse(source, "ends after " + std::to_string(out.pieces.size()) + " pieces, before its settings");
  return out;
}

std::string serializeSentencePieceFile(const SentencePieceFile& file) {
  WireWriter out;
  for (const auto& each : file.pieces) {
    WireWriter message;
    message.bytes(piece::text, each.text);
    message.real(piece::score, each.score);
    if (each.type != SentencePieceFile::PieceType::Normal) message.number(piece::type, uint64_t(each.type));
    out.bytes(model::pieces, message.take());
  }
  WireWriter settings;
  settings.number(trainer::modelType, uint64_t(file.modelType));
  settings.number(trainer::vocabSize, file.pieces.size());
  settings.real(trainer::characterCoverage, 1.0f);
  settings.number(trainer::byteFallback, file.byteFallback);
  settings.number(trainer::unkId, 2);
  settings.number(trainer::bosId, uint64_t(int64_t(-1)));
  settings.number(trainer::eosId, 1);
  settings.number(trainer::padId, 0);
  settings.bytes(trainer::unkSurface, file.unknownSurface);
  out.bytes(model::trainerSpec, settings.take());
  WireWriter rules;
  rules.bytes(normalizer::name, file.normalizerName);
  rules.bytes(normalizer::charMap, file.charMap);
  rules.number(normalizer::addDummyPrefix, file.addDummyPrefix);
  rules.number(normalizer::removeExtraSpaces, file.removeExtraSpaces);
  rules.number(normalizer::escapeSpaces, file.escapeSpaces);
  out.bytes(model::normalizerSpec, rules.take());
  return out.take();
}

}  // namespace espalier
