#include "ui/controllers/model_controller.h"

#include <QStandardPaths>
#include <filesystem>

#include "core/engine/conversation.h"
#include "core/engine/places.h"
#include "core/samples/sample_folder.h"
#include "ui/base/format.h"
#include "ui/session/session.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// A model and the data beside it.
struct OpenedModel {
  ModelPtr model;
  Dataset calibration, pairs;
};

OpenedModel withDataBeside(ModelPtr model, const ModelPlaces& places, const JobControl& control) {
  OpenedModel opened{std::move(model), {}, {}};
  control.throwIfCancelled();
  if (!places.calibration.empty()) opened.calibration = openDatasetFor(*opened.model, places.calibration);
  if (!places.pairs.empty()) opened.pairs = openDatasetFor(*opened.model, places.pairs);
  return opened;
}

OpenedModel openedThere(const ElsewherePtr& engine, const fs::path& chosen, const JobControl& control) {
  auto there = openElsewhere(engine, chosen, PromptForm::Auto, control);
  return withDataBeside(std::move(there.model), there.places, control);
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
  return espalier::looksLikeModel(toPath(folder));
}

void ModelController::open(const QString& folder) {
  if (const auto engine = m_session.engine()) {
    const QString title = tr("Opening %1").arg(text(toPath(folder).filename()));
    m_runner.start(title, [this, engine, folder](const JobContext& context) {
      return taken(openedThere(engine, toPath(folder), context.control()));
    });
    return;
  }
  const QString absolute = text(fs::absolute(toPath(folder)).lexically_normal());
  m_runner.start(tr("Opening %1").arg(text(toPath(absolute).filename())),
                 [this, absolute](const JobContext& context) {
                   const ModelPlaces places = modelPlaces(toPath(absolute));
                   auto done = taken(withDataBeside(openModel(places.model), places, context.control()));
                   return [this, absolute, done = std::move(done)] {
                     done();
                     Q_EMIT opened(absolute);
                   };
                 });
}

// What is to be done in the window with a model that was opened.
template <typename Opened>
JobDone ModelController::taken(Opened opened) {
  return [this, opened = std::move(opened)] {
    m_session.setModel(opened.model, opened.calibration, opened.pairs);
    for (const auto& warning : infoOf(*opened.model).warnings) Q_EMIT warned(text(warning));
    warnOfProblems(opened.calibration);
    warnOfProblems(opened.pairs);
  };
}

void ModelController::openSample() {
  if (const auto engine = m_session.engine()) {
    m_runner.start(tr("Opening the sample"), [this, engine](const JobContext& context) {
      const auto about = engine->about(context.control());
      const auto place = about.find("sample");
      if (place == about.end() || !place->is_string())
        throw Error(ErrorKind::Io, tr("The bundled sample is not installed where the engine runs (%1).")
                                       .arg(text(engine->place()))
                                       .toStdString());
      return taken(openedThere(engine, place->get<std::string>(), context.control()));
    });
    return;
  }
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
