#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/journal.h"
#include "core/base/json_numbers.h"
#include "core/engine/open_model.h"
#include "core/score/zeroth_order.h"

namespace espalier {

// Among the statistics in a journal, not in a file of scores: there it is the standard error of local scores.
constexpr const char* kLocalError = "local standard error";

inline MatrixScore scoreNamed(const Block& block, const PrunableMatrix& m, double score, double error) {
  return {m.name, block.name(), nameOf(block.description().component), m.parameters(), score, error, {}};
}

// The values of every matrix: one for each batch, or for each batch and draw.
class ScoreKeeper {
 public:
  // expected: how many values of a matrix a person is told the sum of.
  ScoreKeeper(const OpenModel& m, const ScoreOptions& options, Journal journal, const BlockScored& onBlock,
              Scores& scores, size_t expected)
      : m_journal(std::move(journal)), m_onBlock(onBlock), m_scores(scores), m_expected(expected) {
    for (const auto& b : m.model->blocks())
      if (takesPart(*b, options.includeBridge)) m_blocks.push_back(b.get());
    m_journal.readSteps([&] {
      for (const auto& step : m_journal.finished()) takeStep(step);
    });
  }

  bool isFinished(const Block& b, int64_t round) const { return m_finished.contains({b.name(), round}); }

  // Blocks that an earlier run scored.
  void takeFinished(int64_t round) {
    for (const auto* b : m_blocks)
      if (const auto it = m_finished.find({b->name(), round}); it != m_finished.end()) keep(*b, it->second);
  }

  void take(const Block& b, int64_t round, std::map<std::string, std::vector<double>> values) {
    m_journal.append({{"block", b.name()}, {"round", round}, {"values", values}});
    keep(b, values);
  }

  bool hasStatistics(const Block& b) const { return m_statistics.contains(b.description().matrices[0].name); }
  void takeStatistics(const std::map<std::string, std::map<std::string, double>>& block) {
    m_journal.append({{"statistics", block}});
    m_statistics.insert(block.begin(), block.end());
  }
  const std::map<std::string, double>& statisticsOf(const PrunableMatrix& m) const {
    static const std::map<std::string, double> none;
    const auto it = m_statistics.find(m.name);
    return it == m_statistics.end() ? none : it->second;
  }

  // Scores that are no sum of values: told and kept as they are.
  void takeScores(const std::vector<MatrixScore>& block) {
    for (const auto& score : block) m_known[score.matrix] = score;
    if (m_onBlock) m_onBlock(block);
  }

  // Puts the scores in model order.
  void finish() {
    m_scores.matrices.clear();
    for (const auto* b : m_blocks) {
      const auto block = scoresOf(*b);
      m_scores.matrices.insert(m_scores.matrices.end(), block.begin(), block.end());
    }
  }

 private:
  void takeStep(const nlohmann::json& step) {
    if (step.contains("statistics")) {
      for (const auto& [matrix, values] : step.at("statistics").items())
        m_statistics[matrix] = numbersByName(values);
      return;
    }
    std::map<std::string, std::vector<double>> block;
    for (const auto& [matrix, values] : step.at("values").items()) block[matrix] = numbersOrUnknown(values);
    m_finished[{step.at("block").get<std::string>(), wholeOf<int64_t>(step.at("round"))}] = std::move(block);
  }

  void keep(const Block& b, const std::map<std::string, std::vector<double>>& values) {
    for (const auto& [matrix, more] : values) {
      auto& all = m_values[matrix];
      all.insert(all.end(), more.begin(), more.end());
    }
    if (!m_onBlock) return;
    auto estimates = scoresOf(b);
    for (auto& s : estimates)
      if (const auto it = m_values.find(s.matrix); it != m_values.end()) {
        const double factor = double(m_expected) / double(it->second.size());
        s.score *= factor;
        s.standardError *= factor;
      }
    m_onBlock(estimates);
  }

  // A sum over batches and draws; its error is their scatter.
  std::vector<MatrixScore> scoresOf(const Block& b) const {
    std::vector<MatrixScore> out;
    for (const auto& m : b.description().matrices) {
      if (const auto it = m_values.find(m.name); it != m_values.end()) {
        const MatrixEstimate e{&m, it->second};
        out.push_back(scoreNamed(b, m, e.sum(), e.standardErrorOfSum()));
      } else if (const auto known = m_known.find(m.name); known != m_known.end()) {
        out.push_back(known->second);
      } else {
        continue;
      }
      out.back().statistics = statisticsOf(m);
      out.back().statistics.erase(kLocalError);
    }
    return out;
  }

  Journal m_journal;
  const BlockScored& m_onBlock;
  Scores& m_scores;
  size_t m_expected;
  std::vector<const Block*> m_blocks;
  std::map<std::pair<std::string, int64_t>, std::map<std::string, std::vector<double>>> m_finished;
  std::map<std::string, std::vector<double>> m_values;
  std::map<std::string, MatrixScore> m_known;
  std::map<std::string, std::map<std::string, double>> m_statistics;
};

}  // namespace espalier
