#pragma once

#include <QObject>

#include "core/document/runs.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

class Session;

// A table of runs in a file: reads it, adds to it, measures its models, each on the worker thread; what was
// added is in the file before it is told.
class RunsController : public QObject {
  Q_OBJECT

 public:
  explicit RunsController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }
  const RunsTable& table() const { return m_table; }
  QString file() const { return m_file; }  // empty: none is open

  void open(const QString& file);         // makes it with the first run where it does not exist
  void addFolder(const QString& folder);  // a model that Espalier pruned and wrote
  void importFrom(const QString& file);   // runs of another table
  void exportCsv(const QString& file);
  void measure(size_t run);  // its folder, as `espalier-cli measure` does
  void setNotes(size_t run, const QString& notes);
  void setTags(size_t run, const QString& tags);  // words with commas between
  void loadPlan(size_t run);                      // becomes the present plan, as a step

 Q_SIGNALS:
  void changed();
  void failed(const QString& sentence, const QString& job = {});

 private:
  using Change = std::function<void(RunsTable&, const JobControl&)>;
  struct Changes;
  // On the worker thread: the file as it is then, changed, written. Changes wait for one another, and none
  // is lost.
  void change(const QString& title, Change change);
  // Makes all changes that wait, and takes the table from the file.
  void show(const QString& title, const QString& file);

  Session& m_session;
  std::shared_ptr<Changes> m_changes;
  JobRunner m_runner;
  RunsTable m_table;
  QString m_file, m_wanted;  // what is shown, and what was asked for last
};

}  // namespace espalier
