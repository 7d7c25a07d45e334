#pragma once

#include <filesystem>
#include <optional>

#include "core/document/study.h"

namespace espalier {

// The file of a point in a study's work folder. Its name tells points of other models, data and options
// apart, so that they can lie side by side; what it was made by stands in it.
class StudyPointFile {
 public:
  // base: what all points of the study depend on (fingerprints). work: empty where nothing is kept.
  StudyPointFile(const std::filesystem::path& work, const nlohmann::json& base, const StudyOptions& options,
                 const StudyMethod& method, double sparsity, uint64_t seed);

  // Whether this process is the one that measures the point: the one that makes the file beside it is. Throws
  // Error (Io) where that file cannot be made.
  bool claim() const;
  void giveUpClaim() const;

  // Nothing where there is no such file, or one made by something else. Throws Error (Format) for a damaged
  // one.
  std::optional<StudyPoint> read() const;
  void write(const StudyPoint& point) const;

 private:
  std::filesystem::path claimFile() const { return m_file.string() + ".claim"; }

  std::filesystem::path m_file;
  nlohmann::json m_madeBy;
};

}  // namespace espalier
