#include "core/data/formats/entries.h"

#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/base/json_numbers.h"
#include "core/base/json_text.h"
#include "core/data/formats/entry_fields.h"
#include "core/data/python_literal.h"

namespace espalier {

using namespace entry_fields;

// The members of an entry by their keys in lower case, and what each part of it is called there.
struct Entries::Parts {
  std::map<std::string, nlohmann::json> members;
  std::set<std::string> keys;
  std::string id;  // the entry's own name, may be empty
  const std::string *picture = nullptr, *question = nullptr, *answer = nullptr, *choices = nullptr;

  const nlohmann::json* find(const std::string& key) const {
    const auto it = members.find(key);
    return it == members.end() ? nullptr : &it->second;
  }
  std::string text(const std::string& key) const {
    const auto* value = find(key);
    return value && value->is_string() ? value->get<std::string>() : std::string();
  }
};

namespace {

bool isBlank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

// A caption or answer as text: itself, a number as it is written, or the text of an object that holds one, as
// VizWiz's answers and Karpathy's sentences do.
std::optional<std::string> saidBy(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return jsonText(value);
  if (!value.is_object()) return {};
  for (const char* key : {"answer", "raw", "text", "caption"})
    if (const auto it = value.find(key); it != value.end() && it->is_string()) return it->get<std::string>();
  return {};
}

std::optional<int64_t> wholeNumber(const nlohmann::json& value) {
  if (isWhole(value)) return value.get<int64_t>();
  return value.is_string() ? numberOf({{"n", value}}, "n") : std::nullopt;
}

// What an answer to a question with choices means: one of them by its place from 0 or by its letter, or what
// it says. Nothing where there is no such choice.
std::optional<std::string> chosenOf(const std::vector<std::string>& choices, const nlohmann::json& answer) {
  if (answer.is_string()) {
    const auto written = answer.get<std::string>();
    if (std::find(choices.begin(), choices.end(), written) != choices.end()) return written;
    if (written.size() == 1 && written[0] >= 'A' && written[0] <= 'Z' &&
        size_t(written[0] - 'A') < choices.size())
      return choices[size_t(written[0] - 'A')];
  }
  const auto place = wholeNumber(answer);
  if (!place && answer.is_string()) return answer.get<std::string>();
  if (!place || *place < 0 || *place >= int64_t(choices.size())) return {};
  return choices[size_t(*place)];
}

// What a person or a model says in one turn, without the mark for the picture.
std::string spoken(const nlohmann::json& turn) {
  std::string out;
  for (const char* key : {"value", "content"}) {
    const auto it = turn.find(key);
    if (it == turn.end()) continue;
    if (it->is_string()) out = it->get<std::string>();
    if (it->is_array())
      for (const auto& part : *it)
        if (part.is_object() && part.contains("text") && part["text"].is_string())
          out += part["text"].get<std::string>();
    break;
  }
  for (const std::string mark : {"<image>\n", "\n<image>", "<image>"})
    for (size_t at; (at = out.find(mark)) != std::string::npos;) out.erase(at, mark.size());
  const auto first = out.find_first_not_of(" \t\r\n");
  return first == std::string::npos ? "" : out.substr(first, out.find_last_not_of(" \t\r\n") - first + 1);
}

// The pictures that the parts of what is said name, each once: {"type": "image", "image": NAME}, or NAME as
// "path" or "url", or as "image_url" or {"url": NAME} in it.
std::set<std::string> picturesOfTurns(const nlohmann::json& turns) {
  std::set<std::string> out;
  if (!turns.is_array()) return out;
  for (const auto& turn : turns) {
    if (!turn.is_object() || !turn.contains("content") || !turn["content"].is_array()) continue;
    for (const auto& part : turn["content"]) {
      if (!part.is_object()) continue;
      const bool isPicture = textOf(part, "type") == "image";
      for (const char* key : {"image", "image_url", "path", "url"}) {
        const auto it = part.find(key);
        if (it == part.end() || (!isPicture && std::string(key).find("image") != 0)) continue;
        auto name = it->is_string() ? it->get<std::string>() : std::string();
        if (it->is_object())
          for (const char* inner : {"path", "url", "src"})
            if (name.empty()) name = textOf(*it, inner);
        if (!name.empty()) out.insert(name);
      }
    }
  }
  return out;
}

std::string speakerOf(const nlohmann::json& turn) {
  for (const char* key : {"from", "role"})
    if (const auto who = textOf(turn, key); !who.empty())
      return who == "human" || who == "user"      ? "user"
             : who == "gpt" || who == "assistant" ? "model"
                                                  : "other";
  return "other";
}

// What most people answered; of several the first. An empty answer counts only where there is no other.
std::string commonest(const std::vector<std::string>& answers) {
  const auto count = [&](const std::string& a) {
    return isBlank(a) ? 0 : std::count(answers.begin(), answers.end(), a);
  };
  return *std::max_element(answers.begin(), answers.end(),
                           [&](const auto& a, const auto& b) { return count(a) < count(b); });
}

}  // namespace

void Entries::read(const ForEach& forEach, Source source, Dataset& out) {
  m_fromTable = source.isTable;
  if (source.marksSplits) chooseSplit(forEach, out);
  forEach([&](const nlohmann::json& entry, const std::string& place, const std::string& id) {
    add(entry, place, id, out);
  });
  finish(out);
}

void Entries::chooseSplit(const ForEach& forEach, Dataset& out) {
  if (!out.choices.splits.empty()) return;  // the file is of one already
  std::set<std::string> splits;
  forEach([&](const nlohmann::json& entry, const std::string&, const std::string&) {
    if (entry.is_object())
      if (const auto split = textOf(entry, "split"); !split.empty()) splits.insert(split);
  });
  if (splits.empty() || (splits.size() == 1 && m_options.split.empty())) return;
  const std::vector<std::string> names(splits.begin(), splits.end());
  m_split = names[chosenSplit(names, m_options, out)];
  m_bySplit = true;
  if (names.size() > 1)
    out.notes.push_back("The split \"" + m_split + "\" was taken; --split chooses another.");
}

// Long: each part of an entry is taken in turn, and each return says what is wrong with it.
void Entries::add(const nlohmann::json& given, const std::string& place, const std::string& id,
                  Dataset& out) {
  const auto problem = [&](const std::string& what) {
    if (!what.empty()) out.problems.push_back({place, what});
  };
  if (given.is_discarded()) return problem("is not valid JSON");
  if (!given.is_object()) return problem("is not a JSON object");
  // What the server of a collection of tables gives: a row and what is known about it.
  const auto& entry = given.contains("row") && given["row"].is_object() ? given["row"] : given;
  if (m_bySplit && textOf(entry, "split") != m_split) return;
  Parts parts;
  parts.id = id;
  for (const auto& [key, value] : entry.items()) {
    if (value.is_null()) continue;
    const auto name = lowerCase(key);
    parts.members.emplace(name, value);
    parts.keys.insert(name);
  }
  const DataColumns& asked = m_options.columns;
  const auto columnOf = [&](const std::string& column) {
    const auto it = parts.keys.find(lowerCase(column));
    return column.empty() || it == parts.keys.end() ? nullptr : &*it;
  };
  parts.picture = asked.any() ? columnOf(asked.picture) : firstOf(kPicture, parts.keys);
  parts.question = asked.any() ? columnOf(asked.question) : questionAmong(parts.keys);
  parts.answer = asked.any() ? columnOf(asked.text) : answerAmong(parts.keys);
  parts.choices = firstOf(kChoices, parts.keys);

  if (m_likePicture.empty() && !parts.picture && asked.picture.empty())
    for (const auto& [key, value] : parts.members)
      if (!(parts.answer && key == *parts.answer) && !(parts.question && key == *parts.question) &&
          value.is_string() && isPictureFile(parts.text(key)) && !isAddress(parts.text(key))) {
        m_likePicture = key;
        break;
      }

  Sample s;
  if (const auto what = addPicture(parts, s); !what.empty()) return problem(what);
  if (const auto* kind = firstOf(kKind, parts.keys)) {
    if (!parts.find(*kind)->is_string()) return problem("has a \"" + *kind + "\" that is no text");
    s.kind = parts.text(*kind);
  }
  if (!asked.any() && firstOf(kTurns, parts.keys)) return problem(addTurns(parts, s, place, out));
  if (parts.question) {
    const auto words = saidBy(*parts.find(*parts.question));
    if (!words) return problem("has a \"" + *parts.question + "\" that is no text");
    s.question = *words;
  }

  // Tables hold their lists as text.
  const auto valueOf = [&](const std::string& key) {
    const auto& value = *parts.find(key);
    if (!m_fromTable || !value.is_string()) return value;
    const auto written = value.get<std::string>();
    if (written.empty() || (written[0] != '[' && written[0] != '(' && !written.starts_with("array(")))
      return value;
    const auto list = pythonLiteral(written);
    return list && list->is_array() ? *list : value;
  };
  std::vector<std::string> choices;
  if (parts.choices && !s.question.empty())
    for (const auto& choice : valueOf(*parts.choices))
      if (const auto words = saidBy(choice)) choices.push_back(*words);
  const auto* chosenKey = firstOf(kChosen, parts.keys);
  const bool hasPeople = parts.answer && *parts.answer != *(chosenKey ? chosenKey : parts.answer);
  if (!choices.empty() && chosenKey && !hasPeople && !parts.find(*chosenKey)->is_array()) {
    const auto chosen = chosenOf(choices, *parts.find(*chosenKey));
    if (!chosen)
      return problem("has \"" + *chosenKey + "\": " + jsonText(*parts.find(*chosenKey)) +
                     ", which is none of its " + std::to_string(choices.size()) + " \"" + *parts.choices +
                     "\"");
    s.answer = *chosen;
    return addSample(std::move(s), place, out);
  }

  nlohmann::json value = nlohmann::json::array();
  std::string key = parts.answer ? *parts.answer : std::string();
  bool isList = false;
  if (parts.answer) {
    value = valueOf(key);
    isList = value.is_array();
  } else if (parts.question) {
    addSample(std::move(s), place, out);
    m_unanswered.back() = true;
    return;
  } else {
    for (const auto& name : parts.keys)
      if (isNumberedCaption(name)) value.push_back(*parts.find(name)), key = name;
    if (value.empty()) return problem("has no text");
  }
  std::vector<std::string> texts;
  for (const auto& v : value.is_array() ? value : nlohmann::json::array({value})) {
    const auto words = saidBy(v);
    if (!words) return problem("has a \"" + key + "\" that is no text");
    // An empty answer is one person's, and counts among the others'.
    if (!isBlank(*words) || (isList && !s.question.empty())) texts.push_back(*words);
  }
  if (std::all_of(texts.begin(), texts.end(), isBlank)) return problem("has an empty \"" + key + "\"");
  m_labels = m_labels || key == "label";
  if (s.question.empty()) {
    for (const auto& text : texts) {
      s.answer = text;
      addSample(s, place, out);
    }
    return;
  }
  s.answer = commonest(texts);
  if (isList) s.answers = std::move(texts);
  addSample(std::move(s), place, out);
}

// Finds the picture of an entry; what is wrong with it, if anything is.
std::string Entries::addPicture(const Parts& parts, Sample& s) {
  std::string fault;
  bool named = false;  // by a file's name
  const auto take = [&](const std::string& name, const FoundPicture& found) {
    s.image = found.file;
    if (!found) fault = "names the picture " + name + ", " + found.problem;
    return bool(found);
  };
  std::vector<const std::string*> keys;
  if (parts.picture) keys.push_back(parts.picture);
  if (!m_options.columns.any())
    for (const auto& name : kPicture)
      if (parts.keys.contains(name) && &name != parts.picture && name != *parts.picture)
        keys.push_back(&name);
  for (const auto* key : keys) {
    const auto& value = *parts.find(*key);
    std::string name;
    if (value.is_string()) name = value.get<std::string>();
    // A collection's picture: {"path": ..., "bytes": ...} or {"src": ...}.
    if (value.is_object())
      name = textOf(value, "path").empty() ? textOf(value, "src") : textOf(value, "path");
    if (value.is_array() && value.size() == 1 && value[0].is_string()) name = value[0].get<std::string>();
    if (name.empty()) {
      if (!value.is_string() && fault.empty()) fault = "has a \"" + *key + "\" that is no text";
      continue;
    }
    // ScienceQA keeps each picture in a folder of its entry's name.
    const bool own = !parts.id.empty() && parts.choices && name.find('/') == std::string::npos;
    const auto split = parts.text("split");
    const auto place = own ? (split.empty() ? "" : split + "/") + parts.id + "/" + name : name;
    if (take(place, m_pictures.byName(place))) return {};
    // A column that a person names may hold names without endings.
    if (m_options.columns.any() && !isPictureFile(name) && take(name, m_pictures.byStem(name))) return {};
    named = !isAddress(name);
    if (named) break;  // another picture would be a wrong one
  }
  if (!named)
    for (const auto& key : kPictureId) {
      const auto* value = parts.find(key);
      if (!value || m_options.columns.any()) continue;
      const auto name = value->is_string() ? value->get<std::string>() : jsonText(*value);
      const auto number = value->is_number_integer() ? wholeNumber(*value) : std::nullopt;
      auto found = number ? m_pictures.byNumber(*number, parts.text("split")) : m_pictures.byStem(name);
      if (!found && !number)
        if (const auto written = wholeNumber(*value))
          found = m_pictures.byNumber(*written, parts.text("split"));
      if (take(name, found)) return {};
    }
  if (const auto* images = parts.find("images"); images && keys.empty() && fault.empty()) {
    if (!images->is_array() || images->size() != 1 || !(*images)[0].is_string())
      return "has \"images\" that are not the name of one picture";
    const auto name = (*images)[0].get<std::string>();
    take(name, m_pictures.byName(name));
  }
  const auto* turnsKey = firstOf(kTurns, parts.keys);
  if (turnsKey && s.image.empty() && keys.empty() && fault.empty() && !m_options.columns.any()) {
    const auto names = picturesOfTurns(*parts.find(*turnsKey));
    if (names.size() > 1)
      return "has " + std::to_string(names.size()) + " pictures in its \"" + *turnsKey +
             "\"; one was expected";
    for (const auto& name : names) take(name, m_pictures.byName(name));
  }
  return s.image.empty() ? fault : "";
}

// A pair of each question in a conversation and its answer; what is wrong with it, if anything is.
std::string Entries::addTurns(const Parts& parts, const Sample& sample, const std::string& place,
                              Dataset& out) {
  const auto& key = *firstOf(kTurns, parts.keys);
  const auto& turns = *parts.find(key);
  if (!turns.is_array()) return "has \"" + key + "\" that are no list";
  std::string question;
  bool any = false;
  for (const auto& turn : turns) {
    if (!turn.is_object()) return "has \"" + key + "\" that are no objects";
    const auto who = speakerOf(turn);
    if (who == "user") question = spoken(turn);
    if (who != "model") continue;
    Sample s = sample;
    s.question = question;
    s.answer = spoken(turn);
    question.clear();
    if (s.question.empty() || s.answer.empty()) continue;
    addSample(std::move(s), place, out);
    any = true;
  }
  return any ? "" : "has \"" + key + "\" without a question and its answer";
}

void Entries::addSample(Sample sample, const std::string& place, Dataset& out) {
  out.samples.push_back(std::move(sample));
  m_places.push_back(place);
  m_unanswered.push_back(false);
}

// Among entries about pictures one without a picture is incomplete, and so is a question without an answer
// among those that have one.
void Entries::dropIncomplete(Dataset& out) {
  const bool pictures =
      std::any_of(out.samples.begin(), out.samples.end(), [](const Sample& s) { return !s.image.empty(); });
  const bool answers = std::find(m_unanswered.begin(), m_unanswered.end(), false) != m_unanswered.end();
  std::vector<Sample> complete;
  for (size_t i = 0; i < out.samples.size(); ++i) {
    if (pictures && out.samples[i].image.empty())
      out.problems.push_back({m_places[i], "names no picture"});
    else if (m_unanswered[i] && (answers || !pictures))
      out.problems.push_back({m_places[i], "has no \"answer\""});
    else
      complete.push_back(std::move(out.samples[i]));
  }
  out.samples = std::move(complete);
}

void Entries::finish(Dataset& out) {
  dropIncomplete(out);
  const auto any = [&](auto test) { return std::any_of(out.samples.begin(), out.samples.end(), test); };
  const bool pictures = any([](const Sample& s) { return !s.image.empty(); });
  const bool questions = any([](const Sample& s) { return !s.question.empty(); });
  if (questions) {
    const bool several = any([](const Sample& s) { return !s.answers.empty(); });
    const bool unanswered = !any([](const Sample& s) { return !s.answer.empty(); });
    out.kind = several || unanswered ? DataKind::Questions : DataKind::Pairs;
    if (unanswered)
      out.notes.push_back(
          "The questions have no answers: they can calibrate pruning, but not show how well a "
          "model answers.");
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
