#include "core/text/tokenizer.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/text/decoder.h"
#include "core/text/utf8.h"

namespace espalier {

namespace {

// Below this many bytes of text a batch is not worth waking threads for.
constexpr size_t kParallelBytes = 16'384;

void requireRoom(int64_t maxLength, int64_t special) {
  if (maxLength < special)
    throw Error(ErrorKind::InvalidInput, "A maximum length of " + std::to_string(maxLength) +
                                             " tokens leaves no room for the " + std::to_string(special) +
                                             " special ones; at least " + std::to_string(special) +
                                             " was expected.");
}

}  // namespace

std::vector<int64_t> Tokenizer::encodePlain(const std::string& text) const {
  return isValidUtf8(text) ? tokenize(text) : tokenize(validUtf8(text));
}

std::vector<int64_t> Tokenizer::encode(const std::string& text) const {
  return m_traits.frame.apply(encodePlain(text)).ids;
}

void Tokenizer::truncate(std::vector<int64_t>& ids, int64_t length) const {
  if (int64_t(ids.size()) <= length) return;
  if (m_traits.truncationSide == TextSide::Left)
    ids.erase(ids.begin(), ids.end() - length);
  else
    ids.resize(size_t(length));
}

Encoding Tokenizer::encodePair(const std::string& first, const std::string& second,
                               std::optional<int64_t> maxLength) const {
  auto a = encodePlain(first), b = encodePlain(second);
  if (maxLength) {
    requireRoom(*maxLength, m_traits.frame.addedToPair());
    const int64_t room = *maxLength - m_traits.frame.addedToPair();
    if (int64_t(a.size() + b.size()) > room) {
      auto& shorter = a.size() <= b.size() ? a : b;
      auto& longer = a.size() <= b.size() ? b : a;
      const int64_t ofShorter = std::min(int64_t(shorter.size()), room / 2);
      truncate(shorter, ofShorter);
      truncate(longer, room - ofShorter);
    }
  }
  return m_traits.frame.apply(a, b);
}

EncodedBatch Tokenizer::encodeBatch(const std::vector<std::string>& texts,
                                    const BatchOptions& options) const {
  const auto maxLength = options.maxLength ? options.maxLength : m_traits.longestSequence;
  if (options.padToMax && !maxLength)
    throw Error(
        ErrorKind::InvalidInput,
        "Padding to the maximum length was asked for, but neither the options nor the tokenizer give one; a "
        "maximum length was expected.");
  const int64_t special = m_traits.frame.addedToSingle();
  if (maxLength && options.truncation) requireRoom(*maxLength, special);

  std::vector<Encoding> rows(texts.size());
  std::vector<char> truncated(texts.size(), 0);
  const auto encodeRow = [&](int64_t i) {
    auto ids = encodePlain(texts[size_t(i)]);
    if (maxLength && options.truncation && int64_t(ids.size()) + special > *maxLength) {
      truncate(ids, *maxLength - special);
      truncated[size_t(i)] = 1;
    }
    rows[size_t(i)] = m_traits.frame.apply(ids);
  };
  size_t bytes = 0;
  for (const auto& text : texts) bytes += text.size();
  if (bytes >= kParallelBytes && texts.size() > 1)
    parallelFor(int64_t(texts.size()), encodeRow);
  else
    for (int64_t i = 0; i < int64_t(texts.size()); ++i) encodeRow(i);

  EncodedBatch out;
  out.rows = int64_t(texts.size());
  out.columns = options.padToMax ? *maxLength : 0;
  out.truncatedRows = std::count(truncated.begin(), truncated.end(), 1);
  for (const auto& row : rows) out.columns = std::max(out.columns, int64_t(row.ids.size()));

  const auto& s = m_traits.special;
  const int64_t pad = options.padId ? *options.padId : s.pad ? *s.pad : s.eos ? *s.eos : s.unk.value_or(0);
  const bool left = options.paddingSide.value_or(m_traits.paddingSide) == TextSide::Left;
  const auto cells = size_t(out.rows * out.columns);
  out.ids.assign(cells, pad);
  out.attentionMask.assign(cells, 0);
  out.typeIds.assign(cells, 0);
  for (size_t r = 0; r < rows.size(); ++r) {
    const auto& row = rows[r];
    const size_t at = r * size_t(out.columns) + (left ? size_t(out.columns) - row.ids.size() : 0);
    std::copy(row.ids.begin(), row.ids.end(), out.ids.begin() + long(at));
    std::copy(row.typeIds.begin(), row.typeIds.end(), out.typeIds.begin() + long(at));
    std::fill_n(out.attentionMask.begin() + long(at), row.ids.size(), 1);
  }
  return out;
}

std::string Tokenizer::decode(const std::vector<int64_t>& ids, bool skipSpecial) const {
  std::string text = detokenize(ids, skipSpecial);
  return m_traits.tidyDecodedSpaces ? tidySpaces(std::move(text)) : text;
}

}  // namespace espalier
