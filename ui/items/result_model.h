#pragma once

#include <QAbstractTableModel>
#include <optional>
#include <vector>

#include "core/engine/engine.h"

namespace espalier {

// Accuracy and loss before and after pruning: all pairs first, then each kind of question.
class ResultModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { Kind, Pairs, Dense, Pruned, Difference, IntervalColumn, Loss, ColumnCount };
  enum Role {
    AccuracyRole = Qt::UserRole + 1,  // 0 ... 1 of Dense and Pruned; invalid where there is none
    LowRole,                          // its 95 % interval
    HighRole,
    SignRole,      // of Difference: -1 or +1 where the 95 % intervals do not meet, else 0
    OutdatedRole,  // the pruned figures are of an earlier plan
  };

  // One line of the table.
  struct Line {
    QString kind;
    std::optional<Evaluation::Tally> dense, pruned;
    // Of a line that is no tally but something measured over all pairs: perplexity, recall, agreement.
    std::optional<double> denseValue{}, prunedValue{};
    bool judged =
        true;  // false: answers are neither right nor wrong, as of a language model; its loss counts
    bool isMetric() const { return denseValue || prunedValue; }
  };

  // Whether answers of this evaluation are right or wrong at all.
  static bool isJudged(const std::optional<Evaluation>& evaluation);

  explicit ResultModel(QObject* parent = nullptr);

  void setLines(std::vector<Line> lines);
  void setOutdated(bool outdated);

  // Tallies of both evaluations side by side; either may be missing.
  static std::vector<Line> linesOf(const std::optional<Evaluation>& dense,
                                   const std::optional<Evaluation>& pruned, const Dataset& pairs);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

 private:
  QString cell(const Line& line, int column) const;
  QString explain(const Line& line, int column) const;

  std::vector<Line> m_lines;
  bool m_outdated = false;
};

}  // namespace espalier
