#include "ui/controllers/runs_controller.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>

#include "core/base/file.h"
#include "core/bench/measure.h"
#include "ui/base/format.h"
#include "ui/session/session.h"

namespace espalier {

RunsController::RunsController(Session& session, QObject* parent)
    : QObject(parent), m_session(session), m_changes(std::make_shared<Changes>()) {
  connect(&m_runner, &JobRunner::failed, this, [this](const JobError& error) {
    m_wanted = m_file;
    Q_EMIT failed(error.message, error.job);
  });
}

// Changes that no job has made yet. One that waits may be put aside for a newer one, which then makes them
// all.
struct RunsController::Changes {
  struct Entry {
    QString file;
    Change change;
  };
  std::mutex mutex;
  std::deque<Entry> entries;

  std::optional<Entry> next() {
    std::lock_guard lock(mutex);
    if (entries.empty()) return {};
    auto entry = std::move(entries.front());
    entries.pop_front();
    return entry;
  }

  // Each by itself, into its file. Returns what went wrong, a sentence each. A stop ends the one that runs
  // alone: those behind it are a matter of moments.
  QStringList makeAll(const JobControl& control) {
    QStringList wrong;
    bool cancelled = false;
    while (const auto entry = next()) {
      try {
        auto table = readRuns(toPath(entry->file));
        entry->change(table, control);
        writeRuns(toPath(entry->file), table);
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

void RunsController::show(const QString& title, const QString& file) {
  // After what runs: a measurement of minutes goes on while a note is written.
  m_runner.startNext(title, [this, title, file, changes = m_changes](const JobContext& context) {
    const auto wrong = changes->makeAll(context.control());
    return [this, title, file, wrong, table = readRuns(toPath(file))] {
      m_file = file;
      m_table = table;
      Q_EMIT changed();
      for (const auto& sentence : wrong) Q_EMIT failed(sentence, title);
    };
  });
}

void RunsController::open(const QString& file) {
  m_wanted = file;
  show(tr("Open runs"), file);
}

void RunsController::change(const QString& title, Change change) {
  if (m_file.isEmpty()) {
    Q_EMIT failed(tr("Open a table of runs first, or name a new one."), title);
    return;
  }
  {
    std::lock_guard lock(m_changes->mutex);
    m_changes->entries.push_back({m_file, std::move(change)});
  }
  show(title, m_wanted);
}

void RunsController::addFolder(const QString& folder) {
  change(tr("Add a run"),
         [folder](RunsTable& table, const JobControl&) { table.put(runOfFolder(toPath(folder))); });
}

void RunsController::importFrom(const QString& file) {
  change(tr("Import runs"),
         [file](RunsTable& table, const JobControl&) { table.take(readRuns(toPath(file))); });
}

void RunsController::exportCsv(const QString& file) {
  change(tr("Export runs"),
         [file](RunsTable& table, const JobControl&) { writeFileAtomically(toPath(file), toCsv(table)); });
}

void RunsController::measure(size_t run) {
  if (run >= m_table.runs.size()) return;
  if (m_session.engine()) {
    Q_EMIT failed(tr("A run is measured on the machine its folder lies on; the engine of this window runs "
                     "elsewhere (%1).")
                      .arg(text(m_session.engine()->place())),
                  tr("Measure a run"));
    return;
  }
  change(tr("Measure a run"), [id = m_table.runs[run].id, folder = m_table.runs[run].folder, file = m_file](
                                  RunsTable& table, const JobControl& control) {
    const auto measured = measureModel(folder, {}, control);
    table = readRuns(toPath(file));  // minutes later others may have written it
    for (auto& r : table.runs)
      if (r.id == id) r.measured = measured;
  });
}

void RunsController::setNotes(size_t run, const QString& notes) {
  if (run >= m_table.runs.size() || text(m_table.runs[run].notes) == notes) return;
  change(tr("Change notes"),
         [id = m_table.runs[run].id, notes = notes.toStdString()](RunsTable& table, const JobControl&) {
           for (auto& r : table.runs)
             if (r.id == id) r.notes = notes;
         });
}

void RunsController::setTags(size_t run, const QString& tags) {
  if (run >= m_table.runs.size()) return;
  std::vector<std::string> words;
  for (const auto& word : tags.split(QLatin1Char(','), Qt::SkipEmptyParts))
    if (const auto trimmed = word.trimmed(); !trimmed.isEmpty()) words.push_back(trimmed.toStdString());
  if (words == m_table.runs[run].tags) return;
  change(tr("Change tags"), [id = m_table.runs[run].id, words](RunsTable& table, const JobControl&) {
    for (auto& r : table.runs)
      if (r.id == id) r.tags = words;
  });
}

void RunsController::loadPlan(size_t run) {
  PlanDocument& document = m_session.plan();
  if (run >= m_table.runs.size() || document.isEmpty()) return;
  const Run& r = m_table.runs[run];
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
