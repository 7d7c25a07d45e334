#pragma once

#include <QString>
#include <QWidget>
#include <vector>

namespace espalier {

class PictureCache;

// The pictures a text could be of, most alike first, before and after pruning, side by side where there is
// room and below each other where there is not: their pictures and texts, bars as long as they are alike, and
// the text's own marked by a tick and by colour.
class SimilarityBars : public QWidget {
  Q_OBJECT

 public:
  explicit SimilarityBars(PictureCache& pictures, QWidget* parent = nullptr);

  struct Row {
    int rank = 0;
    QString picture, text;
    double similarity = 0;
    bool own = false;
  };
  struct List {
    QString title;
    std::vector<Row> rows;
  };
  void setLists(std::vector<List> lists);

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {200, sizeHint().height()}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  // Where a value stands on the scale, 0 ... 1 of its width.
  static double barPlace(double similarity, double low, double high);
  int lineHeight() const;
  int listHeight(const List& list) const;
  int columns() const;
  void paintList(QPainter& painter, const QRect& place, const List& list, double low, double high) const;

  PictureCache& m_pictures;
  std::vector<List> m_lists;
};

}  // namespace espalier
