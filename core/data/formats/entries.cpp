#include "core/data/formats/entries.h"

#include <algorithm>
#include <set>

namespace espalier {

namespace {

constexpr const char* kPicture[] = {"file_name",  "image", "image_path", "filename",
                                    "image_name", "path",  "img"};
constexpr const char* kQuestion[] = {"question", "prompt", "instruction", "query"};
constexpr const char* kAnswer[] = {"answer",   "answers", "response", "output",  "completion", "caption",
                                   "captions", "text",    "sentence", "comment", "content",    "label"};

template <size_t N>
const char* firstOf(const char* const (&names)[N], const std::set<std::string>& keys) {
  for (const char* name : names)
    if (keys.contains(name)) return name;
  return nullptr;
}

}  // namespace

std::optional<DataKind> Entries::kindOf(const std::set<std::string>& keys) {
  const char* picture = firstOf(kPicture, keys);
  const char* answer = firstOf(kAnswer, keys);
  if (!answer) return {};
  if (firstOf(kQuestion, keys)) return DataKind::Pairs;
  if (!picture) return DataKind::Text;
  return std::string(answer) == "label" ? DataKind::Classes : DataKind::Captions;
}

void Entries::add(const nlohmann::json& entry, const std::string& place, Dataset& out) {
  const auto problem = [&](const std::string& what) { out.problems.push_back({place, what}); };
  if (!entry.is_object()) return problem("is not a JSON object");
  std::set<std::string> keys;
  for (const auto& [key, value] : entry.items())
    if (!value.is_null()) keys.insert(key);
  Sample s;
  if (const char* key = firstOf(kPicture, keys)) {
    if (!entry[key].is_string()) return problem(std::string("has a \"") + key + "\" that is no text");
    const auto name = entry[key].get<std::string>();
    if (!name.empty()) {
      const auto found = m_pictures.byName(name);
      if (!found) return problem("names the picture " + name + ", which does not exist");
      s.image = *found;
    }
  }
  if (const char* key = firstOf(kQuestion, keys)) {
    if (!entry[key].is_string()) return problem(std::string("has a \"") + key + "\" that is no text");
    s.question = entry[key].get<std::string>();
  }
  if (keys.contains("kind")) {
    if (!entry["kind"].is_string()) return problem("has a \"kind\" that is no text");
    s.kind = entry["kind"].get<std::string>();
  }
  const char* key = firstOf(kAnswer, keys);
  if (!key) return problem(s.question.empty() ? "has no text" : "has no \"answer\"");
  std::vector<std::string> texts;
  const auto& value = entry[key];
  for (const auto& v : value.is_array() ? value : nlohmann::json::array({value})) {
    if (!v.is_string() && !v.is_number())
      return problem(std::string("has a \"") + key + "\" that is no text");
    auto text = v.is_string() ? v.get<std::string>() : v.dump();
    if (text.find_first_not_of(" \t\r\n") != std::string::npos) texts.push_back(std::move(text));
  }
  if (texts.empty()) return problem(std::string("has an empty \"") + key + "\"");
  m_labels = m_labels || std::string(key) == "label";
  if (s.question.empty()) {
    for (const auto& text : texts) {
      s.answer = text;
      out.samples.push_back(s);
      m_places.push_back(place);
    }
    return;
  }
  // What most people answered; of several the first.
  s.answer = *std::max_element(texts.begin(), texts.end(), [&](const auto& a, const auto& b) {
    return std::count(texts.begin(), texts.end(), a) < std::count(texts.begin(), texts.end(), b);
  });
  if (value.is_array()) s.answers = std::move(texts);
  out.samples.push_back(std::move(s));
  m_places.push_back(place);
}

void Entries::finish(Dataset& out) {
  // Among entries about pictures one without a picture is incomplete; text alone has none at all.
  if (std::any_of(out.samples.begin(), out.samples.end(), [](const Sample& s) { return !s.image.empty(); })) {
    std::vector<Sample> complete;
    for (size_t i = 0; i < out.samples.size(); ++i) {
      if (out.samples[i].image.empty())
        out.problems.push_back({m_places[i], "names no picture"});
      else
        complete.push_back(std::move(out.samples[i]));
    }
    out.samples = std::move(complete);
  }
  const auto any = [&](auto test) { return std::any_of(out.samples.begin(), out.samples.end(), test); };
  const bool pictures = any([](const Sample& s) { return !s.image.empty(); });
  const bool questions = any([](const Sample& s) { return !s.question.empty(); });
  if (questions) {
    out.kind =
        any([](const Sample& s) { return !s.answers.empty(); }) ? DataKind::Questions : DataKind::Pairs;
  } else if (!pictures) {
    out.kind = DataKind::Text;
  } else if (m_labels) {
    out.kind = DataKind::Classes;
    std::set<std::string> names;
    for (const auto& s : out.samples) names.insert(s.answer);
    out.classNames.assign(names.begin(), names.end());
    for (auto& s : out.samples) {
      s.classIndex = std::distance(names.begin(), names.find(s.answer));
      s.classCount = int64_t(names.size());
    }
  } else {
    out.kind = DataKind::Captions;
    for (auto& s : out.samples)
      if (s.kind.empty()) s.kind = "caption";
  }
}

}  // namespace espalier
