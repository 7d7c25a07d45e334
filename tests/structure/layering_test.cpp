// The house's arrows: app -> ui -> core, core without Qt, LibTorch behind core's public face.
#include <QtTest/QtTest>
#include <filesystem>
#include <fstream>
#include <map>
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

// The rows `| part | what it holds | includes |` of docs/architecture.md, in their order.
std::vector<std::pair<std::string, std::set<std::string>>> rowsOfParts() {
  std::vector<std::pair<std::string, std::set<std::string>>> rows;
  std::ifstream in(kRoot / "docs/architecture.md");
  static const std::regex row("^\\| ([a-z]+) \\| .* \\| ([a-z, ]+) \\|$"), word("[a-z]+");
  bool inTable = false;
  std::smatch m;
  for (std::string line; std::getline(in, line);) {
    if (line == "| part | what it holds | includes |") inTable = true;
    if (inTable && line.empty()) break;
    if (!inTable || !std::regex_match(line, m, row) || m[1] == "part") continue;
    std::set<std::string> includes;
    const std::string list = m[2];
    for (std::sregex_iterator i(list.begin(), list.end(), word), end; i != end; ++i)
      includes.insert(i->str());
    includes.erase("nothing");
    rows.emplace_back(m[1], includes);
  }
  return rows;
}

std::map<std::string, std::set<std::string>> tableOfParts() {
  const auto rows = rowsOfParts();
  return {rows.begin(), rows.end()};
}

std::vector<std::string> partsInOrder() {
  std::vector<std::string> out;
  for (const auto& [part, includes] : rowsOfParts()) out.push_back(part);
  return out;
}

}  // namespace

class LayeringTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void coreHasNoQtAndNothingAbove() {
    for (const auto& file : sourcesUnder("core"))
      for (const auto& include : includesOf(file))
        QVERIFY2(!std::regex_search(include, std::regex("^(Q[A-Z]|Qt|ui/|app/|library/|espalier/)")),
                 (file.string() + " includes " + include).c_str());
  }

  void uiDoesNotKnowApp() {
    for (const auto& file : sourcesUnder("ui"))
      for (const auto& include : includesOf(file)) QVERIFY2(!include.starts_with("app/"), file.c_str());
  }

  // The library's headers know nothing of the engine, nor of anything that it is made with.
  void theLibrarysHeadersStandAlone() {
    QVERIFY(sourcesUnder("include").size() >= 3);
    for (const auto& file : sourcesUnder("include"))
      for (const auto& include : includesOf(file))
        QVERIFY2(include.starts_with("espalier/") || !std::regex_search(include, std::regex("[/.]")),
                 (file.string() + " includes " + include).c_str());
    for (const auto& file : sourcesUnder("library"))
      for (const auto& include : includesOf(file))
        QVERIFY2(!std::regex_search(include, std::regex("^(Q[A-Z]|Qt|ui/|app/)")), file.c_str());
  }

  // Whatever ui, app and library include, directly or not, reaches no LibTorch header.
  void noTorchReachesUiOrApp() {
    std::set<fs::path> seen;
    std::vector<fs::path> open;
    for (const char* folder : {"ui", "app", "library", "include"})
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

  // The parts of core include what the table of docs/architecture.md allows them, and everything it names.
  void coreFollowsTheTable() {
    const auto table = tableOfParts();
    std::map<std::string, std::set<std::string>> found;
    for (const auto& file : sourcesUnder("core")) {
      const std::string part = *fs::relative(file, kRoot / "core").begin();
      QVERIFY2(table.contains(part), (part + " has no row in docs/architecture.md").c_str());
      found[part];
      for (const auto& include : includesOf(file)) {
        if (!include.starts_with("core/")) continue;
        const std::string other = include.substr(5, include.find('/', 5) - 5);
        if (other == part) continue;
        found[part].insert(other);
        QVERIFY2(table.at(part).contains(other), (file.string() + " includes " + include).c_str());
      }
    }
    for (const auto& [part, allowed] : table) {
      QVERIFY2(found.contains(part), (part + " has a row but no files").c_str());
      for (const auto& other : allowed)
        QVERIFY2(found.at(part).contains(other), (part + " does not use " + other).c_str());
    }
  }

  // A part includes only parts of rows above its own, so there is no circle.
  void theTableGoesUpwards() {
    std::set<std::string> above;
    for (const auto& part : partsInOrder()) {
      for (const auto& other : tableOfParts().at(part))
        QVERIFY2(above.contains(other), (part + " includes " + other + ", which is not above it").c_str());
      above.insert(part);
    }
  }
};

QTEST_APPLESS_MAIN(LayeringTest)
#include "layering_test.moc"
