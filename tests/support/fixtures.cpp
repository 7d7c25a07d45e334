#include "tests/support/fixtures.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace espalier::test {

namespace fs = std::filesystem;

fs::path fixturesRoot() {
  const char* given = std::getenv("ESPALIER_FIXTURES");
  return given && *given ? fs::path(given) : fs::path(ESPALIER_BINARY_DIR) / "tests" / "data" / "fixtures";
}

fs::path familiesRoot() {
  const char* given = std::getenv("ESPALIER_FAMILIES");
  return given && *given ? fs::path(given) : fs::path(ESPALIER_BINARY_DIR) / "tests" / "data" / "families";
}

std::vector<fs::path> modelFolders() {
  auto all = entriesOf(fixturesRoot() / "models");
  for (auto& folder : entriesOf(familiesRoot() / "models")) all.push_back(std::move(folder));
  return all;
}

fs::path dataFile(const std::string& relative) {
  return fs::path(ESPALIER_BINARY_DIR) / "tests" / "data" / relative;
}

std::vector<fs::path> entriesOf(const fs::path& folder) {
  std::vector<fs::path> out;
  if (fs::is_directory(folder))
    for (const auto& e : fs::directory_iterator(folder)) out.push_back(e.path());
  std::sort(out.begin(), out.end());
  return out;
}

nlohmann::json readJson(const fs::path& path) {
  std::ifstream in(path);
  return nlohmann::json::parse(in);
}

}  // namespace espalier::test
