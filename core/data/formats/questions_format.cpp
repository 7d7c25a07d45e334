#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/data/formats/format.h"

namespace espalier {

namespace fs = std::filesystem;

namespace questions_format {

bool isQuestions(const DataPlace& place, const fs::path& file) {
  return place.sketch(file).isListAt("questions") && place.sketch(file).has("questions", "question_id") &&
         place.sketch(file).has("questions", "question");
}
bool isAnnotations(const DataPlace& place, const fs::path& file) {
  return place.sketch(file).isListAt("annotations") && place.sketch(file).has("annotations", "question_id") &&
         place.sketch(file).has("annotations", "answers");
}

// What the names of a questions file and its annotations have in common: v2_mscoco_val2014.
std::string commonName(const fs::path& file) {
  auto name = lowerCase(file.stem().string());
  for (const std::string part :
       {"openended", "multiplechoice", "questions", "annotations", "question", "annotation"})
    if (const auto at = name.find(part); at != std::string::npos) name.erase(at, part.size());
  std::erase(name, '_');
  std::erase(name, '-');
  return name;
}

struct Files {
  std::vector<fs::path> questions, annotations;
};

// Given one of the two files, the other is looked for beside it.
Files filesOf(const DataPlace& place) {
  Files out;
  for (const auto& f : place.filesEnding(".json")) {
    if (isQuestions(place, f)) out.questions.push_back(f);
    if (isAnnotations(place, f)) out.annotations.push_back(f);
  }
  if (place.isFolder() || (out.questions.empty() && out.annotations.empty())) return out;
  const DataPlace beside(fs::absolute(place.path()).parent_path(), {});
  const auto all = filesOf(beside);
  const auto matching = [&](std::vector<fs::path> files, const fs::path& own) {
    if (files.size() > 1)
      std::erase_if(files, [&](const auto& f) { return commonName(f) != commonName(own); });
    return files;
  };
  if (out.questions.empty()) out.questions = matching(all.questions, out.annotations[0]);
  if (out.annotations.empty()) out.annotations = matching(all.annotations, out.questions[0]);
  return out;
}

std::optional<DataKind> recognise(const DataPlace& place) {
  const auto files = filesOf(place);
  return files.questions.empty() || files.annotations.empty() ? std::nullopt
                                                              : std::optional(DataKind::Questions);
}

// Long: questions, answers and pictures are joined in one pass, with a sentence for each fault.
void read(const DataPlace& place, Dataset& out) {
  const auto files = filesOf(place);
  // Questions without annotations (the test splits) cannot be used.
  auto answered = files.questions;
  const auto annotationsOf = [&](const fs::path& questions) {
    if (files.annotations.size() == 1 && files.questions.size() == 1) return files.annotations[0];
    for (const auto& a : files.annotations)
      if (commonName(a) == commonName(questions)) return a;
    return fs::path();
  };
  std::erase_if(answered, [&](const auto& f) { return annotationsOf(f).empty(); });
  if (answered.empty())
    throw Error(ErrorKind::InvalidInput,
                files.questions[0].string() + " has no annotations beside it whose name is like its own.");
  const auto questionsFile = fileOfSplit(answered, place, out);
  const auto questions =
      readJsonRecords(questionsFile, {"questions", "question", "question_id", "image_id", "data_subtype"});
  const auto annotations = readJsonRecords(annotationsOf(questionsFile),
                                           {"annotations", "question_id", "answers", "answer", "raw_answer",
                                            "answer_type", "question_type", "multiple_choice_answer"});
  out.kind = DataKind::Questions;

  std::map<int64_t, size_t> annotationOf;
  const auto& answers = annotations.json.at("annotations");
  bool raw = false;
  for (size_t i = 0; i < answers.size(); ++i) {
    const auto id = numberOf(answers[i], "question_id");
    if (!id)
      out.problems.push_back({annotations.placeOf("annotations", i), "has no \"question_id\""});
    else
      annotationOf[*id] = i;
  }
  auto pictures = place.pictures();
  const auto part = textOf(questions.json, "data_subtype");
  const auto& list = questions.json.at("questions");
  for (size_t i = 0; i < list.size(); ++i) {
    const auto problem = [&](const std::string& what) {
      out.problems.push_back({questions.placeOf("questions", i), what});
    };
    const auto id = numberOf(list[i], "question_id"), image = numberOf(list[i], "image_id");
    Sample s;
    s.question = textOf(list[i], "question");
    if (!id || !image || s.question.empty()) {
      problem("lacks \"question_id\", \"image_id\" or \"question\"");
      continue;
    }
    const auto known = annotationOf.find(*id);
    if (known == annotationOf.end()) {
      problem("is question " + std::to_string(*id) + ", which has no annotation");
      continue;
    }
    const auto& annotation = answers[known->second];
    std::map<std::string, int> count;
    if (const auto it = annotation.find("answers"); it != annotation.end() && it->is_array())
      for (const auto& a : *it) {
        // An empty answer is one person's, and counts among the others'.
        if (!a.is_string() && !(a.is_object() && a.contains("answer"))) continue;
        const auto text = a.is_object() ? textOf(a, "answer") : a.get<std::string>();
        raw = raw || (a.is_object() && a.contains("raw_answer"));
        s.answers.push_back(text);
        if (!text.empty()) ++count[text];
      }
    s.answer = textOf(annotation, "multiple_choice_answer");
    if (s.answer.empty() && !count.empty())
      s.answer = std::max_element(count.begin(), count.end(), [](const auto& a, const auto& b) {
                   return a.second < b.second;
                 })->first;
    if (s.answer.empty()) {
      out.problems.push_back({annotations.placeOf("annotations", known->second), "has no answers"});
      continue;
    }
    const auto found = pictures.byNumber(*image, part);
    if (!found) {
      problem("asks about the picture " + std::to_string(*image) + ", " + found.problem);
      continue;
    }
    s.image = found.file;
    s.kind = textOf(annotation, "answer_type");
    if (s.kind.empty()) s.kind = textOf(annotation, "question_type");
    out.samples.push_back(std::move(s));
  }
  out.format = raw ? "OK-VQA questions and annotations" : "VQA questions and annotations";
}

}  // namespace questions_format

const DataFormat kQuestionsFormat = {"vqa", "VQA v2 or OK-VQA: questions and annotations as JSON",
                                     questions_format::recognise, questions_format::read};

}  // namespace espalier
