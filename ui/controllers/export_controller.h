#pragma once

#include <QObject>

#include <optional>
#include <vector>

#include "core/document/project.h"
#include "core/engine/export_overflow.h"
#include "core/report/html_report.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

class Session;

// Writes what was made to disk: the pruned model, its masks (pruning to the present plan first where the
// results are of another), the plan, a report. A written model is a run of the session.
class ExportController : public QObject {
  Q_OBJECT

 public:
  explicit ExportController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }
  // Tells overflowed() and writes nothing where weights are beyond the range of their dtype.
  void exportTo(const QString& folder, const ExportOptions& writing = {});
  // Goes on with the export that overflowed() told of, without pruning again: such weights become the largest
  // number of their dtype.
  void exportClamped();
  void giveUpExport();                     // the one that overflowed() told of
  void exportMasks(const QString& file);   // of the plan, as safetensors
  void exportPlan(const QString& file);    // as json, or as yaml by the file's suffix
  void exportRecipe(const QString& file);  // what `espalier-cli run` does again
  void importPlan(const QString& file);    // either; becomes the present plan, as a step
  void exportReport(const QString& file);  // as html, or as pdf by the file's suffix
  // A page to explore: measures a grid of plans first, which takes about a hundred prunings.
  void exportInteractive(const QString& file);

 Q_SIGNALS:
  void exported(const QString& folder, const QString& sentence);
  void overflowed(const std::vector<espalier::OverflowingTensor>& tensors);
  void warned(const QString& sentence);  // exported, but a person should know
  void failed(const QString& sentence, const QString& job = {});

 private:
  // All that is written, but for where to.
  struct Work {
    ModelPtr model;
    nlohmann::json recipe;
    StorageSize size;
    QString folder;
    ExportOptions writing;
    std::optional<MeasuredPlan>
        measured;  // the results, where they are of this model; of the pairs in `data`
    std::filesystem::path data;
  };
  JobDone write(const Work& work, bool clamp, const JobContext& context);
  ReportContent report() const;

  Session& m_session;
  JobRunner m_runner;
  std::optional<Work> m_stopped;  // by an overflow
};

}  // namespace espalier
