#include "core/text/vocabulary.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json_numbers.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

// Far above any real vocabulary; keeps a corrupt id from asking for all of the memory.
constexpr int64_t kMostPieces = 10'000'000;

}  // namespace

void Vocabulary::add(const std::string& piece, int64_t id, const std::string& source) {
  if (id < 0 || id >= kMostPieces)
    throw Error(ErrorKind::Format, source + " gives the token \"" + validUtf8(piece) + "\" the id " +
                                       std::to_string(id) + "; ids from 0 to " +
                                       std::to_string(kMostPieces - 1) + " were expected.");
  if (id >= size()) m_pieces.resize(size_t(id) + 1);
  std::string& slot = m_pieces[size_t(id)];
  if (slot == piece && m_ids.contains(piece)) return;
  if (!slot.empty() && slot != piece)
    throw Error(ErrorKind::Format, source + " gives the id " + std::to_string(id) + " to both \"" +
                                       validUtf8(slot) + "\" and \"" + validUtf8(piece) +
                                       "\"; an id for each token was expected.");
  slot = piece;
  m_ids[piece] = id;
  m_longest = std::max(m_longest, int64_t(piece.size()));
}

std::optional<int64_t> Vocabulary::idOf(std::string_view piece) const {
  const auto it = m_ids.find(piece);
  if (it == m_ids.end()) return std::nullopt;
  return it->second;
}

const std::string& Vocabulary::pieceOf(int64_t id) const {
  static const std::string none;
  return id >= 0 && id < size() ? m_pieces[size_t(id)] : none;
}

Vocabulary Vocabulary::fromJson(const nlohmann::json& object, const std::string& source) {
  if (!object.is_object() || object.empty())
    throw Error(ErrorKind::Format,
                source + " holds no vocabulary; an object of tokens and their ids was expected.");
  Vocabulary out;
  for (const auto& [piece, id] : object.items()) {
    if (!isWhole(id))
      throw Error(ErrorKind::Format,
                  source + " gives the token \"" + piece + "\" no whole number as its id; one was expected.");
    out.add(piece, id.get<int64_t>(), source);
  }
  return out;
}

Vocabulary Vocabulary::fromLines(const std::string& text, const std::string& source) {
  if (!isValidUtf8(text) || text.find('\0') != std::string::npos)
    throw Error(ErrorKind::Format, source + " is not a text file in UTF-8; one token a line was expected.");
  Vocabulary out;
  int64_t id = 0;
  for (size_t from = 0; from < text.size(); ++id) {
    const size_t end = std::min(text.find('\n', from), text.size());
    std::string piece = text.substr(from, end - from);
    if (!piece.empty() && piece.back() == '\r') piece.pop_back();
    // A repeated line keeps its last number, as the reference's dictionary does.
    if (!piece.empty()) out.add(piece, id, source);
    from = end + 1;
  }
  if (out.size() == 0) throw Error(ErrorKind::Format, source + " is empty; one token a line was expected.");
  return out;
}

}  // namespace espalier
