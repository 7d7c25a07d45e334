#include "core/text/pipeline_tokenizer.h"

#include <algorithm>
#include <cstdio>

#include "core/text/byte_alphabet.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"
#include "core/text/word_piece.h"

namespace espalier {

PipelineTokenizer::PipelineTokenizer(TokenizerPipeline pipeline, TokenizerTraits traits)
    : Tokenizer(std::move(traits)), m_pipeline(std::move(pipeline)) {
  if (m_pipeline.normalizer) m_pipeline.added.normalizeContents(m_pipeline.normalizer);
  if (!m_traits.special.unk) m_traits.special.unk = m_pipeline.model->unknownId();
}

void PipelineTokenizer::tokenizePart(std::string text, bool first, std::vector<int64_t>& out) const {
  if (m_pipeline.normalizer) text = m_pipeline.normalizer(std::move(text));
  for (const auto& part : m_pipeline.added.split(text, true)) {
    if (part.id) {
      out.push_back(*part.id);
      continue;
    }
    std::vector<TextPiece> pieces;
    pieces.push_back({std::string(part.text), first && part.text.data() == text.data()});
    if (m_pipeline.preTokenizer) pieces = m_pipeline.preTokenizer(std::move(pieces));
    for (const auto& piece : pieces)
      if (!piece.text.empty()) m_pipeline.model->tokenize(piece.text, out);
  }
}

std::vector<int64_t> PipelineTokenizer::tokenize(const std::string& text) const {
  std::vector<int64_t> out;
  for (const auto& part : m_pipeline.added.split(text, false)) {
    if (part.id)
      out.push_back(*part.id);
    else
      tokenizePart(std::string(part.text), part.text.data() == text.data(), out);
  }
  return out;
}

std::string PipelineTokenizer::piece(int64_t id) const {
  if (const AddedToken* token = m_pipeline.added.find(id)) return token->content;
  return m_pipeline.model->vocabulary().pieceOf(id);
}

std::string PipelineTokenizer::pieceText(int64_t id) const {
  if (const AddedToken* token = m_pipeline.added.find(id)) return token->content;
  const std::string& piece = m_pipeline.model->vocabulary().pieceOf(id);
  if (piece.empty()) return {};
  if (const auto* words = dynamic_cast<const WordPieceModel*>(m_pipeline.model.get())) {
    const std::string& prefix = words->continuingPrefix();
    return !prefix.empty() && piece.starts_with(prefix) ? piece.substr(prefix.size()) : piece;
  }
  if (m_pipeline.byteLevel && !isValidUtf8(alphabetToBytes(piece)))
    return readableBytes(alphabetToBytes(piece));
  if (!m_pipeline.byteLevel && piece.starts_with("<0x")) return piece;
  // Between two others, so that the decoder strips nothing that belongs to this one.
  const std::string fence = "|";
  std::string out;
  for (const auto& each : m_pipeline.decoder({fence, piece, fence})) out += each;
  if (out.starts_with(fence)) out.erase(0, 1);
  if (out.ends_with(fence)) out.pop_back();
  return out;
}

std::optional<int64_t> PipelineTokenizer::idOf(const std::string& piece) const {
  if (const auto id = m_pipeline.added.idOf(piece)) return id;
  return m_pipeline.model->vocabulary().idOf(piece);
}

int64_t PipelineTokenizer::vocabSize() const {
  return std::max(m_pipeline.model->vocabulary().size(), m_pipeline.added.highestId() + 1);
}

bool PipelineTokenizer::isSpecial(int64_t id) const {
  const AddedToken* token = m_pipeline.added.find(id);
  return token && token->special;
}

std::string PipelineTokenizer::detokenize(const std::vector<int64_t>& ids, bool skipSpecial) const {
  std::vector<std::string> pieces;
  for (int64_t id : ids) {
    if (skipSpecial && isSpecial(id)) continue;
    std::string each = piece(id);
    if (!each.empty()) pieces.push_back(std::move(each));
  }
  std::string out;
  for (const auto& each : m_pipeline.decoder(std::move(pieces))) out += each;
  if (m_pipeline.trimDecoded) out = std::string(trimLeft(trimRight(out)));
  return validUtf8(out);
}

std::string readableBytes(const std::string& bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size();) {
    const size_t length = std::min(utf8Length(bytes[i]), bytes.size() - i);
    if (isValidUtf8(std::string_view(bytes).substr(i, length))) {
      out.append(bytes, i, length);
      i += length;
      continue;
    }
    char name[8];
    std::snprintf(name, sizeof name, "<0x%02X>", unsigned(static_cast<unsigned char>(bytes[i])));
    out += name;
    ++i;
  }
  return out;
}

}  // namespace espalier
