#pragma once

#include <QCoreApplication>
#include <QKeySequence>
#include <QString>
#include <functional>
#include <vector>

class QWidget;

namespace espalier {

class Actions;
class ProbeController;
class RecoverController;
class Session;
class SweepController;

// What panes show and what they ask for. It outlives them.
struct PaneContext {
  Session& session;
  Actions& actions;
  ProbeController& probes;
  SweepController& sweeps;
  RecoverController& recovery;
};

// A pane beside the plan: a file in this folder and a line in panes.cpp. It then has a dock, an entry in the
// View menu and the command palette, a shortcut and a place in the layout.
struct Pane {
  // Panes of a place stand behind each other as tabs, the first in front.
  enum class Place { Right, BottomLeft, BottomRight };

  QString name;   // of its dock, by which settings and scripts know it; unique
  QString title;  // for people
  QKeySequence shortcut;
  Place place = Place::BottomRight;
  bool presented = false;  // stays in presentation mode
  std::function<QWidget*(const PaneContext&)> make;
};

// Of the program, in the order of the View menu.
std::vector<Pane> panes();

// The texts of panes.
struct PaneText {
  Q_DECLARE_TR_FUNCTIONS(Pane)
};

}  // namespace espalier
