// Emoji as training pictures: the font's errors, the drawing, and, where the font and the list are installed,
// the split.
#include "core/samples/emoji.h"

#include <QtTest/QtTest>
#include <map>
#include <set>
#include <sstream>

#include "core/base/file.h"
#include "core/data/dataset.h"
#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;

namespace {

const char* kFont = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf";
const char* kList = "/usr/share/unicode/emoji/emoji-test.txt";

// A red square with a transparent rim.
Sprite redSquare() {
  Sprite s{20, 20, std::vector<uint8_t>(20 * 20 * 4, 0)};
  for (int y = 4; y < 16; ++y)
    for (int x = 4; x < 16; ++x) s.rgba[size_t(y * 20 + x) * 4] = s.rgba[size_t(y * 20 + x) * 4 + 3] = 255;
  return s;
}

}  // namespace

class EmojiTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_folder;

 private Q_SLOTS:
  void namesWithoutTone() {
    QCOMPARE(baseName("judge: medium skin tone"), std::string("judge"));
    QCOMPARE(baseName("kiss: woman, man, light skin tone, dark skin tone"), std::string("kiss"));
    QCOMPARE(baseName("flag: Kenya"), std::string("flag: Kenya"));
  }

  void faultyFilesAreNamed() {
    const std::filesystem::path folder = m_folder.path().toStdString();
    QVERIFY(errorOf([&] { EmojiFont(folder / "none.ttf"); }).contains("fonts-noto-color-emoji"));
    writeFileAtomically(folder / "text.ttf", "no font");
    QVERIFY(errorOf([&] { EmojiFont(folder / "text.ttf"); }).contains("text.ttf is not a font"));
    QVERIFY(
        errorOf([&] { readEmoji(folder / "none.txt", folder / "none.ttf", 0); }).contains("unicode-data"));
  }

  // Without any strength the square lies in the middle on one background; its rim shows what is behind.
  void drawsInPlace() {
    CounterRandom random(3, 0);
    const auto image = drawEmoji(redSquare(), 40, 0, random);
    QCOMPARE(image.rgb.size(), size_t(40 * 40 * 3));
    const auto at = [&](int x, int y, int c) { return int(image.rgb[size_t(y * 40 + x) * 3 + size_t(c)]); };
    QCOMPARE(at(20, 20, 0), 255);
    QCOMPARE(at(20, 20, 1), 0);
    QVERIFY(at(1, 1, 1) != 0 || at(1, 1, 0) != 255);
  }

  void drawingIsRepeatable() {
    CounterRandom one(3, 7), two(3, 7), other(3, 8);
    const auto a = drawEmoji(redSquare(), 32, 1, one).rgb;
    QVERIFY(a == drawEmoji(redSquare(), 32, 1, two).rgb);
    QVERIFY(a != drawEmoji(redSquare(), 32, 1, other).rgb);
  }

  void writesPairs() {
    const std::filesystem::path folder = std::filesystem::path(m_folder.path().toStdString()) / "pairs";
    const Emoji square{"red square", redSquare()};
    writeEmojiDataset(folder, {&square, &square}, 24, 1);
    const auto data = openDataset(folder);
    QCOMPARE(data.samples.size(), size_t(2));
    QCOMPARE(data.samples[1].answer, std::string("red square"));
    QVERIFY(data.problems.empty());
  }

  void heldOutNamesAreMadeOfKnownWords() {
    // In packaging/packages.txt, as the window needs them too.
    QVERIFY2(std::filesystem::exists(kFont), "The package fonts-noto-color-emoji is missing.");
    QVERIFY2(std::filesystem::exists(kList), "The package unicode-data is missing.");
    const auto emoji = readEmoji(kList, kFont, 1);
    QVERIFY(emoji.size() > 3000);
    std::map<std::string, int> trained;
    int heldOut = 0;
    const auto words = [](const std::string& name) {
      std::istringstream in(name);
      std::set<std::string> out;
      for (std::string w; in >> w;) {
        while (w.ends_with(':') || w.ends_with(',')) w.pop_back();
        out.insert(w);
      }
      return out;
    };
    for (const auto& e : emoji)
      if (!e.heldOut)
        for (const auto& w : words(e.name)) ++trained[w];
    for (const auto& e : emoji)
      if (e.heldOut) {
        ++heldOut;
        for (const auto& w : words(e.name)) QVERIFY2(trained[w] >= 3, e.name.c_str());
      }
    QVERIFY2(heldOut > int(emoji.size()) / 20 && heldOut < int(emoji.size()) / 4,
             std::to_string(heldOut).c_str());
  }
};

QTEST_MAIN(EmojiTest)
#include "emoji_test.moc"
