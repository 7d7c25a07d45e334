#pragma once

#include <QMainWindow>
#include <QPointer>
#include <functional>
#include <optional>

#include "ui/base/recent_folders.h"
#include "ui/controllers/compare_controller.h"
#include "ui/controllers/engine_controller.h"
#include "ui/controllers/export_controller.h"
#include "ui/controllers/model_controller.h"
#include "ui/controllers/probe_controller.h"
#include "ui/controllers/project_controller.h"
#include "ui/controllers/recover_controller.h"
#include "ui/controllers/result_controller.h"
#include "ui/controllers/score_controller.h"
#include "ui/controllers/sweep_controller.h"
#include "ui/panels/dataset_dialog.h"
#include "ui/panels/preferences_dialog.h"
#include "ui/session/session.h"

class QStackedWidget;

namespace espalier {

class Actions;
class CompareWindow;
class ElidedLabel;
class JobIndicator;
class MessageBar;
struct LessonStage;
class WelcomePage;
class Workbench;

// Puts session, controllers, actions and panes together. Decides nothing itself.
class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  // engine: where models are open; null: in this process.
  explicit MainWindow(QWidget* parent = nullptr, ElsewherePtr engine = {});
  ~MainWindow() override;

  // Asks first where something would be lost.
  void open(const QString& path);  // a model folder or a project file
  void openSample();

  Session& session() { return m_session; }
  Actions& actions() { return *m_actions; }
  Workbench& workbench() { return *m_workbench; }
  // Names every job and where it can be watched.
  QList<JobRunner*> runners();
  ProjectController& projects() { return m_projects; }
  ScoreController& scoring() { return m_scoring; }
  ExportController& exports() { return m_exports; }
  ModelController& models() { return m_models; }
  RecoverController& recovery() { return m_recovery; }
  EngineController& engine() { return m_engine; }
  bool isBusy() const;

  // Unsaved changes are kept aside in this folder; what an earlier run left there is offered, unless another
  // window does.
  void keepCopiesIn(const QString& folder, bool offer = true);
  void keepJobLogIn(const QString& file);

  // What tells which other window has a project file open; null: none.
  void setElsewhere(std::function<MainWindow*(const QString& project)> elsewhere) {
    m_elsewhere = std::move(elsewhere);
  }
  void comeForward();
  // Where a window of this size goes at first, in the room that a screen has: whole, with its frame.
  static QRect firstPlace(const QSize& wanted, const QRect& room);
  CompareWindow* comparePlans();  // opens it
  // Begins a bundled lesson, or one of a file, in this window, which has to be free for it.
  void startLesson(const QString& lesson);
  void writeLesson();

 Q_SIGNALS:
  void newWindowWanted(const QString& path);  // empty: with nothing open
  void lessonWanted(const QString& lesson);   // in a window of its own

 protected:
  void closeEvent(QCloseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool focusNextPrevChild(bool next) override;
  void changeEvent(QEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void makeMenus();
  void makeAppearanceMenu(QMenu* view);
  void makeToolBar();
  void makeStatusBar();
  void connectActions();
  void connectControllers();
  void connectEngine();
  void disableElsewhere();
  template <class Controller>
  void connectMessages(Controller& controller, const QList<JobRunner*>& runners);
  void listRecent();
  void openRecent(const QString& path, bool inNewWindow);
  bool isElsewhere(const QString& project);  // comes forward there
  void updateActions();
  void showModel();
  void chooseFolder(const QString& title, const std::function<void(const QString&)>& take);
  // Looks at data and, if a person says so, uses them. path: what was dropped; empty: to be chosen.
  void showData(DatasetDialog::Use offered, const QString& path);
  void chooseExport();
  void chooseExportElsewhere();
  void chooseProject();
  QString chooseProjectFile(bool underAnotherName);
  void saveProject(bool underAnotherName);
  QStringList jobsAtStake();
  // Whether what is open may give way: asks where work is not saved or a job would be stopped, and saves it
  // if a person says so. what: the title of the question, for what it has to give way.
  bool mayLetGo(const QString& what);
  void replaceBy(const QString& what, const std::function<void()>& open);
  // Asks where a project that is saved from then on no longer keeps what was measured before. what: the
  // title.
  bool mayChangeData(const QString& what, bool calibration, bool pairs);
  void askToClamp(const std::vector<OverflowingTensor>& tensors);
  void offerCopies();
  void tellOfJob(const QString& title, const QString& how, double seconds);
  void restoreCopy(const QString& copy);
  void listDiscarded();
  void connectPlanActions();
  void connectExports();
  void chooseFile(const QString& title, const QString& name, const QString& filters,
                  const std::function<void(const QString&)>& take);
  void present(bool presenting);
  void findCommand();
  void showManual();
  void showPreferences(std::optional<PreferencesDialog::Field> field = {});
  void namePlan();
  void listSavedPlans();
  void showTitle();
  void showAbout();
  bool isFreeForTeaching();
  LessonStage stageForTeaching();
  void listLessons(QMenu* help);

  Session m_session;
  RecentFolders m_recent;
  ModelController m_models;
  ProjectController m_projects;
  ScoreController m_scoring;
  ResultController m_results;
  ExportController m_exports;
  ProbeController m_probes;
  SweepController m_sweeps;
  RecoverController m_recovery;
  CompareController m_comparing;
  EngineController m_engine;
  std::function<MainWindow*(const QString&)> m_elsewhere;
  QPointer<CompareWindow> m_compareWindow;
  Actions* m_actions;
  MessageBar* m_messages;
  QStackedWidget* m_pages;
  WelcomePage* m_welcome;
  Workbench* m_workbench;
  JobIndicator* m_jobs;
  ElidedLabel* m_modelName;
  bool m_scoringWasLost = false;  // with the connection
  QMenu* m_recentMenu = nullptr;
  QMenu* m_discardedMenu = nullptr;
  QMenu* m_savedPlansMenu = nullptr;
};

}  // namespace espalier
