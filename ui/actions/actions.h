#pragma once

#include <QAction>
#include <QList>

class QUndoStack;

namespace espalier {

// Everything the window can be told to do, with name, icon, shortcut and explanation. What it does is
// connected by the window.
class Actions : public QObject {
  Q_OBJECT

 public:
  Actions(QUndoStack& history, QObject* parent);

  QAction *openProject, *saveProject, *saveProjectAs;
  QAction *openModel, *openSample, *openEmojiSample, *openVlmSample, *openCalibration, *openPairs,
      *clearRecent, *exportModel;
  QAction *newWindow, *closeWindow, *quit;
  QAction *undo, *redo, *resetPlan, *globalMagnitude, *globalGradient, *globalObd, *find;
  QAction *selectAll, *selectComponent, *expand, *pin, *lock, *resetSelected, *sharpen, *flatten, *savePlan,
      *keepResult, *comparePlans, *explain;
  QAction *copyCommand, *copyPython, *exportInteractive;
  QAction *zoomIn, *zoomOut, *zoomFit;
  QAction *score, *watchEstimate, *prune, *live, *stop;
  QAction *sensitivity, *improve, *sweep;
  QAction *recover, *keepReached;
  QAction *exportMasks, *exportPlan, *exportRecipe, *importPlan, *importRuns, *exportReport;
  QAction *exportChart, *exportSweepChart, *exportSensitivityChart, *exportMatrixChart, *exportRecoveryChart;
  QAction *palette, *presentation, *tour;
  QAction *logarithmic, *nextPane, *previousPane, *resetLayout, *fullScreen;
  QAction *manual, *whatsThis, *about;
  QAction *preferences, *language, *threads;

  QList<QAction*> all() const;

 private:
  QAction* make(const QString& text, const QString& iconText, const QString& help,
                const QKeySequence& shortcut = {}, const QString& icon = {});
  void decorate(QAction* action, const QString& help, const QKeySequence& shortcut, const QString& icon);
};

}  // namespace espalier
