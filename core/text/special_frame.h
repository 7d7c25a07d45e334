#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace espalier {

struct Encoding {
  std::vector<int64_t> ids;
  std::vector<int64_t> typeIds;  // 1 for the tokens of the second text where the model tells them apart
};

// The special tokens around one text or two.
class SpecialFrame {
 public:
  struct Item {
    enum Kind { First, Second, Special } kind;
    int64_t id = -1;  // of a special token
    int64_t typeId = 0;
  };

  // Nothing around them.
  SpecialFrame();
  SpecialFrame(std::vector<Item> single, std::vector<Item> pair);

  // Ids put before and behind each text: LLaMA's <s>, T5's </s>, OPT's </s> in front.
  static SpecialFrame around(std::vector<int64_t> before, std::vector<int64_t> behind);
  // cls A sep, and cls A sep B sep with the type 1 for what belongs to B.
  static SpecialFrame bert(int64_t cls, int64_t sep);
  // cls A sep, and cls A sep sep B sep.
  static SpecialFrame roberta(int64_t cls, int64_t sep);
  // The "post_processor" of a tokenizer.json. Throws Error naming `source`.
  static SpecialFrame parse(const nlohmann::json& node, const std::string& source);

  // As T5 has it: a text that already ends with the token that would follow it gets no second one.
  void omitRepeatedEnd() { m_omitRepeatedEnd = true; }

  int64_t addedToSingle() const { return specialCount(m_single); }
  int64_t addedToPair() const { return specialCount(m_pair); }
  Encoding apply(const std::vector<int64_t>& text) const { return assemble(m_single, text, {}); }
  Encoding apply(const std::vector<int64_t>& first, const std::vector<int64_t>& second) const {
    return assemble(m_pair, first, second);
  }

 private:
  static int64_t specialCount(const std::vector<Item>& items);
  Encoding assemble(const std::vector<Item>& items, const std::vector<int64_t>& first,
                    const std::vector<int64_t>& second) const;

  std::vector<Item> m_single;
  std::vector<Item> m_pair;
  bool m_omitRepeatedEnd = false;
};

}  // namespace espalier
