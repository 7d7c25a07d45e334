#include <iostream>

#include "app/cli/command.h"
#include "app/cli/data_flags.h"
#include "app/cli/flags.h"
#include "app/cli/table.h"
#include "core/base/json_text.h"
#include "core/explain/explain.h"

namespace espalier::cli {

namespace {

nlohmann::json mapJson(const PictureMap& map) {
  if (map.isEmpty()) return nullptr;
  return {{"rows", map.rows}, {"columns", map.columns}, {"values", map.values}};
}

nlohmann::json wordsJson(const std::vector<WordShare>& words) {
  auto out = nlohmann::json::array();
  for (const auto& w : words) out.push_back({{"word", w.word}, {"value", w.value}});
  return out;
}

nlohmann::json explanationJson(const Explanation& e) {
  nlohmann::json j{{"answer", e.answer},
                   {"matches", e.matches},
                   {"withoutPicture", e.withoutPicture},
                   {"similarity", mapJson(e.similarity)},
                   {"tokens", nlohmann::json::array()}};
  if (!e.attentionNote.empty()) j["attentionNote"] = e.attentionNote;
  if (!e.occlusionNote.empty()) j["occlusionNote"] = e.occlusionNote;
  for (const auto& t : e.tokens) {
    auto others = nlohmann::json::array();
    for (const auto& o : t.others) others.push_back({{"text", o.text}, {"probability", o.probability}});
    const auto& r = t.relevance;
    j["tokens"].push_back({{"text", t.text},
                           {e.matches ? "similarity" : "probability", t.probability},
                           {"others", others},
                           {"attention", mapJson(r.attention)},
                           {"attentionWords", wordsJson(r.attentionWords)},
                           {"elsewhere", r.elsewhere},
                           {"occlusion", mapJson(r.occlusion)},
                           {"occlusionWords", wordsJson(r.occlusionWords)}});
  }
  return j;
}

// A map in shades of characters, its largest value darkest.
void printMap(const std::string& title, const PictureMap& map) {
  if (map.isEmpty()) return;
  static const char* kShades[] = {" ", "\u2591", "\u2592", "\u2593", "\u2588"};
  float most = 0;
  for (const float v : map.values) most = std::max(most, v);
  std::cout << "  " << title << ", largest " << fixed(double(most), 3) << "\n";
  for (int64_t r = 0; r < map.rows; ++r) {
    std::cout << "    ";
    for (int64_t c = 0; c < map.columns; ++c) {
      const float v = map.values[size_t(r * map.columns + c)];
      const int shade = most > 0 ? std::clamp(int(v / most * 4 + 0.5f), 0, 4) : 0;
      std::cout << kShades[shade] << kShades[shade];
    }
    std::cout << "\n";
  }
}

void printWords(const std::string& title, const std::vector<WordShare>& words) {
  if (words.empty()) return;
  std::cout << "  " << title << ":";
  for (const auto& w : words) std::cout << " " << w.word << " " << fixed(w.value, 3);
  std::cout << "\n";
}

void printExplanation(const Explanation& e) {
  std::cout << "Answer: " << e.answer << "\n";
  for (size_t i = 0; i < e.tokens.size(); ++i) {
    const auto& t = e.tokens[i];
    std::cout << "\"" << t.text << "\" " << (e.matches ? fixed(t.probability, 3) : percent(t.probability, 1));
    if (i < e.withoutPicture.size())
      std::cout << ", with a blank picture "
                << (e.matches ? fixed(e.withoutPicture[i], 3) : percent(e.withoutPicture[i], 1));
    if (!t.others.empty()) std::cout << "; others:";
    for (const auto& o : t.others) std::cout << " \"" << o.text << "\" " << percent(o.probability, 1);
    std::cout << "\n";
    printMap("attention", t.relevance.attention);
    printWords("attention to words", t.relevance.attentionWords);
    printMap(e.matches ? "similarity lost where hidden" : "log-probability lost where hidden",
             t.relevance.occlusion);
    printWords("lost without the word", t.relevance.occlusionWords);
  }
  printMap("similarity of each patch", e.similarity);
  for (const auto& note : {e.attentionNote, e.occlusionNote})
    if (!note.empty()) std::cout << note << "\n";
}

}  // namespace

void addExplain(CLI::App& app, Commands& commands) {
  auto* c = app.add_subcommand(
      "explain", "Where the answer to a pair comes from: its tokens, attention rollout, occlusion");
  struct Flags {
    std::string model, data, pairs;
    int64_t pair = 0;
    DataOptions choice;
    ExplainOptions options;
    PromptForm prompt = PromptForm::Auto;
  };
  auto f = std::make_shared<Flags>();
  c->add_option("MODEL", f->model, "Model folder")->required();
  c->add_option("--data", f->data, "Pairs")->required();
  addDataFlags(*c, f->choice);
  c->add_option("--pair", f->pair, "Which of them, counted from 0")
      ->check(CLI::Range(int64_t(0), int64_t(1) << 40))
      ->capture_default_str();
  c->add_option("--answer", f->options.answer, "Explain this answer; default what the model answers");
  c->add_option("--cells", f->options.cells, "Hide the picture in at most so many rows and columns")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  addPromptFlag(*c, f->prompt);
  commands[c] = [f](const Context& context) {
    const auto model = openModelTold(f->model, f->prompt);
    const auto data = openDatasetFor(*model, f->data, f->choice);
    if (f->pair >= int64_t(data.samples.size()))
      throw Error(ErrorKind::InvalidInput, "--pair is " + std::to_string(f->pair) + "; " +
                                               data.path.string() + " has the pairs 0 to " +
                                               std::to_string(data.samples.size() - 1) + ".");
    const auto& sample = data.samples[size_t(f->pair)];
    const auto e = explainPair(*model, sample, f->options, context.control);
    if (context.json) {
      auto j = explanationJson(e);
      j["pair"] = f->pair, j["question"] = sample.question, j["expected"] = sample.answer;
      std::cout << jsonText(j, 1) << "\n";
      return;
    }
    if (!sample.question.empty()) std::cout << "Question: " << sample.question << "\n";
    printExplanation(e);
  };
}

}  // namespace espalier::cli
