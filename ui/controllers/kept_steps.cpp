#include "ui/controllers/kept_steps.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>

#include "core/base/json_text.h"
#include "core/base/owner.h"
#include "core/data/data_options.h"
#include "core/engine/elsewhere.h"
#include "ui/base/format.h"

namespace espalier {

namespace {

constexpr int kDaysKept = 30;

}  // namespace

std::filesystem::path journalOfScoring(const QString& folder, const OpenModel& model,
                                       const Dataset& calibration, const ScoreOptions& options) {
  if (folder.isEmpty() || elsewhereOf(model) || !QDir().mkpath(folder)) return {};
  const nlohmann::json what{jsonPath(infoOf(model).folder), jsonPath(calibration.path),
                            toJson(calibration.options), option_fields::toJson(scoreFields(), options),
                            options.stableTarget};
  const auto hash =
      QCryptographicHash::hash(QByteArray::fromStdString(jsonText(what)), QCryptographicHash::Sha256)
          .toHex()
          .left(16);
  return toPath(folder + "/scores-" + hash + ".journal");
}

Scores scoreKeepingSteps(const std::filesystem::path& journal, ScoreOptions options,
                         const std::function<Scores(const ScoreOptions&)>& score) {
  if (journal.empty()) return score(options);
  // As it is; begun anew where it is damaged; not at all where that does not help.
  for (const bool restart : {false, true}) {
    options.journal = {.path = journal, .restart = restart, .onNote = {}};
    try {
      holdJournal(options.journal);
    } catch (const Error&) {
      break;
    }
    try {
      auto scores = score(options);
      removeJournal(journal);
      return scores;
    } catch (const Error& e) {
      if (std::string(e.what()).find(journal.string()) == std::string::npos) throw;
    }
  }
  options.journal = {};
  return score(options);
}

void removeOldSteps(const QString& folder) {
  if (folder.isEmpty()) return;
  const auto oldest = QDateTime::currentDateTime().addDays(-kDaysKept);
  for (const auto& file : QDir(folder).entryInfoList({"*.journal*"}, QDir::Files))
    if (file.lastModified() < oldest) QFile::remove(file.filePath());
}

}  // namespace espalier
