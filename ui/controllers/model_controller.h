#pragma once

#include <QObject>
#include <filesystem>
#include <functional>

#include "core/data/dataset.h"
#include "core/inputs/prompt_form.h"
#include "ui/jobs/job_runner.h"

namespace espalier {

class Session;

// Opens models and datasets into the session, on its own thread.
class ModelController : public QObject {
  Q_OBJECT

 public:
  explicit ModelController(Session& session, QObject* parent = nullptr);

  JobRunner& runner() { return m_runner; }

  // A model folder, its config.json or weights, or a folder with "model", "calibration" and "pairs" in it.
  // Pairs that lie beside the model are opened with it.
  void open(const QString& folder);
  void openSample();
  void openVlmSample();    // its data is drawn first, into the cache folder
  void openEmojiSample();  // its pictures are drawn from the installed font first, into the cache folder
  void useForCalibration(const Dataset& dataset);
  void useAsPairs(const Dataset& dataset);
  void askBy(PromptForm form);  // from now on

  static bool hasSample();
  static bool hasVlmSample();
  static bool looksLikeModel(const QString& folder);

 Q_SIGNALS:
  void opened(const QString& folder);
  void failed(const QString& sentence, const QString& job = {});
  void warned(const QString& sentence);  // opened, but something in it could not be used

 private:
  // Writes a sample into a folder of that name in the cache, and opens it.
  void openWritten(const char* name, const QString& what,
                   std::function<void(const std::filesystem::path&)> write);
  void warnOfProblems(const Dataset& dataset);
  template <typename Opened>
  JobDone taken(Opened opened);

  Session& m_session;
  JobRunner m_runner;
};

}  // namespace espalier
