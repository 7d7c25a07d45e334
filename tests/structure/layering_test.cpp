// The house's arrows: app -> ui -> core, core without Qt, LibTorch behind core's public face.
#include <QtTest/QtTest>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

namespace fs = std::filesystem;

namespace {

const fs::path kRoot = ESPALIER_SOURCE_DIR;

std::vector<std::string> includesOf(const fs::path& file) {
  static const std::regex pattern("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]");
  std::vector<std::string> out;
  std::ifstream in(file);
  std::smatch m;
  for (std::string line; std::getline(in, line);)
    if (std::regex_search(line, m, pattern)) out.push_back(m[1]);
  return out;
}

std::vector<fs::path> sourcesUnder(const std::string& folder) {
  std::vector<fs::path> out;
  if (fs::exists(kRoot / folder))
    for (const auto& e : fs::recursive_directory_iterator(kRoot / folder))
      if (e.path().extension() == ".h" || e.path().extension() == ".cpp") out.push_back(e.path());
  return out;
}

bool isTorch(const std::string& include) {
  return include.starts_with("torch/") || include.starts_with("ATen/") || include.starts_with("c10/");
}

}  // namespace

class LayeringTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void coreHasNoQtAndNothingAbove() {
    for (const auto& file : sourcesUnder("core"))
      for (const auto& include : includesOf(file))
        QVERIFY2(!std::regex_search(include, std::regex("^(Q[A-Z]|Qt|ui/|app/)")),
                 (file.string() + " includes " + include).c_str());
  }

  void uiDoesNotKnowApp() {
    for (const auto& file : sourcesUnder("ui"))
      for (const auto& include : includesOf(file)) QVERIFY2(!include.starts_with("app/"), file.c_str());
  }

  // Whatever ui and app include, directly or not, reaches no LibTorch header.
  void noTorchReachesUiOrApp() {
    std::set<fs::path> seen;
    std::vector<fs::path> open;
    for (const char* folder : {"ui", "app"})
      for (const auto& f : sourcesUnder(folder)) open.push_back(f);
    QVERIFY(!open.empty());
    while (!open.empty()) {
      const auto file = open.back();
      open.pop_back();
      if (!seen.insert(file).second) continue;
      for (const auto& include : includesOf(file)) {
        QVERIFY2(!isTorch(include), (file.string() + " includes " + include).c_str());
        if (fs::exists(kRoot / include)) open.push_back(kRoot / include);
      }
    }
  }

  void allocateKnowsOnlyNumbers() {
    for (const auto& file : sourcesUnder("core/allocate"))
      for (const auto& include : includesOf(file))
        QVERIFY2(
            !isTorch(include) && !(include.starts_with("core/") && !include.starts_with("core/allocate/") &&
                                   !include.starts_with("core/base/")),
            (file.string() + " includes " + include).c_str());
  }

  // The parts of core among themselves: each may include only those listed, and base.
  void coreHasNoCircle() {
    const std::map<std::string, std::set<std::string>> allowed{
        {"base", {}},
        {"checkpoint", {}},
        {"text", {}},
        {"image", {}},
        {"allocate", {}},
        {"model", {"checkpoint"}},
        {"data", {"checkpoint", "text", "image", "model"}},
        {"sweep", {"model", "data"}},
        {"score", {"sweep", "model", "data", "checkpoint"}},
        {"prune", {"sweep", "model", "data", "checkpoint", "allocate"}},
        {"evaluate", {"sweep", "model", "data", "text"}},
        {"train", {"sweep", "model", "data", "text", "image", "checkpoint", "evaluate"}},
        {"report", {"session", "allocate", "evaluate", "data", "model", "score", "prune"}},
        {"session",
         {"score", "prune", "evaluate", "allocate", "data", "sweep", "model", "checkpoint", "text", "image",
          "train"}},
        {"bench", {"session", "allocate", "score", "prune", "data", "sweep", "model", "checkpoint", "text"}}};
    for (const auto& file : sourcesUnder("core")) {
      const std::string part = *std::next(fs::relative(file, kRoot / "core").begin(), 0);
      QVERIFY2(allowed.contains(part), part.c_str());
      for (const auto& include : includesOf(file)) {
        if (!include.starts_with("core/")) continue;
        const std::string other = include.substr(5, include.find('/', 5) - 5);
        QVERIFY2(other == part || other == "base" || allowed.at(part).contains(other),
                 (file.string() + " includes " + include).c_str());
      }
    }
  }
};

QTEST_APPLESS_MAIN(LayeringTest)
#include "layering_test.moc"
