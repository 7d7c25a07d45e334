#pragma once

#include <QList>
#include <QMainWindow>

class QDockWidget;

namespace espalier {

class Actions;
class GalleryPanel;
class JobsPanel;
class MatrixPanel;
class PlanPanel;
class ProbeController;
class Session;
class SensitivityPanel;
class SweepController;
class SweepPanel;

// The panes around an open model: the plan in the middle, docks around it that remember their places.
class Workbench : public QMainWindow {
  Q_OBJECT

 public:
  Workbench(Session& session, Actions& actions, ProbeController& probes, SweepController& sweeps,
            QWidget* parent = nullptr);

  PlanPanel* planPanel() const { return m_plan; }
  GalleryPanel* gallery() const { return m_gallery; }
  SweepPanel* sweep() const { return m_sweep; }
  MatrixPanel* matrix() const { return m_matrix; }
  SensitivityPanel* sensitivity() const { return m_sensitivity; }
  JobsPanel* jobs() const { return m_jobs; }
  // Nothing but the plan, the answers and the results; and all as it was.
  void setPresenting(bool presenting);
  QList<QAction*> paneActions() const;  // each shows its pane, brings it to front, or hides it from there

  void saveLayout() const;
  void restoreLayout();
  void resetLayout();
  // Moves the keyboard to the next pane that is visible, or the one before.
  void cyclePane(bool forward);
  bool isBehind(const QWidget* widget) const;  // in a pane that is hidden or behind another

 protected:
  void showEvent(QShowEvent* event) override;
  void childEvent(QChildEvent* event) override;

 private:
  void leave(const QDockWidget& dock);
  QDockWidget* addPane(const QString& name, const QString& title, QWidget* content,
                       const QKeySequence& shortcut, Qt::DockWidgetArea area);

  PlanPanel* m_plan;
  GalleryPanel* m_gallery;
  QList<QDockWidget*> m_docks;
  QList<QAction*> m_paneActions;
  QDockWidget* m_budget;
  QDockWidget* m_formulas;
  QDockWidget* m_pairs;
  QDockWidget* m_results;
  QDockWidget* m_blocks;
  SweepPanel* m_sweep;
  MatrixPanel* m_matrix;
  SensitivityPanel* m_sensitivity;
  JobsPanel* m_jobs;
  QList<QDockWidget*> m_further;  // behind the results
  QByteArray m_layoutBefore;      // presenting
  bool m_laidOut = false;
};

}  // namespace espalier
