#pragma once

#include <QDockWidget>
#include <QList>
#include <QMainWindow>
#include <vector>

#include "ui/panes/pane.h"

namespace espalier {

class PlanPanel;

// The panes around an open model: the plan in the middle, docks around it that remember their places.
class Workbench : public QMainWindow {
  Q_OBJECT

 public:
  explicit Workbench(const PaneContext& context, const std::vector<Pane>& panes = espalier::panes(),
                     QWidget* parent = nullptr);

  PlanPanel* planPanel() const { return m_plan; }
  // The pane whose content is a Content; null: there is none.
  template <class Content>
  Content* content() const {
    for (const auto& dock : m_docks)
      if (auto* found = qobject_cast<Content*>(dock.dock->widget())) return found;
    return nullptr;
  }
  // Nothing but the plan and the panes that are presented; and all as it was.
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
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void childEvent(QChildEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  struct Dock {
    QDockWidget* dock = nullptr;
    Pane::Place place{};
    bool presented = false;
    QAction* action = nullptr;
  };
  void showContent(QDockWidget& dock);
  void leave(QDockWidget& dock);
  void addPane(const Pane& pane, const PaneContext& context);
  QList<QDockWidget*> docksAt(Pane::Place place) const;
  bool hasRoomSideBySide() const;
  void keepRoom();
  int layoutVersion() const;  // another set of panes has another

  PlanPanel* m_plan;
  std::vector<Dock> m_docks;
  QByteArray m_layoutBefore;  // presenting
  bool m_laidOut = false;
};

}  // namespace espalier
