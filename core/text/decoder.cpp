#include "core/text/decoder.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/text/byte_alphabet.h"
#include "core/text/json_field.h"
#include "core/text/normalizer.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

std::string joined(const std::vector<std::string>& pieces) {
  std::string out;
  for (const auto& piece : pieces) out += piece;
  return out;
}

std::vector<std::string> fuse(std::vector<std::string> pieces) {
  return {joined(pieces)};
}

// "<0xE2>" is a byte.
int byteOf(const std::string& piece) {
  if (piece.size() != 6 || !piece.starts_with("<0x") || piece[5] != '>') return -1;
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
  };
  const int high = digit(piece[3]), low = digit(piece[4]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

std::vector<std::string> joinBytes(std::vector<std::string> pieces) {
  std::vector<std::string> out;
  std::string bytes;
  const auto flush = [&] {
    if (bytes.empty()) return;
    if (isValidUtf8(bytes))
      out.push_back(bytes);
    else
      for (size_t i = 0; i < bytes.size(); ++i) out.emplace_back("\xEF\xBF\xBD");
    bytes.clear();
  };
  for (auto& piece : pieces) {
    const int byte = byteOf(piece);
    if (byte >= 0) {
      bytes += char(byte);
      continue;
    }
    flush();
    out.push_back(std::move(piece));
  }
  flush();
  return out;
}

Decoder stripDecoder(std::string content, int64_t start, int64_t stop) {
  return [=](std::vector<std::string> pieces) {
    for (auto& piece : pieces) {
      for (int64_t i = 0; i < start && !content.empty() && piece.starts_with(content); ++i)
        piece.erase(0, content.size());
      for (int64_t i = 0; i < stop && !content.empty() && piece.ends_with(content); ++i)
        piece.resize(piece.size() - content.size());
    }
    return pieces;
  };
}

Decoder metaspaceDecoder(std::string mark, bool dropFirst) {
  return [=](std::vector<std::string> pieces) {
    for (size_t i = 0; i < pieces.size(); ++i)
      pieces[i] = replaceAll(pieces[i], mark, i == 0 && dropFirst ? "" : " ");
    return pieces;
  };
}

// "</w>" ends a word: a space, but none at the very end.
Decoder bpeDecoder(std::string suffix) {
  return [=](std::vector<std::string> pieces) {
    for (size_t i = 0; i < pieces.size(); ++i)
      pieces[i] = replaceAll(pieces[i], suffix, i + 1 == pieces.size() ? "" : " ");
    return pieces;
  };
}

Decoder spacedDecoder() {
  return [](std::vector<std::string> pieces) {
    for (size_t i = 1; i < pieces.size(); ++i) pieces[i].insert(0, 1, ' ');
    return pieces;
  };
}

Decoder replaceFromJson(const nlohmann::json& node, const std::string& source) {
  auto replace = replaceNormalizer(jsonPattern(node, "pattern", source),
                                   jsonString(node, "content", source).value_or(""));
  return [replace](std::vector<std::string> pieces) {
    for (auto& piece : pieces) piece = replace(std::move(piece));
    return pieces;
  };
}

}  // namespace

Decoder chain(std::vector<Decoder> steps) {
  return [steps = std::move(steps)](std::vector<std::string> pieces) {
    for (const auto& step : steps) pieces = step(std::move(pieces));
    return pieces;
  };
}

Decoder byteLevelDecoder() {
  return [](std::vector<std::string> pieces) {
    std::string bytes;
    for (const auto& piece : pieces) bytes += alphabetToBytes(piece);
    return std::vector<std::string>{validUtf8(bytes)};
  };
}

Decoder replaceDecoder(std::string from, std::string to) {
  return [from = std::move(from), to = std::move(to)](std::vector<std::string> pieces) {
    for (auto& piece : pieces) piece = replaceAll(piece, from, to);
    return pieces;
  };
}

std::string tidySpaces(std::string text) {
  static constexpr std::pair<const char*, const char*> kRules[] = {
      {" .", "."},     {" ?", "?"},   {" !", "!"},   {" ,", ","},     {" ' ", "'"},
      {" n't", "n't"}, {" 'm", "'m"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}};
  for (const auto& [from, to] : kRules) text = replaceAll(text, from, to);
  return text;
}

Decoder wordPieceDecoder(std::string continuingPrefix, bool tidy) {
  return [prefix = std::move(continuingPrefix), tidy](std::vector<std::string> pieces) {
    for (size_t i = 0; i < pieces.size(); ++i) {
      if (i > 0 && !prefix.empty() && pieces[i].starts_with(prefix))
        pieces[i].erase(0, prefix.size());
      else if (i > 0)
        pieces[i].insert(0, 1, ' ');
      if (tidy) {
        pieces[i] = replaceAll(tidySpaces(std::move(pieces[i])), " do not", " don't");
      }
    }
    return pieces;
  };
}

Decoder parseDecoder(const nlohmann::json& node, const std::string& source) {
  if (node.is_null()) return spacedDecoder();
  const std::string type = jsonType(node, "decoder", source);
  if (type == "Sequence") {
    std::vector<Decoder> steps;
    for (const auto& each : jsonArray(node, "decoders", source)) steps.push_back(parseDecoder(each, source));
    return chain(std::move(steps));
  }
  if (type == "ByteLevel") return byteLevelDecoder();
  if (type == "WordPiece")
    return wordPieceDecoder(jsonString(node, "prefix", source).value_or("##"),
                            jsonBool(node, "cleanup", source).value_or(true));
  if (type == "Metaspace")
    return metaspaceDecoder(jsonString(node, "replacement", source).value_or("\u2581"),
                            parsePrependScheme(node, source) != PrependScheme::Never);
  if (type == "BPEDecoder") return bpeDecoder(jsonString(node, "suffix", source).value_or("</w>"));
  if (type == "ByteFallback") return joinBytes;
  if (type == "Fuse") return fuse;
  if (type == "Strip")
    return stripDecoder(jsonString(node, "content", source).value_or(" "),
                        jsonInteger(node, "start", source).value_or(0),
                        jsonInteger(node, "stop", source).value_or(0));
  if (type == "Replace") return replaceFromJson(node, source);
  throw Error(ErrorKind::Unsupported,
              source + " asks for the decoder \"" + type +
                  "\", which is not known; one that CLIP, BERT, T5, GPT-2, OPT or LLaMA "
                  "tokenizers use was expected.");
}

}  // namespace espalier
