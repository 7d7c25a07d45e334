#pragma once

#include <QLockFile>
#include <QObject>
#include <QTimer>
#include <memory>

#include "core/document/project.h"
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
  bool saveNow();  // to file(), on the calling thread, before the window goes; false where it failed

  // Copies aside are kept in this folder from now on, a moment after each change. A copy left by a program
  // that is no longer there can be taken up again.
  void keepCopiesIn(const QString& folder, int delayMs = 5000);
  struct Copy {
    QString path;
    QString model;  // for people
    QDateTime when;
  };
  std::vector<Copy> leftCopies() const;  // newest first
  void takeUp(const QString& copy);
  void discard(const QString& copy);
  // The person lets go of the changes; without, those of a session that was never saved stay for the next
  // start.
  void forgetChanges();
  void flushCopy();  // the copy that is due, at once

 Q_SIGNALS:
  void opened(const QString& file);    // or saved under a new name
  void stateChanged();                 // file() or isModified()
  void succeeded(const QString& job);  // the title of a job that went well, and of those it makes up for
  void failed(const QString& sentence, const QString& job = {});
  void warned(const QString& sentence);

 private:
  void openFrom(const QString& path, bool isCopy);
  void markModified();
  void setState(const QString& file, bool modified);
  bool hasSomethingToLose() const;
  void dropCopy();

  Session& m_session;
  JobRunner m_runner;      // opens
  JobRunner m_saveRunner;  // writes
  QString m_file;
  nlohmann::json m_extra = nlohmann::json::object();
  bool m_modified = false;
  bool m_restoring = false;
  QString m_copyFolder, m_copy;
  std::unique_ptr<QLockFile> m_lock;
  QTimer m_due;
  quint64 m_changes = 0;  // counts, to know whether a save is still of the newest state
};

}  // namespace espalier
