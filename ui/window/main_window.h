#pragma once

#include <QMainWindow>

#include "ui/base/recent_folders.h"
#include "ui/controllers/export_controller.h"
#include "ui/controllers/model_controller.h"
#include "ui/controllers/result_controller.h"
#include "ui/controllers/score_controller.h"
#include "ui/session/session.h"

class QStackedWidget;

namespace espalier {

class Actions;
class ElidedLabel;
class JobIndicator;
class MessageBar;
class WelcomePage;
class Workbench;

// Puts session, controllers, actions and panes together. Decides nothing itself.
class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  explicit MainWindow(QWidget* parent = nullptr);
  ~MainWindow() override;

  void open(const QString& folder) { m_models.open(folder); }
  void openSample() { m_models.openSample(); }

  Session& session() { return m_session; }
  Actions& actions() { return *m_actions; }
  Workbench& workbench() { return *m_workbench; }
  bool isBusy() const;

 protected:
  void closeEvent(QCloseEvent* event) override;
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
  void listRecent();
  void updateActions();
  void showModel();
  void chooseFolder(const QString& title, const std::function<void(const QString&)>& take);
  void chooseExport();
  void showAbout();

  Session m_session;
  RecentFolders m_recent;
  ModelController m_models;
  ScoreController m_scoring;
  ResultController m_results;
  ExportController m_exports;
  Actions* m_actions;
  MessageBar* m_messages;
  QStackedWidget* m_pages;
  WelcomePage* m_welcome;
  Workbench* m_workbench;
  JobIndicator* m_jobs;
  ElidedLabel* m_modelName;
  QMenu* m_recentMenu = nullptr;
};

}  // namespace espalier
