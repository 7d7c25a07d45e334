#pragma once

#include <QWidget>

class QAction;
class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace espalier {

class RecentFolders;

// What opens the samples that come with the program.
struct SampleActions {
  QAction* first;
  QAction* modern;  // null: it is not installed
  QAction* emoji;
};

// What the window shows before a model is open.
class WelcomePage : public QWidget {
  Q_OBJECT

 public:
  WelcomePage(RecentFolders& recent, const SampleActions& samples, QAction* openModel,
              QWidget* parent = nullptr);

  // While a folder is held over the window.
  void setDropHighlighted(bool highlighted);

 Q_SIGNALS:
  void folderChosen(const QString& folder);

 protected:
  void changeEvent(QEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void listRecent();
  void fitColumn();
  void applyTheme();

  RecentFolders& m_recent;
  QLabel* m_what;
  QLabel* m_drop;
  QWidget* m_recentBox;
  QWidget* m_column = nullptr;
  QHBoxLayout* m_buttons = nullptr;
  QVBoxLayout* m_recentList;
  bool m_highlighted = false;
};

}  // namespace espalier
