#include "core/text/word_piece.h"

#include <algorithm>

#include "core/base/error.h"

namespace espalier {

WordPieceModel::WordPieceModel(Vocabulary vocabulary, WordPieceOptions options, const std::string& source)
    : TokenModel(std::move(vocabulary)), m_options(std::move(options)) {
  const auto id = m_vocabulary.idOf(m_options.unknown);
  if (!id)
    throw Error(ErrorKind::Format, source + " has no token \"" + m_options.unknown +
                                       "\"; a WordPiece vocabulary with one for unknown words was expected.");
  m_unknown = *id;
}

void WordPieceModel::tokenize(std::string_view word, std::vector<int64_t>& out) const {
  const auto isBoundary = [&](size_t i) { return (static_cast<unsigned char>(word[i]) & 0xC0) != 0x80; };
  int64_t characters = 0;
  for (size_t i = 0; i < word.size(); ++i) characters += isBoundary(i);
  if (characters > m_options.longestWordCharacters) {
    out.push_back(m_unknown);
    return;
  }
  const size_t before = out.size();
  std::string candidate;
  for (size_t start = 0; start < word.size();) {
    const std::string prefix = start == 0 ? std::string() : m_options.continuingPrefix;
    std::optional<int64_t> found;
    size_t end = std::min(word.size(), start + size_t(m_vocabulary.longestPieceBytes()));
    for (; end > start && !found; --end) {
      if (end < word.size() && !isBoundary(end)) continue;
      candidate = prefix;
      candidate += word.substr(start, end - start);
      found = m_vocabulary.idOf(candidate);
      if (found) break;
    }
    if (!found) {
      out.resize(before);
      out.push_back(m_unknown);
      return;
    }
    out.push_back(*found);
    start = end;
  }
}

}  // namespace espalier
