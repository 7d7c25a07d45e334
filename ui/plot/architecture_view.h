#pragma once

#include <QWidget>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace espalier {

// A matrix in the drawing: its area is its share of the block, its colour the share of `value`.
struct ArchitecturePart {
  std::string matrix;
  int64_t rows = 0, columns = 0;
  double value = std::numeric_limits<double>::quiet_NaN();  // 0 ... 1; NaN: not known
};

// A block in the drawing. Neighbours of one component make a row.
struct ArchitectureBlock {
  std::string name;
  std::string component;  // nameOf(Component)
  std::vector<ArchitecturePart> parts;

  int64_t weights() const;
};

// The model as a drawing: a row for each component, in the order in which the model computes, its blocks from
// left to right, and in each block its matrices from top to bottom. Arrows show which component feeds the
// next. A click or the arrow keys choose a block.
class ArchitectureView : public QWidget {
  Q_OBJECT

 public:
  explicit ArchitectureView(QWidget* parent = nullptr);

  // otherWeights: those of the checkpoint that lie in no block's matrix.
  void setBlocks(std::vector<ArchitectureBlock> blocks, int64_t otherWeights);
  const std::vector<ArchitectureBlock>& blocks() const { return m_blocks; }
  // What colours mean: their name, and what the palest and the strongest stand for.
  void setKey(const QString& title, const QString& least, const QString& most);
  void setCurrent(const std::string& block);  // empty: none
  const std::string& current() const { return m_current; }

  QRect blockRect(int index) const;
  // How strongly a part is coloured there, 0 ... 1; negative: it is not known.
  static double strengthOf(const ArchitecturePart& part);
  // Whether an arrow leads from one component to the next one of the model.
  static bool feeds(const std::string& component, const std::string& next);

  QSize minimumSizeHint() const override;
  QSize sizeHint() const override;

 Q_SIGNALS:
  void chosen(const std::string& block);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct Row {  // blocks first ... last of one component
    int first = 0, last = 0;
  };
  QRect rowRect(int row) const;
  int rowOf(int index) const;
  int keyHeight() const;
  int indexAt(const QPoint& position) const;
  int currentIndex() const;  // -1: none
  void paintRow(QPainter& painter, int row) const;
  void paintBlock(QPainter& painter, int index) const;
  void paintArrow(QPainter& painter, int row) const;
  void paintKey(QPainter& painter) const;

  std::vector<ArchitectureBlock> m_blocks;
  std::vector<Row> m_rows;
  int64_t m_otherWeights = 0;
  QString m_keyTitle, m_least, m_most;
  std::string m_current;
};

}  // namespace espalier
