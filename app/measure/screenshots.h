#pragma once

#include <QObject>
#include <QSize>
#include <QString>
#include <functional>
#include <vector>

class QWidget;

namespace espalier {

class MainWindow;

// Takes the real window through the main job on the bundled sample and writes a picture of each station, for
// the user guide and for looking at. Quits the program at the end.
class Screenshots : public QObject {
  Q_OBJECT

 public:
  // size: of the window, but in the pictures of a small one. dark: in all pictures, else where their name
  // says so. project: every pane and window of this project is taken and no job is run; empty: the sample's
  // main job.
  Screenshots(MainWindow& window, const QString& folder, const QSize& size, bool dark, const QString& project,
              QObject* parent = nullptr);

  void start();

 private:
  struct Step {
    std::function<void()> act;
    QString name;  // of the picture taken when all jobs have ended; empty for none
    bool waitForJobs = true;
  };

  void next();
  void afterAct();
  void shoot(const QString& name);
  std::vector<Step> steps();
  std::vector<Step> stepsOfProject();

  MainWindow& m_window;
  QWidget* m_subject;  // of the pictures
  QString m_folder;
  QSize m_size;
  bool m_dark;
  QString m_project;
  std::vector<Step> m_steps;
  size_t m_at = 0;
};

}  // namespace espalier
