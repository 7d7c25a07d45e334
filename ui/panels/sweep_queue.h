#pragma once

#include <QWidget>

class QListWidget;
class QToolButton;

namespace espalier {

class SweepController;

// What the sweep measures next, from top to bottom; its order can be changed.
class SweepQueue : public QWidget {
  Q_OBJECT

 public:
  explicit SweepQueue(SweepController& sweeps, QWidget* parent = nullptr);

  QListWidget* list() const { return m_list; }

 private:
  QToolButton* button(const QString& name, const QString& tip);
  void showParts();
  void showButtons();
  void move(int by);

  SweepController& m_sweeps;
  QListWidget* m_list;
  QToolButton *m_earlier, *m_later, *m_drop;
};

}  // namespace espalier
