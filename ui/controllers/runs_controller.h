#pragma once

#include <QObject>

#include "core/document/runs.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

class Session;

// The table of runs: the session's, which is kept with the project, or that of a file which several programs
// share. Adds to it, measures its models, each on the worker thread; what was added to a file is in the file
// before it is told.
class RunsController : public QObject {
  Q_OBJECT

 public:
  explicit RunsController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }
  const RunsTable& table() const;
  QString file() const { return m_file; }  // empty: the session's table is shown

  void open(const QString& file);           // makes it with the first run where it does not exist
  void showProject();                       // the session's table again
  void addFolder(const QString& folder);    // a model that Espalier pruned and wrote
  void addPaths(const QStringList& paths);  // folders of models, and files of tables
  // What the window's model can still do and what it would take, as a run that is not written.
  void addPresent();
  void importFrom(const QString& file);  // runs of another table, or of another project
  // As CSV, or as a table that others can import, by the file's suffix.
  void exportTo(const QString& file);
  void measure(size_t run);                      // its folder, as `espalier-cli measure` does
  void remove(const std::vector<size_t>& runs);  // from the table; the models stay
  void setNotes(size_t run, const QString& notes);
  void setTags(size_t run, const QString& tags);  // words with commas between
  void loadPlan(size_t run);                      // becomes the present plan, as a step

 Q_SIGNALS:
  void asked();  // something was asked for; what was told of earlier requests is over
  void changed();
  void failed(const QString& sentence, const QString& job = {});

 private:
  // What is done to the table, after the work that it takes.
  using Apply = std::function<void(RunsTable&)>;
  using Work = std::function<Apply(const JobControl&)>;
  struct Changes;
  // On the worker thread: the work, then the change of the file as it is then. The session's table is changed
  // on this one. Changes wait for one another, and none is lost.
  void change(const QString& title, Work work);
  // Makes all changes that wait, and takes the table from the file.
  void show(const QString& title, const QString& file);

  Session& m_session;
  std::shared_ptr<Changes> m_changes;
  JobRunner m_runner;
  RunsTable m_table;         // of the file
  QString m_file, m_wanted;  // what is shown, and what was asked for last
};

}  // namespace espalier
