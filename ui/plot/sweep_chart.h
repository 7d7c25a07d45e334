#pragma once

#include <QIcon>
#include <QWidget>
#include <memory>
#include <optional>

#include "core/document/study.h"

namespace espalier {

// Accuracy or loss against sparsity, a line for each method with a band of one standard deviation over the
// seeds, or of the 95 % interval where there is one seed. Points can be clicked, or reached with the arrow
// keys, which chooses them; Enter or the button beside the chart takes the chosen one's plan. A ring stands
// where the present plan came from.
class SweepChart : public QWidget {
  Q_OBJECT

 public:
  enum class Shown { Accuracy, Loss };
  enum class Against { Sparsity, Seconds, Size };

  explicit SweepChart(QWidget* parent = nullptr);
  ~SweepChart() override;

  void setPoints(const std::vector<StudyPoint>& points);
  void setShown(Shown shown);
  void setAgainst(Against against);  // what stands below: points that do not know it are left out
  // The line and mark of a method, for whoever names it beside the chart. Of a few methods of its own the
  // chart shows a legend below the axis (setLegendShown); exported charts always have one.
  static QIcon keyOf(const std::string& method, const QPalette& palette);
  void setLegendShown(bool shown);

  // One place on screen: a method at a sparsity, over its seeds.
  struct Place {
    std::string method;
    double sparsity = 0;
    double value = 0, low = 0, high = 0;  // in the unit shown
    double across = 0;                    // per cent, seconds or megabytes, as shown
    int seeds = 0;
  };
  const std::vector<Place>& places() const;
  QPoint pixelOf(int place) const;  // in this widget
  int current() const;              // the chosen place; -1: none. Points that arrive move nothing
  std::optional<std::pair<std::string, double>> chosen() const;  // its method and sparsity
  // The place that the present plan is of, or none.
  void setPlanPlace(const std::optional<std::pair<std::string, double>>& place);
  int planPlace() const;               // -1: none
  QString described(int place) const;  // for people
  void take();                         // the chosen place's plan, if there is one
  QString csv() const;
  QString exportTo(const QString& file) const;  // as PlanChart::exportTo

  QSize sizeHint() const override { return {460, 260}; }

 Q_SIGNALS:
  void currentChanged(int place);
  void taken(const std::string& method, double sparsity);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Parts;
  void rebuild();
  void placeLegend(bool shown) const;
  void setCurrent(int place);
  int placeAt(const QPoint& position) const;
  int placeOf(const std::optional<std::pair<std::string, double>>& key) const;
  void markAt(int place, double size, bool ring);

  std::unique_ptr<Parts> m_parts;
};

}  // namespace espalier
