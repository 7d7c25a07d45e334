#pragma once

#include <QObject>
#include <QStringList>
#include <QTimer>
#include <memory>
#include <vector>

#include "core/document/project.h"
#include "ui/controllers/work_copies.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

class Session;

// The project file behind the session: opening, saving, and a copy kept aside while there are unsaved
// changes, from which a later start of the program can take up what was lost.
class ProjectController : public QObject {
  Q_OBJECT

 public:
  static constexpr auto kSuffix = ".espalier";

  explicit ProjectController(Session& session, QObject* parent = nullptr);
  ~ProjectController() override;

  JobRunner& runner() { return m_runner; }

  const QString& file() const { return m_file; }  // empty: never saved
  bool isModified() const { return m_modified; }
  static bool looksLikeProject(const QString& path);

  void open(const QString& file);
  void saveTo(const QString& file);
  // On the calling thread, before the work gives way to other work; false where it failed.
  bool saveNow(const QString& file);

  // There is work that a person would miss; a model that was opened and answered is none.
  bool hasUnsavedWork() const;
  QStringList unsavedWork() const;  // what it is, for people; empty: none

  // Copies aside are kept in this folder from now on, a moment after each change. A copy left by a program
  // that is no longer there can be taken up again, and so can work that gave way to another model or was
  // discarded.
  void keepCopiesIn(const QString& folder, int delayMs = 5000);
  bool keepsCopies() const { return m_copies.isUsed(); }
  using Copy = WorkCopies::Copy;
  std::vector<Copy> abandonedCopies() const { return m_copies.abandoned(); }  // newest first
  std::vector<Copy> discardedCopies() const { return m_copies.discarded(); }  // newest first
  void restoreCopy(const QString& copy);
  void discard(const Copy& copy) { m_copies.discard(copy); }  // to discardedCopies()
  // The person lets go of the changes: they go to discardedCopies(), on the calling thread.
  void discardChanges();
  void flushCopy();  // the copy that is due, at once

 Q_SIGNALS:
  void opened(const QString& file);    // or saved under a new name
  void stateChanged();                 // file(), isModified() or hasUnsavedWork()
  void succeeded(const QString& job);  // the title of a job that went well, and of those it makes up for
  void failed(const QString& sentence, const QString& job = {});
  void warned(const QString& sentence);

 private:
  void openFrom(const QString& path, bool isCopy);
  void markModified();
  void setState(const QString& file, bool modified);
  Project snapshot(bool asCopy) const;
  void setAside();       // unsaved work that gives way to another model
  void writeSetAside();  // on a worker thread
  void dropCopy();

  Session& m_session;
  JobRunner m_runner;                                                       // opens
  JobRunner m_saveRunner;                                                   // writes
  JobRunner m_asideRunner;                                                  // writes what was set aside
  std::vector<std::pair<QString, std::shared_ptr<const Project>>> m_aside;  // not written yet, and where
  QString m_file;
  nlohmann::json m_extra = nlohmann::json::object();
  bool m_modified = false;
  bool m_restoring = false;
  bool m_toldUnsaved = false;  // what stateChanged() last told of hasUnsavedWork()
  WorkCopies m_copies;
  QTimer m_due;
  int m_sensitivities = 0;  // how many there were when it was last looked
  quint64 m_changes = 0;    // counts, to know whether a save is still of the newest state
};

}  // namespace espalier
