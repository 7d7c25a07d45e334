// Functions of more than 80 lines have a comment above them that says why: "Long: ...".
#include <QtTest/QtTest>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <vector>

namespace fs = std::filesystem;

namespace {

constexpr int kMostLines = 80;

struct Function {
  int line = 0, lines = 0;
  bool hasReason = false;
};

bool saysWhy(const std::vector<std::string>& comment) {
  return std::any_of(comment.begin(), comment.end(),
                     [](const auto& line) { return line.find("Long: ") != std::string::npos; });
}

// As the formatter lays them out: outside of classes the body begins with a line at the left margin that ends
// in a brace, and ends with a brace there; in classes both are indented once.
std::vector<Function> functionsOf(std::istream& in) {
  static const std::regex type("^(template.*)?(class|struct|enum|union) "),
      nestedType("^ *(class|struct|enum|union) "), other("^(namespace|extern|#|//|\\}|\\))");
  std::vector<Function> out;
  std::vector<std::string> above;  // since the last blank line or brace
  int number = 0, start = 0, memberStart = 0;
  bool insideType = false;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (start > 0) {
      if (!line.starts_with('}')) continue;
      out.back().lines = number - start + 1;
      start = 0;
      above.clear();
      continue;
    }
    if (insideType) {
      if (memberStart > 0) {
        if (!line.starts_with("  }")) continue;
        out.back().lines = number - memberStart + 1;
        memberStart = 0;
        above.clear();
      } else if (line.starts_with('}')) {
        insideType = false;
        above.clear();
      } else if (line.ends_with('{') && !std::regex_search(line, nestedType)) {
        memberStart = number;
        out.push_back({number, 0, saysWhy(above)});
        above.clear();
      } else if (line.empty() || line.ends_with('}') || line.ends_with('{')) {
        above.clear();
      } else {
        above.push_back(line);
      }
      continue;
    }
    const bool margin = !line.empty() && line[0] != ' ' && !std::regex_search(line, other);
    if (line.ends_with('{') && std::regex_search(line, type)) {
      insideType = true;
    } else if (line.ends_with('{') &&
               ((margin && line.find('(') != std::string::npos) || line.starts_with("    "))) {
      start = number;
      out.push_back({number, 0, saysWhy(above)});
      above.clear();
    } else if (line.empty() || line.starts_with('}') || line.ends_with('{')) {
      above.clear();
    } else {
      above.push_back(line);
    }
  }
  return out;
}

}  // namespace

class SizeTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void longFunctionsSayWhy() {
    int found = 0;
    std::string faults;
    for (const char* folder : {"app", "core", "library", "ui"})
      for (const auto& entry : fs::recursive_directory_iterator(fs::path(ESPALIER_SOURCE_DIR) / folder)) {
        if (entry.path().extension() != ".cpp") continue;
        std::ifstream in(entry.path());
        for (const auto& f : functionsOf(in)) {
          ++found;
          if (f.lines > kMostLines && !f.hasReason)
            faults += entry.path().string() + ":" + std::to_string(f.line) + " begins a function of " +
                      std::to_string(f.lines) + " lines. ";
        }
      }
    QVERIFY2(faults.empty(), (faults + "Above each a comment \"Long: why\" was expected.").c_str());
    QVERIFY2(found > 1000, std::to_string(found).c_str());
  }

  // The measure itself.
  void countsLines() {
    std::string text = "namespace a {\n\n// Long: a table.\nint f(int x,\n      int y) {\n";
    for (int i = 0; i < 90; ++i) text += "  work();\n";
    text += "}\n\nvoid g() {\n  work();\n}\n\n";
    text +=
        "class C {\n public:\n  // One more. Long: a case for each.\n  void h(int x,\n         int y) {\n";
    for (int i = 0; i < 85; ++i) text += "    work();\n";
    text +=
        "  }\n  struct D {\n    int i = 0;\n  };\n  int k() const {\n    return 1;\n  }\n};\n\n}  // "
        "namespace a\n";
    std::istringstream in(text);
    const auto functions = functionsOf(in);
    QCOMPARE(functions.size(), size_t(4));
    QCOMPARE(functions[0].lines, 92);
    QVERIFY(functions[0].hasReason);
    QCOMPARE(functions[1].lines, 3);
    QVERIFY(!functions[1].hasReason);
    QCOMPARE(functions[2].lines, 87);
    QVERIFY(functions[2].hasReason);
    QCOMPARE(functions[3].lines, 3);
    QVERIFY(!functions[3].hasReason);
  }
};

QTEST_APPLESS_MAIN(SizeTest)
#include "size_test.moc"
