#pragma once

#include <QAbstractListModel>
#include <vector>

#include "ui/session/session.h"

namespace espalier {

// What pruning did to an answer, in the order of interest.
enum class Change { RightToWrong, WrongToRight, OtherWrong, SameWrong, SameRight, Unknown };

// The sample pairs with what the model said to each before and after pruning.
class PairModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role {
    PictureRole = Qt::UserRole + 1,  // path, empty for text alone
    QuestionRole,
    ExpectedRole,
    KindRole,
    DenseRole,  // answer; invalid where there is none yet
    DenseRightRole,
    PrunedRole,
    PrunedRightRole,
    JudgedRole,    // whether answers are right or wrong at all: a language model's losses are not
    ChangeRole,    // int(Change), as things are
    RankRole,      // by which to sort: Change as of the last settle()
    OutdatedRole,  // the pruned answer is of an earlier plan
    PlacesRole,    // QPoint: the place of the text's own picture before and after, 0 where not known; else
                   // invalid
  };

  explicit PairModel(QObject* parent = nullptr);

  void setPairs(const Dataset& dataset, const std::vector<PairOutcome>& outcomes);
  void setOutcomes(const std::vector<PairOutcome>& outcomes, const std::vector<qint64>& changed);
  // Takes the order over from the answers. Not done at every answer: rows would jump about while they come
  // in.
  void settle();
  void setOutdated(bool outdated);

  QStringList kinds() const;  // those there are, in order of first appearance

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

  // What the data expect of a pair, or, where they say nothing, what the dense model said.
  static QString expectedOf(const Sample& sample, const PairOutcome& outcome);

 private:
  struct Row {
    Sample sample;
    PairOutcome outcome;
    Change rank = Change::Unknown;
  };
  static Change changeOf(const PairOutcome& outcome);

  std::vector<Row> m_rows;
  bool m_outdated = false;
};

}  // namespace espalier
