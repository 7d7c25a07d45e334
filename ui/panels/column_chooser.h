#pragma once

#include <QWidget>

#include "core/data/dataset.h"

class QComboBox;

namespace espalier {

// Which column of a table, or key of entries, holds the pictures, the questions and the texts: a choice for
// each.
class ColumnChooser : public QWidget {
  Q_OBJECT

 public:
  explicit ColumnChooser(QWidget* parent = nullptr);

  // The columns there are and those that are taken; hidden where there are none.
  void setChoices(const DataChoices& choices);
  DataColumns columns() const;
  QComboBox* box(int part) const { return m_boxes[part]; }  // 0: picture, 1: question, 2: text

 Q_SIGNALS:
  void chosen(const espalier::DataColumns& columns);  // by a person, and enough to read entries by

 private:
  QComboBox* m_boxes[3];
};

}  // namespace espalier
