#include "core/text/pre_tokenizer.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/text/byte_alphabet.h"
#include "core/text/json_field.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

constexpr const char* kGpt2Words =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr const char* kClipWords = R"('s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+)";

struct Stretch {
  size_t begin;
  size_t end;
  bool delimiter;
};

// Cuts each piece into stretches by `cut`, and puts those together as the behaviour says.
template <typename Cut>
std::vector<TextPiece> splitPieces(const std::vector<TextPiece>& pieces, SplitBehavior behavior, Cut cut) {
  std::vector<TextPiece> out;
  for (const auto& piece : pieces) {
    const std::vector<Stretch> stretches = cut(piece.text);
    std::vector<Stretch> joined;
    for (size_t i = 0; i < stretches.size(); ++i) {
      const Stretch& s = stretches[i];
      const bool afterDelimiter = i > 0 && stretches[i - 1].delimiter;
      bool join = false;
      switch (behavior) {
        case SplitBehavior::Removed:
          if (s.delimiter) continue;
          break;
        case SplitBehavior::Isolated:
          break;
        case SplitBehavior::Contiguous:
          join = i > 0 && s.delimiter == afterDelimiter;
          break;
        // A delimiter joins only text; a second one in a row stands alone.
        case SplitBehavior::MergedWithPrevious:
          join = i > 0 && s.delimiter && !afterDelimiter;
          break;
        case SplitBehavior::MergedWithNext:
          join = !s.delimiter && afterDelimiter;
          break;
      }
      if (join)
        joined.back().end = s.end;
      else
        joined.push_back(s);
    }
    for (const Stretch& s : joined)
      if (s.end > s.begin)
        out.push_back({piece.text.substr(s.begin, s.end - s.begin), piece.first && s.begin == 0});
  }
  return out;
}

std::vector<Stretch> stretchesOf(const std::string& text, const std::vector<ByteSpan>& matches, bool invert) {
  std::vector<Stretch> out;
  size_t done = 0;
  for (const ByteSpan& m : matches) {
    if (m.begin > done) out.push_back({done, m.begin, invert});
    out.push_back({m.begin, m.end, !invert});
    done = m.end;
  }
  if (done < text.size()) out.push_back({done, text.size(), invert});
  return out;
}

// Every character for which `isDelimiter` holds is a delimiter by itself.
template <typename Predicate>
auto characterCut(Predicate isDelimiter) {
  return [isDelimiter](const std::string& text) {
    std::vector<ByteSpan> matches;
    for (size_t i = 0; i < text.size();) {
      const size_t begin = i;
      if (isDelimiter(nextCodePoint(text, i))) matches.push_back({begin, i});
    }
    return stretchesOf(text, matches, false);
  };
}

template <typename Predicate>
PreTokenizer characterSplit(Predicate isDelimiter, SplitBehavior behavior) {
  return [isDelimiter, behavior](std::vector<TextPiece> pieces) {
    return splitPieces(pieces, behavior, characterCut(isDelimiter));
  };
}

SplitBehavior parseBehavior(const nlohmann::json& node, SplitBehavior otherwise, const std::string& source) {
  const auto name = jsonString(node, "behavior", source);
  if (!name) return otherwise;
  if (*name == "Removed") return SplitBehavior::Removed;
  if (*name == "Isolated") return SplitBehavior::Isolated;
  if (*name == "MergedWithPrevious") return SplitBehavior::MergedWithPrevious;
  if (*name == "MergedWithNext") return SplitBehavior::MergedWithNext;
  if (*name == "Contiguous") return SplitBehavior::Contiguous;
  throw Error(ErrorKind::Format,
              source + " splits with the behavior \"" + *name +
                  "\"; Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous was "
                  "expected.");
}

PreTokenizer byteAlphabetStep() {
  return [](std::vector<TextPiece> pieces) {
    for (auto& piece : pieces) piece.text = bytesToAlphabet(piece.text);
    return pieces;
  };
}

}  // namespace

PreTokenizer chain(std::vector<PreTokenizer> steps) {
  std::erase_if(steps, [](const PreTokenizer& step) { return !step; });
  if (steps.empty()) return {};
  return [steps = std::move(steps)](std::vector<TextPiece> pieces) {
    for (const auto& step : steps) pieces = step(std::move(pieces));
    return pieces;
  };
}

PreTokenizer splitPreTokenizer(std::shared_ptr<const Regex> pattern, SplitBehavior behavior, bool invert) {
  return [pattern = std::move(pattern), behavior, invert](std::vector<TextPiece> pieces) {
    return splitPieces(pieces, behavior, [&](const std::string& text) {
      return stretchesOf(text, pattern->matches(text), invert);
    });
  };
}

PreTokenizer byteLevelPreTokenizer(bool addPrefixSpace, bool useRegex) {
  PreTokenizer prefix, words;
  if (addPrefixSpace)
    prefix = [](std::vector<TextPiece> pieces) {
      for (auto& piece : pieces)
        if (!piece.text.starts_with(' ')) piece.text.insert(0, 1, ' ');
      return pieces;
    };
  if (useRegex)
    words = splitPreTokenizer(std::make_shared<Regex>(kGpt2Words), SplitBehavior::Isolated, false);
  return chain({prefix, words, byteAlphabetStep()});
}

PreTokenizer clipPreTokenizer() {
  return chain({splitPreTokenizer(std::make_shared<Regex>(kClipWords), SplitBehavior::Removed, true),
                byteAlphabetStep()});
}

PreTokenizer bertPreTokenizer() {
  return chain({characterSplit(isWhiteSpace, SplitBehavior::Removed),
                characterSplit(isPunctuation, SplitBehavior::Isolated)});
}

PreTokenizer metaspacePreTokenizer(std::string mark, PrependScheme scheme, bool split) {
  PreTokenizer marks = [mark, scheme](std::vector<TextPiece> pieces) {
    for (auto& piece : pieces) {
      std::string marked;
      for (char c : piece.text)
        if (c == ' ')
          marked += mark;
        else
          marked += c;
      const bool prepend = scheme == PrependScheme::Always || (scheme == PrependScheme::First && piece.first);
      piece.text = prepend && !marked.starts_with(mark) ? mark + marked : std::move(marked);
    }
    return pieces;
  };
  if (!split) return marks;
  return chain({marks, splitPreTokenizer(std::make_shared<Regex>(escapeRegex(mark)),
                                         SplitBehavior::MergedWithNext, false)});
}

PrependScheme parsePrependScheme(const nlohmann::json& node, const std::string& source) {
  if (const auto scheme = jsonString(node, "prepend_scheme", source)) {
    if (*scheme == "always") return PrependScheme::Always;
    if (*scheme == "first") return PrependScheme::First;
    if (*scheme == "never") return PrependScheme::Never;
    throw Error(ErrorKind::Format, source + " has the prepend_scheme \"" + *scheme +
                                       "\"; \"always\", \"first\" or \"never\" was expected.");
  }
  return jsonBool(node, "add_prefix_space", source).value_or(true) ? PrependScheme::Always
                                                                   : PrependScheme::Never;
}

PreTokenizer parsePreTokenizer(const nlohmann::json& node, const std::string& source) {
  if (node.is_null()) return {};
  const std::string type = jsonType(node, "pre-tokenizer", source);
  if (type == "Sequence") {
    std::vector<PreTokenizer> steps;
    for (const auto& each : jsonArray(node, "pretokenizers", source))
      steps.push_back(parsePreTokenizer(each, source));
    return chain(std::move(steps));
  }
  if (type == "ByteLevel")
    return byteLevelPreTokenizer(jsonBool(node, "add_prefix_space", source).value_or(true),
                                 jsonBool(node, "use_regex", source).value_or(true));
  if (type == "BertPreTokenizer") return bertPreTokenizer();
  if (type == "Metaspace")
    return metaspacePreTokenizer(jsonString(node, "replacement", source).value_or("\u2581"),
                                 parsePrependScheme(node, source),
                                 jsonBool(node, "split", source).value_or(true));
  if (type == "Split")
    return splitPreTokenizer(jsonPattern(node, "pattern", source),
                             parseBehavior(node, SplitBehavior::Removed, source),
                             jsonBool(node, "invert", source).value_or(false));
  if (type == "Whitespace")
    return splitPreTokenizer(std::make_shared<Regex>(R"(\w+|[^\w\s]+)"), SplitBehavior::Removed, true);
  if (type == "WhitespaceSplit") return characterSplit(isWhiteSpace, SplitBehavior::Removed);
  if (type == "Punctuation")
    return characterSplit(isPunctuation, parseBehavior(node, SplitBehavior::Isolated, source));
  if (type == "Digits")
    return characterSplit(isNumeric, jsonBool(node, "individual_digits", source).value_or(false)
                                         ? SplitBehavior::Isolated
                                         : SplitBehavior::Contiguous);
  throw Error(ErrorKind::Unsupported,
              source + " asks for the pre-tokenizer \"" + type +
                  "\", which is not known; one that CLIP, BERT, T5, GPT-2, OPT or LLaMA "
                  "tokenizers use was expected.");
}

}  // namespace espalier
