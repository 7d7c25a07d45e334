#include "core/engine/fingerprint.h"

#include "core/base/json_text.h"
#include "core/base/random.h"

namespace espalier {

namespace fs = std::filesystem;

namespace {

// Size and time of a file.
std::string stampOf(const fs::path& file) {
  std::error_code ec;
  const auto size = fs::file_size(file, ec);
  if (ec) return "none";
  return std::to_string(size) + " " +
         std::to_string(fs::last_write_time(file, ec).time_since_epoch().count());
}

}  // namespace

nlohmann::json fingerprintOf(const Checkpoint& c) {
  nlohmann::json files = nlohmann::json::object();
  for (const auto& f : c.files()) files[jsonPath(f.path.filename())] = stampOf(f.path);
  return {{"folder", jsonPath(fs::absolute(c.folder()).lexically_normal())},
          {"config", streamOf(c.config().dump())},
          {"files", files}};
}

nlohmann::json fingerprintOf(const Dataset& d) {
  uint64_t hash = 0;
  for (const auto& s : d.samples) {
    hash = streamOf(s.image.string(), hash, s.image.empty() ? 0 : streamOf(stampOf(s.image)));
    hash = streamOf(s.question, hash, streamOf(s.answer));
  }
  return {{"path", jsonPath(fs::absolute(d.path).lexically_normal())},
          {"samples", d.samples.size()},
          {"hash", hash}};
}

}  // namespace espalier
