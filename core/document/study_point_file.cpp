#include "core/document/study_point_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/file.h"
#include "core/base/fixed_text.h"
#include "core/engine/fingerprint.h"
#include "core/engine/score_draws.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// Everything a point depends on. base: what all points of a study do.
nlohmann::json madeByOf(const nlohmann::json& base, const StudyOptions& o, const StudyMethod& m,
                        double sparsity, uint64_t seed) {
  auto j = base;
  j["method"] = m.name;
  j["sparsity"] = sparsity;
  auto score = o.score;
  score.method = m.score;
  auto prune = o.prune;
  if (isPlanItself(m))
    j["plan"] = toJson(*o.plan), j["plan"]["cap_follows_target"] = o.capFollowsTarget;
  else
    prune.criterion = m.criterion;
  if (!m.refinement.empty()) prune.refinement = m.refinement;
  score.seed = prune.seed = seed;
  if (scoresAtTarget(score)) score.stableTarget = sparsity;
  j["score"] = option_fields::toJson(scoreFields(), score);
  j["untilStable"] = {o.score.untilStable, o.score.stableTarget};
  j["prune"] = option_fields::toJson(pruneFields(), prune);
  if (!m.recovery.empty()) {
    auto recover = o.recover;
    recover.methods = m.recovery;
    recover.seed = seed;
    j["recover"] = option_fields::toJson(recoverFields(), recover);
  }
  return j;
}

}  // namespace

StudyPointFile::StudyPointFile(const fs::path& work, const nlohmann::json& base, const StudyOptions& options,
                               const StudyMethod& method, double sparsity, uint64_t seed)
    : m_madeBy(madeByOf(base, options, method, sparsity, seed)) {
  if (!work.empty())
    m_file = work / (method.score + "-" + method.criterion + "-" + fixedText(100 * sparsity, 1) + "-" +
                     std::to_string(seed) + "-" + shortNameOf(m_madeBy) + ".json");
}

bool StudyPointFile::claim() const {
  const int fd = ::open(claimFile().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0 && errno != EEXIST)
    throw Error(ErrorKind::Io,
                claimFile().string() + " cannot be made: " + writeAdvice(claimFile(), errno, 0) + ".");
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

void StudyPointFile::giveUpClaim() const {
  std::error_code ec;
  fs::remove(claimFile(), ec);
}

std::optional<StudyPoint> StudyPointFile::read() const {
  std::error_code ec;
  if (m_file.empty() || !fs::exists(m_file, ec)) return std::nullopt;
  const auto json = readEspalierJson(m_file, "study-point");
  if (json.value("made_by", nlohmann::json()) != m_madeBy) return std::nullopt;
  try {
    return studyPointFromJson(json);
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::Format,
                m_file.string() + " is no complete point of a study; remove it to have it measured again.");
  }
}

void StudyPointFile::write(const StudyPoint& point) const {
  if (m_file.empty()) return;
  auto json = toJson(point);
  json["made_by"] = m_madeBy;
  writeEspalierJson(m_file, "study-point", json);
}

}  // namespace espalier
