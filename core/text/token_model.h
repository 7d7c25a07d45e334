#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/vocabulary.h"

namespace espalier {

// Cuts one pre-tokenized piece of text into the ids of a vocabulary. Constant after construction; may be used
// from several threads at once.
class TokenModel {
 public:
  virtual ~TokenModel() = default;
  virtual void tokenize(std::string_view piece, std::vector<int64_t>& out) const = 0;
  virtual std::optional<int64_t> unknownId() const = 0;

  const Vocabulary& vocabulary() const { return m_vocabulary; }

 protected:
  explicit TokenModel(Vocabulary vocabulary) : m_vocabulary(std::move(vocabulary)) {}
  Vocabulary m_vocabulary;
};

// The ids of "<0x00>" ... "<0xFF>" by which models with byte fallback write what they have no piece for;
// empty unless the vocabulary has all of the bytes of this text.
std::vector<int64_t> byteFallback(const Vocabulary& vocabulary, std::string_view text);

}  // namespace espalier
