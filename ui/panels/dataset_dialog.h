#pragma once

#include <QDialog>

#include "core/data/dataset.h"
#include "core/engine/engine.h"
#include "ui/jobs/job_runner.h"

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace espalier {

class ColumnChooser;
class EntryTable;

// Chooses a data set: a folder or a file, by dialog or dropped onto this one. Shows what it was recognised
// as, how much is in it, the first entries with their pictures and every problem with its file and line,
// before anything is done with it. Data are read on a thread of their own.
class DatasetDialog : public QDialog {
  Q_OBJECT

 public:
  enum class Use { Calibration, Test };

  // offered: what the button that is pressed by Return does. model: decides which of several data sets in a
  // folder is taken, and must be there for the data to be used; null: they can be looked at.
  DatasetDialog(ModelPtr model, Use offered, QWidget* parent = nullptr);

  void look(const QString& path);                       // reads what is there and shows it
  QComboBox* formats() const { return m_formats; }      // shown where a place can be read as several things
  QComboBox* splits() const { return m_splits; }        // shown where it has several
  ColumnChooser* columns() const { return m_columns; }  // shown where entries have columns
  QString path() const { return m_path; }

 Q_SIGNALS:
  void chosen(espalier::DatasetDialog::Use use, const espalier::Dataset& dataset);

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void look(const QString& path, const DataOptions& options);
  QWidget* makeChoices();
  void showChoices(const DataChoices& choices);
  void chooseFolder();
  void chooseFile();
  bool chooseElsewhere();  // false: the model is open in this process
  void present(const Dataset& dataset);
  void presentUnknown(const QString& why, const DataChoices& choices);
  void say(const QString& headline, const QString& more, bool failed = false);
  void use(Use use);
  void applyTheme();

  ModelPtr m_model;
  QString m_path;
  DataChoices m_choices;  // the last that were shown; they stay while another of them is read
  Dataset m_dataset;
  bool m_failed = false, m_columnsChosen = false;
  QLabel *m_where, *m_headline, *m_notes, *m_entriesTitle, *m_problemsTitle;
  QComboBox *m_formats, *m_splits;
  QLabel *m_formatsTitle, *m_splitsTitle;
  ColumnChooser* m_columns;
  EntryTable* m_entries;
  QPlainTextEdit* m_problems;
  QWidget* m_dropArea;  // while nothing is shown
  QPushButton *m_calibrate, *m_test;
  JobRunner m_runner;
};

}  // namespace espalier
