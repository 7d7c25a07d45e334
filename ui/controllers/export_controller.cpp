#include "ui/controllers/export_controller.h"

#include <QDateTime>
#include <QFileInfo>
#include <QLocale>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/allocate/sparsity_yaml.h"
#include "core/base/file.h"
#include "core/document/plan_storage.h"
#include "core/document/recipe.h"
#include "core/document/runs.h"
#include "core/live/matrix_view.h"
#include "core/report/interactive_report.h"
#include "ui/base/format.h"
#include "ui/controllers/plan_model.h"
#include "ui/controllers/report_pdf.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

// What was done, enough to do it again, and what each group came to.
nlohmann::json recipeOf(const Session& session, const QString& folder) {
  const Plan& plan = session.plan().settledPlan();
  Recipe recipe;
  recipe.model = session.info().folder;
  recipe.calibration = session.calibration().path;
  recipe.evaluation = session.pairs().path;
  recipe.calibrationOptions = session.calibration().options;
  recipe.evaluationOptions = session.pairs().options;
  recipe.output = toPath(folder);
  recipe.prompt = promptOf(*session.model());
  recipe.score = session.scoreOptions();
  recipe.allocate = {plan.target,  plan.cap, plan.granularity, plan.aggregate, plan.allocator,
                     plan.options, {}};
  recipe.allocate.componentCaps = plan.componentCaps;
  for (const auto& group : plan.groups)
    if (group.pinned) recipe.allocate.pins[group.name] = group.sparsity;
  recipe.prune = session.pruneOptions();
  const auto recovered = session.plan().recovered();
  if (recovered) recipe.recover = recovered->record.options;
  // A plan changed by hand, or scored with other options than those chosen now, does not follow from the
  // rest.
  for (const auto& group : plan.groups) recipe.plan[group.name] = group.sparsity;

  nlohmann::json json = toJson(recipe);
  if (!session.plan().isScored()) json.erase("score");
  if (recovered && recovered->record.stopped) json["recoveryStopped"] = true;
  return json;
}

bool isYaml(const QString& file) {
  return file.endsWith(".yaml", Qt::CaseInsensitive) || file.endsWith(".yml", Qt::CaseInsensitive);
}

// A plan of this model, or Error.
Plan fitting(Plan plan, const std::vector<MatrixScore>& matrices, const QString& file) {
  std::set<std::string> known;
  for (const auto& m : matrices) known.insert(m.matrix);
  for (const auto& group : plan.groups)
    for (const auto& matrix : group.matrices)
      if (!known.contains(matrix))
        throw Error(ErrorKind::InvalidInput,
                    file.toStdString() + " is of another model: this one has no matrix " + matrix + ".");
  return plan;
}

}  // namespace

ExportController::ExportController(Session& session, QObject* parent) : QObject(parent), m_session(session) {
  connect(&m_runner, &JobRunner::failed, this,
          [this](const JobError& error) { Q_EMIT failed(error.message, error.job); });
  connect(&m_session, &Session::modelChanged, &m_runner, &JobRunner::cancel);
  connect(&m_session, &Session::modelChanged, this, &ExportController::giveUpExport);
}

void ExportController::exportMasks(const QString& file) {
  if (!m_session.hasModel() || m_session.plan().isEmpty()) return;
  m_runner.start(
      tr("Exporting masks"), [this, file, work = planWorkOf(m_session)](const JobContext& context) {
        espalier::exportMasks(*modelOf(work, context.control()), work.plan, toPath(file), context.control());
        return [this, file] {
          Q_EMIT exported(QFileInfo(file).absolutePath(), tr("The masks are in %1.").arg(file));
        };
      });
}

void ExportController::exportPlan(const QString& file) {
  if (m_session.plan().isEmpty()) return;
  m_runner.start(tr("Exporting the plan"),
                 [this, file, plan = m_session.plan().settledPlan()](const JobContext&) {
                   if (isYaml(file))
                     writeSparsityYaml(toPath(file), plan);
                   else
                     writePlan(toPath(file), plan);
                   return [this, file] {
                     Q_EMIT exported(QFileInfo(file).absolutePath(), tr("The plan is in %1.").arg(file));
                   };
                 });
}

void ExportController::exportRecipe(const QString& file) {
  if (!m_session.hasModel() || m_session.plan().isEmpty()) return;
  m_runner.start(tr("Exporting the recipe"),
                 [this, file, recipe = recipeOf(m_session, {})](const JobContext&) {
                   writeEspalierJson(toPath(file), "recipe", recipe);
                   return [this, file] {
                     Q_EMIT exported(QFileInfo(file).absolutePath(),
                                     tr("The recipe is in %1. espalier-cli run repeats it.").arg(file));
                   };
                 });
}

void ExportController::importPlan(const QString& file) {
  if (m_session.plan().isEmpty()) return;
  m_runner.start(
      tr("Importing a plan"), [this, file, matrices = m_session.plan().scores().matrices](const JobContext&) {
        const Plan plan = isYaml(file) ? planFromSparsities(matrices, readSparsityYaml(toPath(file)))
                                       : fitting(readPlan(toPath(file)), matrices, file);
        return [this, file, plan] {
          m_session.plan().setPlan(tr("Plan of %1").arg(QFileInfo(file).fileName()), plan);
        };
      });
}

ReportContent ExportController::report() const {
  ReportContent content;
  content.title =
      tr("%1 pruned to %2")
          .arg(modelTitle(m_session.info().folder), percent(m_session.plan().settledPlan().target, 0))
          .toStdString();
  content.date = QLocale().toString(QDateTime::currentDateTime(), QLocale::LongFormat).toStdString();
  content.model = m_session.info();
  content.calibration = m_session.calibration();
  content.pairs = m_session.pairs();
  if (m_session.plan().isScored()) content.scores = m_session.plan().scores();
  content.plan = m_session.plan().settledPlan();
  content.prune = m_session.pruneOptions();
  content.dense = m_session.dense();
  content.pruned = m_session.pruned();
  if (m_session.prunedModel()) content.prunedSparsity = m_session.prunedModel()->sparsity;
  if (m_session.prunedModel() && m_session.prunedModel()->recovered)
    content.recovery = m_session.prunedModel()->recovered->record;
  content.stale = !m_session.isUpToDate();
  content.sweep = m_session.sweepNow();
  content.recipe = recipeOf(m_session, {});
  return content;
}

void ExportController::exportReport(const QString& file) {
  if (!m_session.hasModel() || m_session.plan().isEmpty()) return;
  m_runner.start(tr("Writing the report"), [this, file, content = report()](const JobContext&) {
    if (file.endsWith(".pdf", Qt::CaseInsensitive))
      writePdfReport(file, content);
    else
      writeHtmlReport(toPath(file), content);
    return [this, file] {
      Q_EMIT exported(QFileInfo(file).absolutePath(), tr("The report is in %1.").arg(file));
    };
  });
}

void ExportController::exportInteractive(const QString& file) {
  if (!m_session.hasModel() || m_session.plan().isEmpty()) return;
  if (!m_session.plan().isScored()) {
    Q_EMIT failed(tr("The plans of the page share by scores. Score the model first (F7)."),
                  tr("Writing the page"));
    return;
  }
  InteractiveContent content;
  content.model = m_session.info();
  content.title = tr("%1, pruned").arg(modelTitle(content.model.folder)).toStdString();
  content.date = QDate::currentDate().toString(Qt::ISODate).toStdString();
  content.prune = m_session.pruneOptions();
  m_runner.start(
      tr("Writing the page"),
      [this, file, content, model = m_session.model(), scores = m_session.plan().scores(),
       calibration = m_session.calibration(), pairs = m_session.pairs()](const JobContext& context) mutable {
        content.grid = measureGrid(model, scores, calibration, pairs, content.prune, {}, context.control());
        writeInteractiveReport(toPath(file), content);
        return JobDone([this, file, plans = content.grid.plans.size()] {
          Q_EMIT exported(QFileInfo(file).absolutePath(),
                          tr("The page with %n plans is in %1.", nullptr, int(plans)).arg(file));
        });
      });
}

// What is to be told when it is done, or that it overflows.
JobDone ExportController::write(const Work& work, bool clamp, const JobContext& context) {
  ExportOptions writing = work.writing;
  writing.clamp = clamp;
  try {
    const ExportResult result =
        exportModel(*work.model, work.recipe, toPath(work.folder), context.control(), writing);
    Run run = runOfFolder(toPath(work.folder));
    if (work.measured) addEvaluation(run, work.measured->evaluation, work.data);
    return [this, folder = work.folder, size = work.size, packed = writing.packed, result, run] {
      m_session.changeRuns([&](RunsTable& table) { table.put(run); });
      const int64_t saved = size.denseBytes - size.compressedBytes;
      if (packed)
        Q_EMIT exported(folder, tr("The pruned model is in %1: %2 packed, %3 once unpacked. %4 of its "
                                   "prunable weights are zero.")
                                    .arg(folder, fileSize(result.bytes), fileSize(result.denseBytes),
                                         percent(result.sparsity)));
      else
        Q_EMIT exported(
            folder, tr("The pruned model is in %1: %2, or about %3 once a packer leaves the "
                       "zeros out. %4 of its prunable "
                       "weights are zero.")
                        .arg(folder, fileSize(result.bytes),
                             fileSize(std::max<int64_t>(0, result.bytes - saved)), percent(result.sparsity)));
      for (const auto& note : result.notes) Q_EMIT warned(text(note));
    };
  } catch (const ExportOverflow& overflow) {
    return [this, work, tensors = overflow.tensors()] {
      m_stopped = work;
      Q_EMIT overflowed(tensors);
    };
  }
}

void ExportController::exportTo(const QString& folder, const ExportOptions& writing) {
  if (!m_session.hasModel() || m_session.plan().isEmpty()) return;
  m_stopped.reset();
  m_runner.start(tr("Exporting"), [this, folder, writing, work = planWorkOf(m_session),
                                   recipe = recipeOf(m_session, folder), measured = m_session.measuredNow(),
                                   data = m_session.pairs().path](const JobContext& context) {
    const ModelPtr model = modelOf(work, context.control());
    const StorageSize size = storageOf(work.plan, work.prune, infoOf(*work.dense));
    return write({model, recipe, size, folder, writing, measured, data}, false, context);
  });
}

void ExportController::exportClamped() {
  if (!m_stopped) return;
  m_runner.start(tr("Exporting"), [this, work = *std::exchange(m_stopped, {})](const JobContext& context) {
    return write(work, true, context);
  });
}

void ExportController::giveUpExport() {
  m_stopped.reset();
}

}  // namespace espalier
