#include "core/inputs/class_names.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "core/model/layers/config_value.h"

namespace espalier {

namespace {

std::string lower(std::string s) {
  for (char& c : s) c = char(std::tolower(static_cast<unsigned char>(c)));
  return s;
}

}  // namespace

int64_t classCountOf(const Model& model) {
  int64_t classes = 0;
  if (model.task() == ModelTask::Classify)
    for (const auto& d : model.declared())
      if (d.name == "classifier.weight" || d.name == "cls_classifier.weight" || d.name == "head.weight")
        classes = d.shape[0];
  return classes;
}

std::vector<std::string> classNamesOf(const Model& model, int64_t classes) {
  std::vector<std::string> names;
  const auto given = configSection(model.config(), "id2label");
  for (int64_t i = 0; i < classes; ++i) {
    const auto number = std::to_string(i);
    const auto it = given.find(number);
    names.push_back(it != given.end() && it->is_string() ? it->get<std::string>() : number);
  }
  return names;
}

std::optional<int64_t> classNamed(const std::string& text, const std::vector<std::string>& names) {
  const auto wanted = lower(text);
  for (size_t i = 0; i < names.size(); ++i)
    if (lower(names[i]) == wanted) return int64_t(i);
  int64_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= 0 &&
      number < int64_t(names.size()))
    return number;
  return {};
}

std::string firstName(const std::string& names) {
  return names.substr(0, names.find(','));
}

std::optional<int64_t> classOf(const Sample& sample, const std::vector<std::string>& names) {
  if (const auto named = classNamed(sample.answer, names)) return named;
  if (sample.classIndex >= 0 && sample.classCount == int64_t(names.size())) return sample.classIndex;
  const auto wanted = lower(firstName(sample.answer));
  for (size_t i = 0; i < names.size() && !wanted.empty(); ++i)
    if (lower(firstName(names[i])) == wanted) return int64_t(i);
  return {};
}

}  // namespace espalier
