#include <QtTest/QtTest>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

namespace fs = std::filesystem;

// JSON is read by core/base/json.h alone, which has one limit of depth and one idea of numbers, and written
// by core/base/json_text.h alone, which no name that is not UTF-8 brings to fail.
class JsonUseTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void isReadAndWrittenInOnePlace() {
    const std::regex other(R"((json::(parse|accept|sax_parse|from_[a-z]+)\(|(\.|->)dump\())");
    const fs::path root = ESPALIER_SOURCE_DIR;
    int files = 0;
    for (const char* layer : {"app", "core", "library", "ui"})
      for (const auto& entry : fs::recursive_directory_iterator(root / layer)) {
        const auto extension = entry.path().extension();
        if (extension != ".cpp" && extension != ".h") continue;
        ++files;
        if (entry.path().filename().string().starts_with("json_text.")) continue;
        std::ifstream file(entry.path());
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        std::smatch found;
        QVERIFY2(!std::regex_search(text, found, other),
                 (fs::relative(entry.path(), root).string() + " has " + found.str()).c_str());
      }
    QVERIFY(files > 500);
  }
};

QTEST_APPLESS_MAIN(JsonUseTest)
#include "json_test.moc"
