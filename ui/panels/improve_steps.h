#pragma once

#include <QTableWidget>

#include "ui/controllers/probe_controller.h"

namespace espalier {

// What a search for a better plan has done: each step it accepted, the newest last and in sight.
class ImproveSteps : public QTableWidget {
  Q_OBJECT

 public:
  explicit ImproveSteps(QWidget* parent = nullptr);

  void begin(double loss);  // before the first step
  // from, to: as they are to be called
  void add(const QString& from, const QString& to, const ProbeController::Step& step);
  int count() const { return rowCount() - 1; }  // of the steps

 private:
  void addRow(const QString& what, const QString& loss, const QString& tip);
};

}  // namespace espalier
