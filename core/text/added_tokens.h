#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace espalier {

// A token found in the text as it stands, before the model sees it.
struct AddedToken {
  std::string content;
  bool special = false;     // left out when decoding without special tokens
  bool normalized = false;  // looked for in the normalized text rather than in the raw one
  bool leftStrip = false;   // takes the white space before it with it
  bool rightStrip = false;  // and behind it
  bool singleWord = false;  // only where no letter or digit touches it
};

// The added tokens of a tokenizer and their ids.
class AddedTokens {
 public:
  // A token of the same content or the same id is replaced.
  void add(AddedToken token, int64_t id);
  // What is looked for in normalized text is itself normalized, by `normalize`, as the tokenizers library
  // does: of a lower-casing tokenizer "[NEW]" is "[new]" there. Holds for the tokens that are there.
  void normalizeContents(const std::function<std::string(std::string)>& normalize);

  // Looks for all tokens in the raw text, whatever `normalized` says: as the tokenizers in Python do.
  void lookInRawText();

  bool empty() const { return m_byContent.empty(); }
  std::optional<int64_t> idOf(std::string_view content) const;
  // Null if the id does not belong to an added token.
  const AddedToken* find(int64_t id) const;
  int64_t highestId() const;
  std::vector<int64_t> specialIds() const;

  struct Part {
    std::string_view text;      // what lies between tokens, or the token itself
    std::optional<int64_t> id;  // set for a token
  };
  // The text cut at its added tokens, from left to right, the longest first where several match. Only tokens
  // whose `normalized` is as given are looked for. Empty parts are left out.
  std::vector<Part> split(std::string_view text, bool normalized) const;

 private:
  struct Node {
    std::map<char, int> next;
    int64_t id = -1;
  };
  struct Trie {
    std::vector<Node> nodes;
    void add(const std::string& content, int64_t id);
    struct Found {
      int64_t id = -1;
      size_t length = 0;  // bytes of the text
    };
    // The longest token that begins the text.
    std::optional<Found> longestPrefix(std::string_view text) const;
  };

  std::map<std::string, int64_t, std::less<>> m_byContent;
  std::map<int64_t, AddedToken> m_byId;
  Trie m_raw;
  Trie m_normalized;
};

}  // namespace espalier
