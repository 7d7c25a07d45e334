#pragma once

#include <QDialog>

#include "core/engine/elsewhere.h"
#include "ui/jobs/job_runner.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace espalier {

// Chooses a folder or file on the machine of an engine elsewhere. Folders are listed on a thread of their
// own.
class RemoteFolderDialog : public QDialog {
  Q_OBJECT

 public:
  enum class Wanted { Model, Data, NewFolder };

  // folder: where to begin; empty: the home there. name: of the new folder to propose.
  RemoteFolderDialog(ElsewherePtr engine, Wanted wanted, const QString& title, const QString& folder,
                     const QString& name = {}, QWidget* parent = nullptr);

  void list(const QString& folder);
  QString folder() const { return m_folder; }  // that is listed
  QTreeWidget* entries() const { return m_entries; }
  QLineEdit* place() const { return m_place; }
  QLineEdit* name() const { return m_name; }

 Q_SIGNALS:
  void chosen(const QString& path);

 private:
  void show(const FolderListing& listing);
  void enter(QTreeWidgetItem* item);
  void take();
  QString pathOf(const QTreeWidgetItem* item) const;
  void updateButton();

  ElsewherePtr m_engine;
  Wanted m_wanted;
  QString m_folder;
  QLineEdit *m_place, *m_name;
  QTreeWidget* m_entries;
  QLabel* m_state;
  QPushButton *m_up, *m_take;
  JobRunner m_runner;
};

}  // namespace espalier
