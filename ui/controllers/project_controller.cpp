#include "ui/controllers/project_controller.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QUuid>

#include "ui/base/format.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

constexpr auto kCopyOf = "autosave_of";

// A dataset that is gone is no reason not to open a project.
Dataset datasetOr(const OpenModel& model, const std::filesystem::path& folder, const DataOptions& options,
                  QStringList& missing) {
  if (folder.empty()) return {};
  try {
    return openDatasetFor(model, folder, options);
  } catch (const Error& error) {
    missing << QString::fromUtf8(error.what());
    return {};
  }
}

}  // namespace

ProjectController::ProjectController(Session& session, QObject* parent)
    : QObject(parent), m_session(session) {
  for (JobRunner* runner : {&m_runner, &m_saveRunner})
    connect(runner, &JobRunner::failed, this,
            [this](const JobError& error) { Q_EMIT failed(error.message, error.job); });
  connect(&m_saveRunner, &JobRunner::succeeded, this, &ProjectController::succeeded);
  connect(&m_session, &Session::modelChanged, this, [this] {
    if (m_restoring) return;
    m_extra = nlohmann::json::object();
    setState({}, false);
    dropCopy();
  });
  PlanDocument& plan = m_session.plan();
  connect(&plan, &PlanDocument::planSettled, this, &ProjectController::markModified);
  for (auto changed : {&Session::optionsChanged, &Session::evaluationChanged, &Session::savedPlansChanged,
                       &Session::sweepChanged, &Session::calibrationChanged, &Session::pairsChanged})
    connect(&m_session, changed, this, &ProjectController::markModified);
  m_due.setSingleShot(true);
  connect(&m_due, &QTimer::timeout, this, &ProjectController::flushCopy);
}

ProjectController::~ProjectController() {
  if (!m_copyFolder.isEmpty() && m_due.isActive() && hasSomethingToLose()) {
    try {
      writeProject(toPath(m_copy), [&] {
        Project p = m_session.project();
        p.extra[kCopyOf] = m_file.toStdString();
        return p;
      }());
    } catch (const std::exception&) {
      // There is nobody left to tell.
    }
  }
  if (!hasSomethingToLose()) dropCopy();
}

bool ProjectController::looksLikeProject(const QString& path) {
  return path.endsWith(kSuffix, Qt::CaseInsensitive) && QFileInfo(path).isFile();
}

void ProjectController::open(const QString& file) {
  openFrom(QFileInfo(file).absoluteFilePath(), false);
}

void ProjectController::takeUp(const QString& copy) {
  openFrom(copy, true);
}

void ProjectController::openFrom(const QString& path, bool isCopy) {
  m_runner.start(
      tr("Opening %1").arg(QFileInfo(path).fileName()), [this, path, isCopy](const JobContext& context) {
        Project project = readProject(toPath(path));
        ModelPtr model = openModel(project.model, defaultDevice(), project.prompt);
        context.control().throwIfCancelled();
        QStringList missing;
        Dataset calibration = datasetOr(*model, project.calibration, project.calibrationOptions, missing);
        Dataset pairs = datasetOr(*model, project.pairs, project.pairsOptions, missing);
        return [this, path, isCopy, missing, project = std::move(project), model = std::move(model),
                calibration = std::move(calibration), pairs = std::move(pairs)] {
          m_restoring = true;
          try {
            m_session.restore(model, calibration, pairs, project);
          } catch (const Error& error) {
            m_restoring = false;
            Q_EMIT failed(QString::fromUtf8(error.what()));
            return;
          }
          m_restoring = false;
          m_extra = project.extra;
          const QString original = isCopy ? text(m_extra.value(kCopyOf, std::string())) : path;
          m_extra.erase(kCopyOf);
          setState(original, isCopy);
          if (isCopy)
            discard(path), markModified();
          else
            Q_EMIT opened(path);
          for (const QString& sentence : missing) Q_EMIT warned(sentence);
        };
      });
}

void ProjectController::saveTo(const QString& file) {
  if (!m_session.hasModel()) return;
  const QString path = file.endsWith(kSuffix, Qt::CaseInsensitive) ? file : file + kSuffix;
  Project project = m_session.project();
  project.extra = m_extra;
  m_saveRunner.startNext(tr("Saving"),
                         [this, path, changes = m_changes, project = std::move(project)](const JobContext&) {
                           writeProject(toPath(path), project);
                           return [this, path, changes] {
                             const bool newest = changes == m_changes;
                             setState(path, !newest);
                             if (newest) {
                               dropCopy();
                               Q_EMIT succeeded(tr("Keeping a copy"));
                             }
                             Q_EMIT opened(path);
                           };
                         });
}

bool ProjectController::saveNow() {
  try {
    Project project = m_session.project();
    project.extra = m_extra;
    writeProject(toPath(m_file), project);
  } catch (const Error& error) {
    Q_EMIT failed(QString::fromUtf8(error.what()));
    return false;
  }
  setState(m_file, false);
  dropCopy();
  return true;
}

void ProjectController::markModified() {
  if (m_restoring || !m_session.hasModel()) return;
  ++m_changes;
  if (!m_modified) setState(m_file, true);
  if (!m_copyFolder.isEmpty() && !m_due.isActive()) m_due.start();
}

void ProjectController::setState(const QString& file, bool modified) {
  if (file == m_file && modified == m_modified) return;
  m_file = file;
  m_modified = modified;
  Q_EMIT stateChanged();
}

// Opening a model and hearing its answers is no work of a person's.
bool ProjectController::hasSomethingToLose() const {
  if (!m_modified || !m_session.hasModel()) return false;
  return !m_file.isEmpty() || m_session.plan().steps().size() > 1 || !m_session.savedPlans().empty() ||
         !m_session.sweep().empty();
}

void ProjectController::keepCopiesIn(const QString& folder, int delayMs) {
  if (!QDir().mkpath(folder)) return;
  m_copyFolder = folder;
  m_copy = QDir(folder).filePath(QUuid::createUuid().toString(QUuid::WithoutBraces) + kSuffix);
  m_lock = std::make_unique<QLockFile>(m_copy + ".lock");
  m_lock->setStaleLockTime(0);  // stale only when its process is gone
  m_lock->tryLock(0);
  m_due.setInterval(delayMs);
}

void ProjectController::flushCopy() {
  m_due.stop();
  if (m_copyFolder.isEmpty() || !hasSomethingToLose()) return;
  Project project = m_session.project();
  project.extra = m_extra;
  project.extra[kCopyOf] = m_file.toStdString();
  m_saveRunner.startNext(
      tr("Keeping a copy"), [path = m_copy, project = std::move(project)](const JobContext&) {
        try {
          writeProject(toPath(path), project);
        } catch (const Error& error) {
          throw Error(error.kind(), tr("Unsaved changes cannot be kept aside, so save the project. %1")
                                        .arg(QString::fromUtf8(error.what()))
                                        .toStdString());
        }
        return JobDone();
      });
}

std::vector<ProjectController::Copy> ProjectController::leftCopies() const {
  std::vector<Copy> out;
  if (m_copyFolder.isEmpty()) return out;
  const auto files =
      QDir(m_copyFolder).entryInfoList({QStringLiteral("*") + kSuffix}, QDir::Files, QDir::Time);
  for (const auto& file : files) {
    if (file.absoluteFilePath() == QFileInfo(m_copy).absoluteFilePath()) continue;
    QLockFile lock(file.absoluteFilePath() + ".lock");
    lock.setStaleLockTime(0);
    if (!lock.tryLock(0)) continue;  // another window at work
    lock.unlock();
    try {
      const Project project = readProject(toPath(file.absoluteFilePath()));
      out.push_back({file.absoluteFilePath(), modelTitle(project.model), file.lastModified()});
    } catch (const Error&) {
      // A copy that cannot be read helps nobody.
    }
  }
  return out;
}

void ProjectController::discard(const QString& copy) {
  QFile::remove(copy);
  QFile::remove(copy + ".lock");
}

void ProjectController::forgetChanges() {
  setState(m_file, false);
  dropCopy();
}

void ProjectController::dropCopy() {
  m_due.stop();
  if (!m_copy.isEmpty()) QFile::remove(m_copy);
}

}  // namespace espalier
