#include "core/report/interactive_report.h"

#include <cmath>
#include <map>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/report/data_uri.h"
#include "core/report/interactive_page.h"
#include "core/report/svg_chart.h"

namespace espalier {

namespace {

double rounded(double value, double unit) {
  return std::round(value / unit) * unit;
}

// Texts by number: an answer is said by many plans.
class TextTable {
 public:
  size_t numberOf(const std::string& text) {
    const auto [it, isNew] = m_numbers.emplace(text, m_texts.size());
    if (isNew) m_texts.push_back(text);
    return it->second;
  }
  const std::vector<std::string>& texts() const { return m_texts; }

 private:
  std::map<std::string, size_t> m_numbers;
  std::vector<std::string> m_texts;
};

// What a model answered, pair by pair: numbers of texts, and which of them are right.
nlohmann::json answersOf(const std::vector<PairResult>& pairs, TextTable& texts) {
  nlohmann::json answers = nlohmann::json::array();
  std::string right;
  nlohmann::json losses = nlohmann::json::array();
  for (const auto& p : pairs) {
    answers.push_back(texts.numberOf(p.answer));
    right += p.right ? '1' : '0';
    losses.push_back(rounded(p.loss, 1e-3));
  }
  return {{"answers", answers}, {"right", right}, {"losses", losses}};
}

// A </script> inside of the data would end them.
std::string embedded(const nlohmann::json& data) {
  const std::string text = jsonText(data);
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
  }
  return out;
}

}  // namespace

nlohmann::json interactiveData(const InteractiveContent& c, const InteractiveOptions& options) {
  TextTable texts;
  const PlanGrid& grid = c.grid;
  nlohmann::json data{{"format", "espalier/interactive-report"},
                      {"version", 1},
                      {"title", c.title},
                      {"date", c.date},
                      {"model", c.model.name},
                      {"family", c.model.family},
                      {"prune", option_fields::toJson(pruneFields(), c.prune)},
                      {"judged", grid.judged},
                      {"counted", grid.dense.counted()},
                      {"components", grid.components},
                      {"step", grid.step}};
  for (const auto& g : grid.groups)
    data["groups"].push_back({{"name", g.name},
                              {"component", g.component},
                              {"parameters", g.parameters},
                              {"score", g.score},
                              {"error", std::isfinite(g.standardError) ? g.standardError : 0.0}});
  std::map<std::filesystem::path, int64_t> pictures;
  int64_t bytes = 0;
  data["pictures"] = nlohmann::json::array();
  data["pairs"] = nlohmann::json::array();
  bool leftOut = false;
  for (size_t i = 0; i < grid.pairs.samples.size(); ++i) {
    const Sample& s = grid.pairs.samples[i];
    int64_t picture = -1;
    if (!s.image.empty()) {
      const auto [it, isNew] = pictures.emplace(s.image, -1);
      if (isNew)
        if (auto uri = dataUri(s.image); !uri.empty()) {
          if (bytes + int64_t(uri.size()) > options.pictureBytes) {
            leftOut = true;
          } else {
            bytes += int64_t(uri.size());
            it->second = int64_t(data["pictures"].size());
            data["pictures"].push_back(std::move(uri));
          }
        }
      picture = it->second;
    }
    const auto& dense = grid.dense.pairs[i];
    data["pairs"].push_back({{"picture", picture},
                             {"question", s.question},
                             {"expected", dense.expected.empty() ? s.answer : dense.expected},
                             {"kind", s.kind}});
  }
  data["picturesLeftOut"] = leftOut;
  data["dense"] = answersOf(grid.dense.pairs, texts);
  data["dense"]["meanLoss"] = grid.dense.overall().loss;
  data["plans"] = nlohmann::json::array();
  for (const auto& p : grid.plans) {
    nlohmann::json sparsities = nlohmann::json::array();
    for (const double s : p.sparsities) sparsities.push_back(rounded(s, 1e-4));
    auto plan = answersOf(p.pairs, texts);
    plan.update({{"target", p.target},
                 {"shifts", p.shifts},
                 {"sparsities", sparsities},
                 {"achieved", p.achieved},
                 {"count", p.right},
                 {"meanLoss", p.loss}});
    data["plans"].push_back(std::move(plan));
  }
  data["texts"] = texts.texts();
  return data;
}

std::string interactiveReport(const InteractiveContent& content, const InteractiveOptions& options) {
  const auto put = [](std::string& page, const std::string& mark, const std::string& value) {
    page.replace(page.find(mark), mark.size(), value);
  };
  std::string page = interactivePage();
  put(page, "%TITLE%", escaped(content.title));
  put(page, "%DATA%", embedded(interactiveData(content, options)));
  return page;
}

void writeInteractiveReport(const std::filesystem::path& file, const InteractiveContent& content,
                            const InteractiveOptions& options) {
  writeFileAtomically(file, interactiveReport(content, options));
}

}  // namespace espalier
