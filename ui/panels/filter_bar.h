#pragma once

#include <QList>
#include <QWidget>

class QGridLayout;

namespace espalier {

// A field to search with, choices and a remark, in one row where there is room for a few words in the field,
// else in two.
class FilterBar : public QWidget {
  Q_OBJECT

 public:
  FilterBar(QWidget* field, const QList<QWidget*>& choices, QWidget* remark, QWidget* parent = nullptr);

  bool isInTwoRows() const { return m_two; }
  QSize minimumSizeHint() const override;

 protected:
  void resizeEvent(QResizeEvent* event) override;
  bool event(QEvent* event) override;

 private:
  void arrange();
  void decide();  // on one row or two
  int widthOfField() const;
  int widthOfOneRow() const;

  QWidget* m_field;
  QList<QWidget*> m_choices;
  QWidget* m_remark;
  QGridLayout* m_grid;
  bool m_two = false;
};

}  // namespace espalier
