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

// The rows `| part | what it holds | includes |` of a table of docs/architecture.md, in their order.
struct Row {
  std::string part;
  std::set<std::string> includes;
};

std::vector<Row> rowsUnder(const std::string& heading) {
  std::vector<Row> rows;
  std::ifstream in(kRoot / "docs/architecture.md");
  static const std::regex row("^\\| ([a-z]+) \\| .* \\| ([a-z, ]+) \\|$"), word("[a-z]+");
  bool inTable = false;
  std::smatch m;
  for (std::string line; std::getline(in, line);) {
    if (inTable && line.empty()) break;
    if (inTable && std::regex_match(line, m, row)) {
      Row r{m[1], {}};
      const std::string list = m[2];
      for (std::sregex_iterator i(list.begin(), list.end(), word), end; i != end; ++i)
        r.includes.insert(i->str());
      r.includes.erase("nothing");
      rows.push_back(std::move(r));
    }
    if (line == "| " + heading + " | what it holds | includes |") inTable = true;
  }
  return rows;
}

// What is wrong with the includes of a layer's parts: beyond the table, or in the table and not in use.
// Empty: nothing.
std::string faultOf(const std::string& layer, const std::vector<Row>& rows) {
  std::map<std::string, std::set<std::string>> table, found;
  for (const auto& r : rows) table[r.part] = r.includes;
  for (const auto& file : sourcesUnder(layer)) {
    const auto below = fs::relative(file, kRoot / layer);
    if (!below.has_parent_path()) return file.string() + " stands in no part of " + layer;
    const std::string part = *below.begin();
    if (!table.contains(part)) return layer + "/" + part + " has no row in docs/architecture.md";
    found[part];
    for (const auto& include : includesOf(file)) {
      if (!include.starts_with(layer + "/")) continue;
      const size_t at = layer.size() + 1;
      const std::string other = include.substr(at, include.find('/', at) - at);
      if (other == part) continue;
      found[part].insert(other);
      if (!table.at(part).contains(other)) return file.string() + " includes " + include;
    }
  }
  for (const auto& [part, allowed] : table) {
    if (!found.contains(part)) return layer + "/" + part + " has a row but no files";
    for (const auto& other : allowed)
      if (!found.at(part).contains(other)) return layer + "/" + part + " does not use " + other;
  }
  return {};
}

}  // namespace

class LayeringTest : public QObject {
  Q_OBJECT

 private:
  static void layersData() {
    QTest::addColumn<QString>("layer");
    QTest::addColumn<QString>("heading");
    QTest::newRow("core") << "core"
                          << "part";
    QTest::newRow("ui") << "ui"
                        << "part of ui";
  }

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

  // Parts include what their table allows them, and everything it names.
  void partsFollowTheTable_data() { layersData(); }
  void partsFollowTheTable() {
    QFETCH(QString, layer);
    QFETCH(QString, heading);
    const auto rows = rowsUnder(heading.toStdString());
    QVERIFY(rows.size() > 8);
    const auto fault = faultOf(layer.toStdString(), rows);
    QVERIFY2(fault.empty(), fault.c_str());
  }

  // A part includes only parts of rows above its own, so there is no circle.
  void tablesGoUpwards_data() { layersData(); }
  void tablesGoUpwards() {
    QFETCH(QString, heading);
    std::set<std::string> above;
    for (const auto& [part, includes] : rowsUnder(heading.toStdString())) {
      for (const auto& other : includes)
        QVERIFY2(above.contains(other), (part + " includes " + other + ", which is not above it").c_str());
      above.insert(part);
    }
  }

  // A row that allows less, or one that allows what nothing uses, is found.
  void faultsAreFound() {
    const auto rows = rowsUnder("part of ui");
    auto less = rows, more = rows;
    less.back().includes.erase("panels");
    QVERIFY(faultOf("ui", less).find("includes ui/panels/") != std::string::npos);
    more.front().includes.insert("window");
    QVERIFY(faultOf("ui", more).find("does not use window") != std::string::npos);
  }
};

QTEST_APPLESS_MAIN(LayeringTest)
#include "layering_test.moc"
