#include "core/text/normalizer.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/text/byte_alphabet.h"
#include "core/text/char_map.h"
#include "core/text/json_field.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

// Keeps the characters for which `keep` holds, after `change`.
template <typename Change>
std::string mapCharacters(const std::string& text, Change change) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) change(nextCodePoint(text, i), out);
  return out;
}

Normalizer unicodeNormalizer(NormalForm form) {
  return [form](std::string text) { return normalizeUnicode(text, form); };
}

// SentencePiece's "nmt" rules: some controls vanish, some become a space.
std::string nmtNormalize(std::string text) {
  return mapCharacters(text, [](char32_t c, std::string& out) {
    if ((c >= 0x1 && c <= 0x8) || c == 0xB || (c >= 0xE && c <= 0x1F) || c == 0x7F || c == 0x8F || c == 0x9F)
      return;
    const bool space = c == 0x9 || c == 0xA || c == 0xC || c == 0xD || c == 0x1680 ||
                       (c >= 0x200B && c <= 0x200F) || c == 0x2028 || c == 0x2029 || c == 0x2581 ||
                       c == 0xFEFF || c == 0xFFFD;
    appendUtf8(out, space ? U' ' : c);
  });
}

std::string stripMarks(std::string text) {
  return mapCharacters(text, [](char32_t c, std::string& out) {
    if (!isMark(c)) appendUtf8(out, c);
  });
}

Normalizer stripNormalizer(bool left, bool right) {
  return [left, right](std::string text) {
    std::string_view view = text;
    if (left) view = trimLeft(view);
    if (right) view = trimRight(view);
    return std::string(view);
  };
}

Normalizer sequence(const nlohmann::json& node, const std::string& source) {
  std::vector<Normalizer> steps;
  for (const auto& each : jsonArray(node, "normalizers", source))
    steps.push_back(parseNormalizer(each, source));
  return chain(std::move(steps));
}

Normalizer bertFromJson(const nlohmann::json& node, const std::string& source) {
  BertNormalization options;
  options.cleanText = jsonBool(node, "clean_text", source).value_or(true);
  options.spaceIdeographs = jsonBool(node, "handle_chinese_chars", source).value_or(true);
  options.stripAccents = jsonBool(node, "strip_accents", source);
  options.lowerCase = jsonBool(node, "lowercase", source).value_or(true);
  return bertNormalizer(options);
}

Normalizer precompiledFromJson(const nlohmann::json& node, const std::string& source) {
  const std::string encoded = jsonString(node, "precompiled_charsmap", source).value_or("");
  if (encoded.empty()) return {};
  auto map = std::make_shared<const CharMap>(decodeBase64(encoded, source), source);
  return [map](std::string text) { return map->normalize(text); };
}

}  // namespace

Normalizer chain(std::vector<Normalizer> steps) {
  std::erase_if(steps, [](const Normalizer& step) { return !step; });
  if (steps.empty()) return {};
  if (steps.size() == 1) return std::move(steps.front());
  return [steps = std::move(steps)](std::string text) {
    for (const auto& step : steps) text = step(std::move(text));
    return text;
  };
}

Normalizer bertNormalizer(BertNormalization options) {
  return [options](std::string text) {
    if (options.cleanText)
      text = mapCharacters(text, [](char32_t c, std::string& out) {
        const bool breaks = c == '\t' || c == '\n' || c == '\r';
        if (c == 0 || c == 0xFFFD || (!breaks && isControl(c))) return;
        appendUtf8(out, breaks || isWhiteSpace(c) ? U' ' : c);
      });
    if (options.spaceIdeographs)
      text = mapCharacters(text, [](char32_t c, std::string& out) {
        const bool apart = isCjkIdeograph(c);
        if (apart) out += ' ';
        appendUtf8(out, c);
        if (apart) out += ' ';
      });
    if (options.stripAccents.value_or(options.lowerCase))
      text = mapCharacters(normalizeUnicode(text, NormalForm::D), [](char32_t c, std::string& out) {
        if (!isNonSpacingMark(c)) appendUtf8(out, c);
      });
    return options.lowerCase ? lowerCaseByCharacter(text) : text;
  };
}

Normalizer replaceNormalizer(std::shared_ptr<const Regex> pattern, std::string content) {
  return [pattern = std::move(pattern), content = std::move(content)](std::string text) {
    std::string out;
    size_t done = 0;
    for (const ByteSpan& span : pattern->matches(text)) {
      out.append(text, done, span.begin - done);
      out += content;
      done = span.end;
    }
    return out.append(text, done, std::string::npos);
  };
}

Normalizer clipNormalizer() {
  return chain({unicodeNormalizer(NormalForm::C),
                [](std::string text) {
                  bool inSpace = false;
                  return mapCharacters(text, [&](char32_t c, std::string& out) {
                    const bool space = isWhiteSpace(c);
                    if (!space)
                      appendUtf8(out, c);
                    else if (!inSpace)
                      out += ' ';
                    inSpace = space;
                  });
                },
                [](std::string text) { return lowerCaseText(text); }});
}

Normalizer parseNormalizer(const nlohmann::json& node, const std::string& source) {
  if (node.is_null()) return {};
  const std::string type = jsonType(node, "normalizer", source);
  if (type == "Sequence") return sequence(node, source);
  if (type == "NFC") return unicodeNormalizer(NormalForm::C);
  if (type == "NFD") return unicodeNormalizer(NormalForm::D);
  if (type == "NFKC") return unicodeNormalizer(NormalForm::KC);
  if (type == "NFKD") return unicodeNormalizer(NormalForm::KD);
  if (type == "Lowercase") return [](std::string text) { return lowerCaseByCharacter(text); };
  if (type == "BertNormalizer") return bertFromJson(node, source);
  if (type == "StripAccents") return stripMarks;
  if (type == "Nmt") return nmtNormalize;
  if (type == "Precompiled") return precompiledFromJson(node, source);
  if (type == "ByteLevel") return [](std::string text) { return bytesToAlphabet(text); };
  if (type == "Strip")
    return stripNormalizer(jsonBool(node, "strip_left", source).value_or(true),
                           jsonBool(node, "strip_right", source).value_or(true));
  if (type == "Prepend")
    return [prefix = jsonString(node, "prepend", source).value_or("")](std::string text) {
      return text.empty() ? text : prefix + text;
    };
  if (type == "Replace")
    return replaceNormalizer(jsonPattern(node, "pattern", source),
                             jsonString(node, "content", source).value_or(""));
  throw Error(ErrorKind::Unsupported,
              source + " asks for the normalizer \"" + type +
                  "\", which is not known; one that CLIP, BERT, T5, GPT-2, OPT or LLaMA "
                  "tokenizers use was expected.");
}

}  // namespace espalier
