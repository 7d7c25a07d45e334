#include "core/data/formats/entry_fields.h"

#include <algorithm>

#include "core/data/formats/format.h"

namespace espalier {

namespace entry_fields {

const std::string* firstOf(const std::vector<std::string>& names, const std::set<std::string>& keys) {
  for (const auto& name : names)
    if (keys.contains(name)) return &name;
  return nullptr;
}

const std::string* questionAmong(const std::set<std::string>& keys) {
  if (const auto* name = firstOf(kQuestion, keys)) return name;
  static const std::string text = "text";
  return keys.contains("question_id") && keys.contains(text) ? &text : nullptr;
}

const std::string* answerAmong(const std::set<std::string>& keys) {
  auto others = keys;
  if (const auto* question = questionAmong(keys)) others.erase(*question);
  return firstOf(kAnswer, others);
}

bool isNumberedCaption(const std::string& key) {
  if (!key.starts_with("caption")) return false;
  auto rest = key.substr(7);
  if (rest.starts_with("_")) rest.erase(0, 1);
  return !rest.empty() && rest.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace entry_fields

namespace {

using namespace entry_fields;

bool hasNumberedCaptions(const std::set<std::string>& keys) {
  return std::any_of(keys.begin(), keys.end(), isNumberedCaption);
}

}  // namespace

std::set<std::string> entryKeys(const DataColumns& columns) {
  std::set<std::string> out{"id",   "question_id", "split",   "row",   "from",   "value",
                            "role", "src",         "subject", "grade", "images", "type"};
  for (const auto* names :
       {&kPicture, &kPictureId, &kAddress, &kQuestion, &kAnswer, &kChoices, &kChosen, &kTurns, &kKind})
    out.insert(names->begin(), names->end());
  for (int i = 0; i < 10; ++i) {
    out.insert("caption_" + std::to_string(i));
    out.insert("caption" + std::to_string(i));
  }
  for (const auto& name : {columns.picture, columns.question, columns.text})
    if (!name.empty()) out.insert({name, lowerCase(name)});
  return out;
}

bool isAboutTwoPictures(const std::set<std::string>& keys) {
  return keys.contains("sentence") && ((keys.contains("left_url") && keys.contains("right_url")) ||
                                       (keys.contains("identifier") && keys.contains("label")) ||
                                       (keys.contains("images") && keys.contains("label")));
}

bool hasOnlyAddress(const std::set<std::string>& keys) {
  return firstOf(kAddress, keys) && !firstOf(kPicture, keys) && !firstOf(kPictureId, keys);
}

std::optional<DataKind> entryKind(const std::set<std::string>& keys, const DataColumns& columns) {
  if (columns.any()) {
    for (const auto& name : {columns.picture, columns.question, columns.text})
      if (!name.empty() && !keys.contains(lowerCase(name))) return {};
    if (!columns.question.empty()) return columns.text.empty() ? DataKind::Questions : DataKind::Pairs;
    if (columns.text.empty()) return {};
    return columns.picture.empty() ? DataKind::Text : DataKind::Captions;
  }
  if (isAboutTwoPictures(keys) || hasOnlyAddress(keys)) return {};
  const bool picture = firstOf(kPicture, keys) || firstOf(kPictureId, keys);
  if (firstOf(kTurns, keys)) return DataKind::Pairs;
  const auto* answer = answerAmong(keys);
  if (questionAmong(keys)) {
    if (answer || keys.contains("correct_choice_idx")) return DataKind::Pairs;
    return picture ? std::optional(DataKind::Questions) : std::nullopt;
  }
  if (!answer) return picture && hasNumberedCaptions(keys) ? std::optional(DataKind::Captions) : std::nullopt;
  if (!picture) return DataKind::Text;
  return *answer == "label" ? DataKind::Classes : DataKind::Captions;
}

DataColumns columnsTaken(const std::vector<std::string>& columns, const DataColumns& asked) {
  std::set<std::string> keys;
  for (const auto& c : columns) keys.insert(lowerCase(c));
  const auto writtenAs = [&](const std::string& key) {
    const auto it = std::find_if(columns.begin(), columns.end(),
                                 [&](const auto& c) { return lowerCase(c) == lowerCase(key); });
    return it == columns.end() ? key : *it;
  };
  if (asked.any()) return {writtenAs(asked.picture), writtenAs(asked.question), writtenAs(asked.text)};
  const auto taken = [&](const std::string* name) { return name ? writtenAs(*name) : std::string(); };
  const auto* picture = firstOf(kPicture, keys);
  return {taken(picture ? picture : firstOf(kPictureId, keys)), taken(questionAmong(keys)),
          taken(answerAmong(keys))};
}

}  // namespace espalier
