#pragma once

#include <QDialog>

class QLabel;
class QLineEdit;
class QListWidget;
class QTextBrowser;

namespace espalier {

// The manual: docs/guide.md and what it refers to, compiled into the program. Headings to go to on the left,
// a field that searches the page above.
class ManualWindow : public QDialog {
  Q_OBJECT

 public:
  explicit ManualWindow(QWidget* parent = nullptr);

  QTextBrowser* page() const { return m_page; }
  QListWidget* contents() const { return m_contents; }
  QLineEdit* search() const { return m_search; }
  // The next place of what is searched for, from the beginning again after the last one.
  void findNext(bool backwards = false);

 private:
  void listHeadings();
  void markAll();

  QTextBrowser* m_page;
  QListWidget* m_contents;
  QLineEdit* m_search;
  QLabel* m_found;
};

}  // namespace espalier
