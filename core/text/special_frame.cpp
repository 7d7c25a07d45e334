#include "core/text/special_frame.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json_numbers.h"
#include "core/text/json_field.h"

namespace espalier {

namespace {

using Item = SpecialFrame::Item;

// ["[SEP]", 102]
int64_t tokenPairId(const nlohmann::json& node, const char* key, const std::string& source) {
  const auto& pair = jsonArray(node, key, source);
  if (pair.size() != 2 || !isWhole(pair[1]))
    throw Error(ErrorKind::Format, source + " has \"" + key +
                                       "\" in another form than the token and its id that were expected.");
  return pair[1].get<int64_t>();
}

std::vector<Item> templateItems(const nlohmann::json& node, const char* key,
                                const std::map<std::string, std::vector<int64_t>>& specials,
                                const std::string& source) {
  std::vector<Item> out;
  for (const auto& each : jsonArray(node, key, source)) {
    const bool sequence = each.is_object() && each.contains("Sequence");
    const bool special = each.is_object() && each.contains("SpecialToken");
    if (!sequence && !special)
      throw Error(
          ErrorKind::Format,
          source +
              " has an item in its template that is neither a Sequence nor a SpecialToken; one of these was "
              "expected.");
    const auto& item = sequence ? each["Sequence"] : each["SpecialToken"];
    const std::string id = jsonString(item, "id", source).value_or("");
    const int64_t type = jsonInteger(item, "type_id", source).value_or(0);
    if (sequence) {
      out.push_back({id == "B" ? Item::Second : Item::First, -1, type});
      continue;
    }
    const auto found = specials.find(id);
    if (found == specials.end())
      throw Error(ErrorKind::Format,
                  source + " puts \"" + id +
                      "\" into its template but does not list it under special_tokens, where its id "
                      "was expected.");
    for (int64_t tokenId : found->second) out.push_back({Item::Special, tokenId, type});
  }
  return out;
}

SpecialFrame parseTemplate(const nlohmann::json& node, const std::string& source) {
  std::map<std::string, std::vector<int64_t>> specials;
  if (node.contains("special_tokens") && node["special_tokens"].is_object())
    for (const auto& [name, token] : node["special_tokens"].items())
      for (const auto& id : jsonArray(token, "ids", source))
        if (isWhole(id)) specials[name].push_back(id.get<int64_t>());
  return SpecialFrame(templateItems(node, "single", specials, source),
                      templateItems(node, "pair", specials, source));
}

}  // namespace

SpecialFrame::SpecialFrame() : SpecialFrame({{Item::First}}, {{Item::First}, {Item::Second, -1, 1}}) {}

SpecialFrame::SpecialFrame(std::vector<Item> single, std::vector<Item> pair)
    : m_single(std::move(single)), m_pair(std::move(pair)) {}

SpecialFrame SpecialFrame::around(std::vector<int64_t> before, std::vector<int64_t> behind) {
  std::vector<Item> single, pair;
  for (const auto kind : {Item::First, Item::Second}) {
    const int64_t type = kind == Item::Second ? 1 : 0;
    for (int64_t id : before) pair.push_back({Item::Special, id, type});
    pair.push_back({kind, -1, type});
    for (int64_t id : behind) pair.push_back({Item::Special, id, type});
    if (kind == Item::First) single = pair;
  }
  return SpecialFrame(std::move(single), std::move(pair));
}

SpecialFrame SpecialFrame::bert(int64_t cls, int64_t sep) {
  std::vector<Item> single = {{Item::Special, cls, 0}, {Item::First}, {Item::Special, sep, 0}};
  std::vector<Item> pair = single;
  pair.push_back({Item::Second, -1, 1});
  pair.push_back({Item::Special, sep, 1});
  return SpecialFrame(std::move(single), std::move(pair));
}

SpecialFrame SpecialFrame::roberta(int64_t cls, int64_t sep) {
  std::vector<Item> single = {{Item::Special, cls, 0}, {Item::First}, {Item::Special, sep, 0}};
  std::vector<Item> pair = single;
  pair.push_back({Item::Special, sep, 0});
  pair.push_back({Item::Second, -1, 0});
  pair.push_back({Item::Special, sep, 0});
  return SpecialFrame(std::move(single), std::move(pair));
}

SpecialFrame SpecialFrame::parse(const nlohmann::json& node, const std::string& source) {
  if (node.is_null()) return {};
  const std::string type = jsonType(node, "post-processor", source);
  if (type == "ByteLevel") return {};  // speaks of offsets only
  if (type == "TemplateProcessing") return parseTemplate(node, source);
  if (type == "BertProcessing")
    return bert(tokenPairId(node, "cls", source), tokenPairId(node, "sep", source));
  if (type == "RobertaProcessing")
    return roberta(tokenPairId(node, "cls", source), tokenPairId(node, "sep", source));
  if (type == "Sequence") {
    SpecialFrame out;
    for (const auto& each : jsonArray(node, "processors", source))
      if (jsonType(each, "post-processor", source) != "ByteLevel") out = parse(each, source);
    return out;
  }
  throw Error(ErrorKind::Unsupported, source + " asks for the post-processor \"" + type +
                                          "\", which is not known; TemplateProcessing, BertProcessing, "
                                          "RobertaProcessing or ByteLevel was expected.");
}

int64_t SpecialFrame::specialCount(const std::vector<Item>& items) {
  return std::count_if(items.begin(), items.end(),
                       [](const Item& item) { return item.kind == Item::Special; });
}

Encoding SpecialFrame::assemble(const std::vector<Item>& items, const std::vector<int64_t>& first,
                                const std::vector<int64_t>& second) const {
  Encoding out;
  for (size_t i = 0; i < items.size(); ++i) {
    const Item& item = items[i];
    if (item.kind == Item::Special) {
      const bool followsText = i > 0 && items[i - 1].kind != Item::Special;
      const bool textEndsWithIt = followsText &&
                                  !(items[i - 1].kind == Item::First ? first : second).empty() &&
                                  out.ids.back() == item.id;
      if (m_omitRepeatedEnd && textEndsWithIt) continue;
      out.ids.push_back(item.id);
      out.typeIds.push_back(item.typeId);
      continue;
    }
    const auto& text = item.kind == Item::First ? first : second;
    out.ids.insert(out.ids.end(), text.begin(), text.end());
    out.typeIds.resize(out.ids.size(), item.typeId);
  }
  return out;
}

}  // namespace espalier
