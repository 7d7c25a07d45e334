#pragma once

#include <QList>
#include <QMainWindow>

class QDockWidget;

namespace espalier {

class Actions;
class GalleryPanel;
class PlanPanel;
class Session;

// The panes around an open model: the plan in the middle, docks around it that remember their places.
class Workbench : public QMainWindow {
  Q_OBJECT

 public:
  Workbench(Session& session, Actions& actions, QWidget* parent = nullptr);

  PlanPanel* planPanel() const { return m_plan; }
  GalleryPanel* gallery() const { return m_gallery; }
  QList<QAction*> paneActions() const;  // show and hide

  void saveLayout() const;
  void restoreLayout();
  void resetLayout();
  // Moves the keyboard to the next pane that is visible, or the one before.
  void cyclePane(bool forward);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  QDockWidget* addPane(const QString& name, const QString& title, QWidget* content,
                       const QKeySequence& shortcut, Qt::DockWidgetArea area);

  PlanPanel* m_plan;
  GalleryPanel* m_gallery;
  QList<QDockWidget*> m_docks;
  QDockWidget* m_budget;
  QDockWidget* m_pairs;
  QDockWidget* m_results;
  bool m_laidOut = false;
};

}  // namespace espalier
