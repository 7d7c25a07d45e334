#include "ui/controllers/project_controller.h"

#include <QFile>
#include <QFileInfo>
#include <algorithm>

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
  for (JobRunner* runner : {&m_runner, &m_saveRunner, &m_asideRunner})
    connect(runner, &JobRunner::failed, this,
            [this](const JobError& error) { Q_EMIT failed(error.message, error.job); });
  connect(&m_saveRunner, &JobRunner::succeeded, this, &ProjectController::succeeded);
  connect(&m_session, &Session::modelAboutToChange, this, &ProjectController::setAside);
  connect(&m_session, &Session::modelChanged, this, [this] {
    if (m_restoring) return;
    m_extra = nlohmann::json::object();
    setState({}, false);
    dropCopy();
  });
  PlanDocument& plan = m_session.plan();
  connect(&plan, &PlanDocument::planSettled, this, &ProjectController::markModified);
  // The first step counts only when the stack has it, after the plan has settled.
  connect(&plan.history(), &QUndoStack::indexChanged, this, &ProjectController::markModified);
  for (auto changed : {&Session::optionsChanged, &Session::evaluationChanged, &Session::savedPlansChanged,
                       &Session::sweepChanged, &Session::runsChanged, &Session::calibrationChanged,
                       &Session::pairsChanged, &Session::scoresByMethodChanged})
    connect(&m_session, changed, this, &ProjectController::markModified);
  // The prediction learns by itself, too; what a person had measured is in the project.
  connect(&m_session, &Session::predictionChanged, this, [this] {
    if (m_session.measuredSensitivities() == m_sensitivities) return;
    m_sensitivities = m_session.measuredSensitivities();
    markModified();
  });
  m_due.setSingleShot(true);
  connect(&m_due, &QTimer::timeout, this, &ProjectController::flushCopy);
}

ProjectController::~ProjectController() {
  // There is nobody left to tell of errors.
  const auto write = [](const QString& path, const Project& project) {
    try {
      writeProject(toPath(path), project);
    } catch (const std::exception&) {
    }
  };
  for (const auto& [path, project] : m_aside) write(path, *project);
  if (!hasUnsavedWork())
    dropCopy();
  else if (m_copies.isUsed() && m_due.isActive())
    write(m_copies.own(), snapshot(true));
}

Project ProjectController::snapshot(bool asCopy) const {
  Project project = m_session.project();
  project.extra = m_extra;
  if (asCopy) project.extra[kCopyOf] = m_file.toStdString();
  return project;
}

bool ProjectController::looksLikeProject(const QString& path) {
  return path.endsWith(kSuffix, Qt::CaseInsensitive) && QFileInfo(path).isFile();
}

void ProjectController::open(const QString& file) {
  openFrom(QFileInfo(file).absoluteFilePath(), false);
}

void ProjectController::restoreCopy(const QString& copy) {
  openFrom(copy, true);
}

void ProjectController::openFrom(const QString& path, bool isCopy) {
  m_runner.start(
      tr("Opening %1").arg(QFileInfo(path).fileName()),
      [this, path, isCopy, engine = m_session.engine()](const JobContext& context) {
        Project project = readProject(toPath(path));
        ModelPtr model = engine
                             ? openElsewhere(engine, project.model, project.prompt, context.control()).model
                             : openModel(project.model, defaultDevice(), project.prompt);
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
            m_copies.takeOver(path), markModified();
          else
            Q_EMIT opened(path);
          for (const QString& sentence : missing) Q_EMIT warned(sentence);
        };
      });
}

void ProjectController::saveTo(const QString& file) {
  if (!m_session.hasModel()) return;
  const QString path = file.endsWith(kSuffix, Qt::CaseInsensitive) ? file : file + kSuffix;
  m_saveRunner.startNext(tr("Saving"),
                         [this, path, changes = m_changes, project = snapshot(false)](const JobContext&) {
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

bool ProjectController::saveNow(const QString& file) {
  const QString path = file.endsWith(kSuffix, Qt::CaseInsensitive) ? file : file + kSuffix;
  try {
    writeProject(toPath(path), snapshot(false));
  } catch (const Error& error) {
    Q_EMIT failed(QString::fromUtf8(error.what()));
    return false;
  }
  setState(path, false);
  dropCopy();
  Q_EMIT opened(path);
  return true;
}

void ProjectController::markModified() {
  if (m_restoring || !m_session.hasModel()) return;
  ++m_changes;
  setState(m_file, true);
  if (m_copies.isUsed() && !m_due.isActive()) m_due.start();
}

void ProjectController::setState(const QString& file, bool modified) {
  const bool same = file == m_file && modified == m_modified;
  m_file = file;
  m_modified = modified;
  if (same && m_toldUnsaved == hasUnsavedWork()) return;
  m_toldUnsaved = hasUnsavedWork();
  Q_EMIT stateChanged();
}

bool ProjectController::hasUnsavedWork() const {
  return !unsavedWork().isEmpty();
}

QStringList ProjectController::unsavedWork() const {
  QStringList work;
  if (!m_modified || !m_session.hasModel()) return work;
  if (!m_file.isEmpty()) return {tr("the changes since %1 was last saved").arg(QFileInfo(m_file).fileName())};
  if (m_session.plan().isScored()) work << tr("the scores");
  const int steps = m_session.plan().isEmpty() ? 0 : m_session.plan().history().count();
  if (steps > 0) work << tr("%n changes of the plan and its choices", nullptr, steps);
  if (const auto count = m_session.savedPlans().size())
    work << tr("%n plans that were kept under a name", nullptr, int(count));
  if (const auto count = m_session.sweep().size())
    work << tr("%n measured points of the sweep", nullptr, int(count));
  if (const auto count = m_session.runs().runs.size()) work << tr("%n runs", nullptr, int(count));
  if (const int count = m_session.measuredSensitivities())
    work << tr("%n measured sensitivities", nullptr, count);
  return work;
}

void ProjectController::setAside() {
  if (!hasUnsavedWork()) return;
  const QString path = m_copies.discardedName(modelTitle(m_session.info().folder));
  if (path.isEmpty()) return;
  m_aside.push_back({path, std::make_shared<const Project>(snapshot(true))});
  writeSetAside();
}

// All that waits, since a job that waits gives way to the next one.
void ProjectController::writeSetAside() {
  m_asideRunner.startNext(tr("Keeping a copy"), [this, aside = m_aside](const JobContext&) {
    for (const auto& [path, project] : aside) writeProject(toPath(path), *project);
    return [this, aside] {
      std::erase_if(m_aside, [&](const auto& a) {
        return std::any_of(aside.begin(), aside.end(), [&](const auto& b) { return a.first == b.first; });
      });
    };
  });
}

void ProjectController::keepCopiesIn(const QString& folder, int delayMs) {
  if (m_copies.useFolder(folder)) m_due.setInterval(delayMs);
}

void ProjectController::flushCopy() {
  m_due.stop();
  if (!m_copies.isUsed() || !hasUnsavedWork()) return;
  m_saveRunner.startNext(
      tr("Keeping a copy"), [path = m_copies.own(), project = snapshot(true)](const JobContext&) {
        try {
          writeProject(toPath(path), project);
        } catch (const Error& error) {
          throw Error(error.kind(),
                      tr("The program cannot keep a copy of unsaved changes, so save the project. %1")
                          .arg(QString::fromUtf8(error.what()))
                          .toStdString());
        }
        return JobDone();
      });
}

void ProjectController::discardChanges() {
  if (hasUnsavedWork()) {
    const QString path = m_copies.discardedName(modelTitle(m_session.info().folder));
    try {
      if (!path.isEmpty()) writeProject(toPath(path), snapshot(true));
    } catch (const Error&) {
      // A person who discards work is not kept from it by a full disk.
    }
  }
  setState(m_file, false);
  dropCopy();
}

void ProjectController::dropCopy() {
  m_due.stop();
  m_copies.dropOwn();
}

}  // namespace espalier
