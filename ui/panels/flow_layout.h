#pragma once

#include <QLayout>
#include <QList>

namespace espalier {

// Lays widgets in a row, and in further rows where the width does not do: a pane made narrow cuts nothing
// off.
class FlowLayout : public QLayout {
 public:
  explicit FlowLayout(int gap, QWidget* parent = nullptr);
  ~FlowLayout() override;

  void addItem(QLayoutItem* item) override;
  int count() const override { return int(m_items.size()); }
  QLayoutItem* itemAt(int index) const override { return m_items.value(index); }
  QLayoutItem* takeAt(int index) override;
  Qt::Orientations expandingDirections() const override { return {}; }
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize minimumSize() const override;  // of the widest alone
  QSize sizeHint() const override;     // all in one row
  void setGeometry(const QRect& place) override;

 private:
  int arrange(const QRect& place, bool move) const;  // how high it is

  QList<QLayoutItem*> m_items;
  int m_gap;
};

}  // namespace espalier
