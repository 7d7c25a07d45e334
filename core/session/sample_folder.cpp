#include <cstdlib>

#include "core/session/engine.h"

namespace espalier {

namespace fs = std::filesystem;

// $ESPALIER_SAMPLE, the installed copy beside the program, or the source tree's.
fs::path sampleFolder() {
  std::vector<fs::path> places;
  if (const char* given = std::getenv("ESPALIER_SAMPLE")) places.emplace_back(given);
  std::error_code ec;
  const auto program = fs::read_symlink("/proc/self/exe", ec);
  if (!ec) places.push_back(program.parent_path().parent_path() / "share" / "espalier" / "sample");
  places.emplace_back(fs::path(ESPALIER_SOURCE_DIR) / "resources" / "sample");
  for (const auto& p : places)
    if (fs::exists(p / "model" / "config.json", ec)) return p;
  throw Error(ErrorKind::Io, "The bundled sample is not installed: " + places.back().string() +
                                 " holds no model; name another folder in ESPALIER_SAMPLE.");
}

}  // namespace espalier
