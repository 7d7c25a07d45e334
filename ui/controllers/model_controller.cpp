#include "ui/controllers/model_controller.h"

#include <QStandardPaths>
#include <filesystem>

#include "core/engine/conversation.h"
#include "core/samples/sample_folder.h"
#include "ui/base/format.h"
#include "ui/session/session.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

bool isFile(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

// The folder the weights are in, of what a person chose.
fs::path modelFolderOf(const fs::path& chosen) {
  if (isFile(chosen) && isFile(chosen.parent_path() / "config.json")) {
    const auto ending = chosen.extension();
    if (chosen.filename() == "config.json" || ending == ".safetensors" || ending == ".bin" ||
        ending == ".pth" || ending == ".pt")
      return chosen.parent_path();
  }
  return !isFile(chosen / "config.json") && isFile(chosen / "model" / "config.json") ? chosen / "model"
                                                                                     : chosen;
}

Dataset datasetIfThere(const OpenModel& model, const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder, ignored) && !formatsAt(folder).empty() ? openDatasetFor(model, folder)
                                                                         : Dataset{};
}

// What lies beside the model to test it on: "pairs", or what its training held out.
fs::path pairsBeside(const fs::path& modelFolder) {
  const auto pairs = modelFolder.parent_path() / "pairs";
  std::error_code ignored;
  return fs::is_directory(pairs, ignored) ? pairs : modelFolder.parent_path() / "held-out";
}

}  // namespace

ModelController::ModelController(Session& session, QObject* parent) : QObject(parent), m_session(session) {
  connect(&m_runner, &JobRunner::failed, this,
          [this](const JobError& error) { Q_EMIT failed(error.message, error.job); });
}

bool ModelController::hasSample() {
  try {
    sampleFolder();
    return true;
  } catch (const Error&) {
    return false;
  }
}

bool ModelController::hasVlmSample() {
  return hasSample() && hasConversationSample();
}

bool ModelController::looksLikeModel(const QString& folder) {
  return isFile(modelFolderOf(toPath(folder)) / "config.json");
}

void ModelController::open(const QString& folder) {
  const QString absolute = text(fs::absolute(toPath(folder)).lexically_normal());
  m_runner.start(tr("Opening %1").arg(text(toPath(absolute).filename())),
                 [this, absolute](const JobContext& context) {
                   const fs::path modelFolder = modelFolderOf(toPath(absolute));
                   ModelPtr model = openModel(modelFolder);
                   context.control().throwIfCancelled();
                   Dataset calibration = datasetIfThere(*model, modelFolder.parent_path() / "calibration");
                   Dataset pairs = datasetIfThere(*model, pairsBeside(modelFolder));
                   return [this, absolute, model = std::move(model), calibration = std::move(calibration),
                           pairs = std::move(pairs)] {
                     m_session.setModel(model, calibration, pairs);
                     Q_EMIT opened(absolute);
                     for (const auto& warning : infoOf(*model).warnings) Q_EMIT warned(text(warning));
                     warnOfProblems(calibration);
                     warnOfProblems(pairs);
                   };
                 });
}

void ModelController::openSample() {
  try {
    open(text(sampleFolder()));
  } catch (const Error& error) {
    Q_EMIT failed(QString::fromUtf8(error.what()));
  }
}

void ModelController::openVlmSample() {
  openWritten("vlm-sample", tr("Drawing the scenes"),
              [](const fs::path& folder) { writeConversationSample(folder); });
}

void ModelController::openEmojiSample() {
  openWritten("emoji-sample", tr("Drawing the emoji"),
              [](const fs::path& folder) { writeEmojiSample(folder); });
}

void ModelController::openWritten(const char* name, const QString& what,
                                  std::function<void(const fs::path&)> write) {
  const QString folder = QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + "/" + name;
  m_runner.start(what, [this, folder, write = std::move(write)](const JobContext&) {
    write(toPath(folder));
    // Queued: the runner takes the next job when this one is over.
    return [this, folder] {
      QMetaObject::invokeMethod(
          this, [this, folder] { open(folder); }, Qt::QueuedConnection);
    };
  });
}

void ModelController::useForCalibration(const Dataset& dataset) {
  m_session.setCalibration(dataset);
  warnOfProblems(dataset);
}

void ModelController::useAsPairs(const Dataset& dataset) {
  m_session.setPairs(dataset);
  warnOfProblems(dataset);
}

void ModelController::askBy(PromptForm form) {
  if (!m_session.hasModel() || form == promptOf(*m_session.model())) return;
  m_runner.start(tr("Preparing the prompts"),
                 [this, form, model = m_session.model(), pairs = m_session.pairs()](const JobContext&) {
                   ModelPtr other = withPrompt(model, form);
                   // A template that cannot be used is told here, before any work is done with it.
                   if (!pairs.samples.empty() && pairs.kind != DataKind::Text)
                     promptText(*other, pairs.samples.front());
                   return [this, model, other = std::move(other)] {
                     if (m_session.model() == model) m_session.setPrompted(other);
                   };
                 });
}

void ModelController::warnOfProblems(const Dataset& dataset) {
  if (dataset.problems.empty()) return;
  const auto& first = dataset.problems.front();
  Q_EMIT warned(tr("%n entries of %1 could not be used and were left out. The first: %2: %3", nullptr,
                   int(dataset.problems.size()))
                    .arg(text(dataset.path), text(first.place), text(first.what)));
}

}  // namespace espalier
