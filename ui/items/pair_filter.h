#pragma once

#include <QSortFilterProxyModel>

namespace espalier {

// The pairs of one kind of change and question that contain the words looked for; flipped answers first.
class PairFilter : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  enum class Show { All, Flips, RightToWrong, WrongToRight };

  explicit PairFilter(QObject* parent = nullptr);

  void setShow(Show show);
  void setKind(const QString& kind);  // empty for all
  void setWords(const QString& words);

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

 private:
  Show m_show = Show::All;
  QString m_kind;
  QStringList m_words;
};

}  // namespace espalier
