#include "ui/controllers/runs_controller.h"

#include <QFileInfo>
#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>

#include "core/base/file.h"
#include "core/bench/measure.h"
#include "core/document/plan_storage.h"
#include "core/document/project.h"
#include "core/engine/fingerprint.h"
#include "ui/base/format.h"
#include "ui/controllers/project_controller.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

// Of a table, or those that a project keeps.
RunsTable runsIn(const QString& file) {
  if (!ProjectController::looksLikeProject(file)) {
    if (!QFileInfo::exists(file))
      throw Error(ErrorKind::InvalidInput,
                  file.toStdString() + " does not exist; a table of runs was expected.");
    return readRuns(toPath(file));
  }
  RunsTable table;
  table.runs = readProject(toPath(file)).runs;
  return table;
}

}  // namespace

// Changes that no job has made yet. One that waits may be put aside for a newer one, which then makes them
// all.
struct RunsController::Changes {
  struct Entry {
    Work work;
    std::function<void(const Apply&)> apply;  // to the table that was shown then
  };
  std::mutex mutex;
  std::deque<Entry> entries;

  void add(Entry entry) {
    std::lock_guard lock(mutex);
    entries.push_back(std::move(entry));
  }
  std::optional<Entry> next() {
    std::lock_guard lock(mutex);
    if (entries.empty()) return {};
    auto entry = std::move(entries.front());
    entries.pop_front();
    return entry;
  }

  bool isEmpty() {
    std::lock_guard lock(mutex);
    return entries.empty();
  }

  // Each by itself. Returns what went wrong, a sentence each. A stop ends the one that runs alone: those
  // behind it are a matter of moments.
  QStringList makeAll(const JobControl& control) {
    QStringList wrong;
    bool cancelled = false;
    while (const auto entry = next()) {
      try {
        if (const auto apply = entry->work(control)) entry->apply(apply);
      } catch (const Cancelled&) {
        cancelled = true;
      } catch (const std::exception& e) {
        wrong << QString::fromUtf8(e.what());
      }
    }
    if (cancelled) throw Cancelled();
    return wrong;
  }
};

RunsController::RunsController(Session& session, QObject* parent)
    : QObject(parent), m_session(session), m_changes(std::make_shared<Changes>()) {
  connect(&m_runner, &JobRunner::failed, this, [this](const JobError& error) {
    m_wanted = m_file;
    Q_EMIT failed(error.message, error.job);
  });
  // What waited behind a job that is stopped is done all the same.
  connect(&m_runner, &JobRunner::cancelled, this, [this] {
    if (!m_changes->isEmpty()) show(tr("Change runs"), m_wanted);
  });
  connect(&m_session, &Session::runsChanged, this, [this] {
    if (m_file.isEmpty()) Q_EMIT changed();
  });
}

const RunsTable& RunsController::table() const {
  return m_file.isEmpty() ? m_session.runs() : m_table;
}

void RunsController::show(const QString& title, const QString& file) {
  // After what runs: a measurement of minutes goes on while a note is written.
  m_runner.startNext(title, [this, title, file, changes = m_changes](const JobContext& context) {
    const auto wrong = changes->makeAll(context.control());
    return [this, title, file, wrong, table = file.isEmpty() ? RunsTable() : readRuns(toPath(file))] {
      m_file = file;
      m_table = table;
      Q_EMIT changed();
      for (const auto& sentence : wrong) Q_EMIT failed(sentence, title);
    };
  });
}

void RunsController::open(const QString& file) {
  Q_EMIT asked();
  m_wanted = file;
  show(tr("Open runs"), file);
}

void RunsController::showProject() {
  Q_EMIT asked();
  m_wanted.clear();
  show(tr("Show the project's runs"), {});
}

void RunsController::change(const QString& title, Work work) {
  Q_EMIT asked();
  Changes::Entry entry{std::move(work), {}};
  if (!m_file.isEmpty()) {
    entry.apply = [file = toPath(m_file)](const Apply& apply) { changeRuns(file, apply); };
  } else {
    // The session is this thread's. A job that is stopped afterwards does not take it back. Of a model that
    // has given way meanwhile there is no table any more.
    entry.apply = [this, model = m_session.model()](const Apply& apply) {
      QMetaObject::invokeMethod(
          this,
          [this, model, apply] {
            if (model == m_session.model()) m_session.changeRuns(apply);
          },
          Qt::QueuedConnection);
    };
  }
  m_changes->add(std::move(entry));
  show(title, m_wanted);
}

void RunsController::addFolder(const QString& folder) {
  change(tr("Add a run"), [folder](const JobControl&) -> Apply {
    return [run = runOfFolder(toPath(folder))](RunsTable& table) { table.put(run); };
  });
}

void RunsController::addPaths(const QStringList& paths) {
  for (const auto& path : paths) QFileInfo(path).isDir() ? addFolder(path) : importFrom(path);
}

void RunsController::addPresent() {
  Q_EMIT asked();
  const auto measured = m_session.measuredNow();
  if (!measured) {
    Q_EMIT failed(tr("There are no results of the present plan yet. Prune and compare first (F8)."),
                  tr("Keep a result"));
    return;
  }
  const Plan plan = m_session.plan().settledPlan();
  Run run;
  run.criterion = measured->options.criterion;
  if (!measured->options.refinement.empty()) run.criterion += "+" + measured->options.refinement;
  run.recovery = measured->recovered;
  run.sparsity = measured->sparsity;
  run.name = tr("%1, %2")
                 .arg(percent(run.sparsity, 0),
                      text(run.criterion + (run.recovery.empty() ? "" : "+" + run.recovery)))
                 .toStdString();
  run.from = m_session.info().folder.string();
  run.plan = nlohmann::json::object();
  for (const auto& group : plan.groups) run.plan[group.name] = group.sparsity;
  const auto size = storageOf(plan, measured->options, m_session.info());
  run.denseBytes = m_session.info().fileBytes;
  run.fileBytes = std::max<int64_t>(0, run.denseBytes - (size.denseBytes - size.compressedBytes));
  addEvaluation(run, measured->evaluation, m_session.pairs().path);
  change(tr("Keep a result"),
         [run, options = measured->options, model = m_session.model()](const JobControl&) mutable -> Apply {
           run.id = shortNameOf({{"model", fingerprintOf(*model)},
                                 {"plan", run.plan},
                                 {"prune", option_fields::toJson(pruneFields(), options)},
                                 {"recovery", run.recovery}});
           return [run](RunsTable& table) { table.put(run); };
         });
}

void RunsController::importFrom(const QString& file) {
  change(tr("Import runs"), [file](const JobControl&) -> Apply {
    return [others = runsIn(file)](RunsTable& table) { table.take(others); };
  });
}

void RunsController::exportTo(const QString& file) {
  change(tr("Export runs"), [file, table = table()](const JobControl&) -> Apply {
    if (file.endsWith(".csv", Qt::CaseInsensitive))
      writeFileAtomically(toPath(file), toCsv(table));
    else
      writeRuns(toPath(file), table);
    return {};
  });
}

void RunsController::measure(size_t place) {
  if (place >= table().runs.size()) return;
  Q_EMIT asked();
  const Run& run = table().runs[place];
  if (!run.isWritten()) {
    Q_EMIT failed(
        tr("\"%1\" was not written to a folder, so it cannot be measured. Export it first (Ctrl+E).")
            .arg(text(run.name)),
        tr("Measure a run"));
    return;
  }
  if (m_session.engine()) {
    Q_EMIT failed(tr("A run is measured on the machine its folder lies on; the engine of this window runs "
                     "elsewhere (%1).")
                      .arg(text(m_session.engine()->place())),
                  tr("Measure a run"));
    return;
  }
  change(tr("Measure a run"), [id = run.id, folder = run.folder](const JobControl& control) -> Apply {
    return [id, measured = measureModel(folder, {}, control)](RunsTable& table) {
      for (auto& r : table.runs)
        if (r.id == id) r.measured = measured;
    };
  });
}

void RunsController::remove(const std::vector<size_t>& places) {
  std::vector<std::string> ids;
  for (const auto place : places)
    if (place < table().runs.size()) ids.push_back(table().runs[place].id);
  if (ids.empty()) return;
  change(tr("Remove runs"), [ids](const JobControl&) -> Apply {
    return [ids](RunsTable& table) {
      for (const auto& id : ids) table.remove(id);
    };
  });
}

void RunsController::setNotes(size_t run, const QString& notes) {
  if (run >= table().runs.size() || text(table().runs[run].notes) == notes) return;
  change(tr("Change notes"),
         [id = table().runs[run].id, notes = notes.toStdString()](const JobControl&) -> Apply {
           return [id, notes](RunsTable& table) {
             for (auto& r : table.runs)
               if (r.id == id) r.notes = notes;
           };
         });
}

void RunsController::setTags(size_t run, const QString& tags) {
  if (run >= table().runs.size()) return;
  std::vector<std::string> words;
  for (const auto& word : tags.split(QLatin1Char(','), Qt::SkipEmptyParts))
    if (const auto trimmed = word.trimmed(); !trimmed.isEmpty()) words.push_back(trimmed.toStdString());
  if (words == table().runs[run].tags) return;
  change(tr("Change tags"), [id = table().runs[run].id, words](const JobControl&) -> Apply {
    return [id, words](RunsTable& table) {
      for (auto& r : table.runs)
        if (r.id == id) r.tags = words;
    };
  });
}

void RunsController::loadPlan(size_t run) {
  PlanDocument& document = m_session.plan();
  if (run >= table().runs.size() || document.isEmpty()) return;
  Q_EMIT asked();
  const Run& r = table().runs[run];
  Plan plan = document.settledPlan();
  size_t found = 0;
  for (auto& group : plan.groups) {
    const auto at = r.plan.is_object() ? r.plan.find(group.name) : r.plan.end();
    if (!r.plan.is_object() || at == r.plan.end() || !at->is_number()) continue;
    group.sparsity = at->get<double>();
    group.pinned = false;
    plan.cap = std::max(plan.cap, group.sparsity);
    ++found;
  }
  if (found == 0 || found != r.plan.size()) {
    Q_EMIT failed(
        tr("The plan of \"%1\" is over other groups than the present one. Choose the granularity it was "
           "made with.")
            .arg(text(r.name)));
    return;
  }
  plan.target = plan.achievedSparsity();
  document.setPlan(tr("Plan of %1").arg(text(r.name)), plan);
}

}  // namespace espalier
