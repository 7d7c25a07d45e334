#include "core/image/image.h"

#include <fcntl.h>
#include <unistd.h>

#include <QtTest/QtTest>
#include <cstdlib>

#include "core/base/crc32.h"
#include "core/base/error.h"
#include "core/base/memory.h"
#include "tests/support/fixtures.h"
#include "tests/support/safetensors_reader.h"

using namespace espalier;
using namespace espalier::test;
namespace fs = std::filesystem;

namespace {

// Everything written to the process's standard error while it lives.
class StderrCapture {
 public:
  StderrCapture() : m_file(std::tmpfile()), m_saved(::dup(2)) { ::dup2(fileno(m_file), 2); }
  ~StderrCapture() {
    stop();
    std::fclose(m_file);
  }
  QByteArray stop() {
    if (m_saved >= 0) {
      ::dup2(m_saved, 2);
      ::close(m_saved);
      m_saved = -1;
    }
    std::rewind(m_file);
    QByteArray text(4096, '\0');
    text.resize(int(std::fread(text.data(), 1, size_t(text.size()), m_file)));
    return text;
  }

 private:
  FILE* m_file;
  int m_saved;
};

QString messageOf(const fs::path& path) {
  try {
    loadImage(path);
  } catch (const Error& e) {
    return QString::fromUtf8(e.what());
  }
  return {};
}

int largestDifference(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b) {
  int largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(int(a[i]) - int(b[i])));
  return largest;
}

void compareWith(const Image& image, const RawTensor& expected, int tolerance) {
  QCOMPARE(int64_t(image.height), expected.shape.at(0));
  QCOMPARE(int64_t(image.width), expected.shape.at(1));
  QCOMPARE(image.rgb.size(), expected.bytes.size());
  const int difference = largestDifference(image.rgb, expected.bytes);
  QVERIFY2(difference <= tolerance, qPrintable(QString("differs by %1").arg(difference)));
}

// Lossless formats must match bit for bit; JPEG and lossy WebP depend a little on the decoder's version.
int toleranceOf(const std::string& name) {
  return name.ends_with(".jpg") || name.starts_with("lossy") ? 2 : 0;
}

}  // namespace

class ImageTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void decodesTheReferencePictures() {
    const fs::path folder = fixturesRoot() / "images";
    int cases = 0;
    for (const auto& [name, expected] : readSafetensors(folder / "expected.safetensors")) {
      const std::string file = name.substr(0, name.find('/'));
      if (!name.ends_with("/decoded_rgb_u8")) continue;
      compareWith(loadImage(folder / file), expected, toleranceOf(file));
      if (QTest::currentTestFailed()) QFAIL(name.c_str());
      ++cases;
    }
    QVERIFY(cases > 0);
  }

  void decodesEveryKind_data() {
    QTest::addColumn<QString>("name");
    for (const auto& [name, expected] : readSafetensors(dataFile("images/expected.safetensors")))
      if (!name.starts_with("resize/")) QTest::newRow(name.c_str()) << QString::fromStdString(name);
  }
  void decodesEveryKind() {
    QFETCH(QString, name);
    static const auto all = readSafetensors(dataFile("images/expected.safetensors"));
    StderrCapture capture;
    const Image image = loadImage(dataFile("images") / name.toStdString());
    QCOMPARE(capture.stop(), QByteArray());
    compareWith(image, all.at(name.toStdString()), toleranceOf(name.toStdString()));
  }

  void refusesBrokenFiles_data() {
    QTest::addColumn<QString>("path");
    for (const auto& path : entriesOf(dataFile("images/broken")))
      QTest::newRow(path.filename().c_str()) << QString::fromStdString(path.string());
  }
  void refusesBrokenFiles() {
    QFETCH(QString, path);
    StderrCapture capture;
    const QString message = messageOf(path.toStdString());
    QCOMPARE(capture.stop(), QByteArray());
    QVERIFY2(message.startsWith(path), qPrintable(message));
    QVERIFY2(message.endsWith("expected."), qPrintable(message));
    QCOMPARE(message.count(". "), 0);
    if (path.contains("huge")) QVERIFY2(message.contains("pixels"), qPrintable(message));
  }

  // A header says the size; a picture that the ceiling on memory has no room for is never begun.
  void refusesWhatTheCeilingHasNoRoomFor_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("bytesPerPixel");
    QTest::newRow("png") << "exif_1.png" << 3;
    QTest::newRow("jpeg") << "exif_1.jpg" << 3;
    QTest::newRow("a turned jpeg") << "exif_6.jpg" << 6;
    QTest::newRow("bmp") << "palette.bmp" << 6;
    QTest::newRow("webp") << "lossless.webp" << 6;
  }
  void refusesWhatTheCeilingHasNoRoomFor() {
    QFETCH(QString, name);
    QFETCH(int, bytesPerPixel);
    QFile file(QString::fromStdString((dataFile("images") / name.toStdString()).string()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray content = file.readAll();
    std::vector<uint8_t> bytes(content.begin(), content.end());
    const auto put = [&bytes](size_t at, std::vector<uint8_t> values) {
      std::copy(values.begin(), values.end(), bytes.begin() + std::ptrdiff_t(at));
    };
    // 12000 x 12000.
    if (name.endsWith(".png")) {
      put(16, {0, 0, 0x2e, 0xe0, 0, 0, 0x2e, 0xe0});
      const auto sum = crc32Of(std::as_bytes(std::span(bytes).subspan(12, 17)));
      put(29, {uint8_t(sum >> 24), uint8_t(sum >> 16), uint8_t(sum >> 8), uint8_t(sum)});
    } else if (name.endsWith(".jpg")) {
      const auto frame = content.indexOf(QByteArray("\xff\xc0", 2));
      QVERIFY(frame > 0);
      put(size_t(frame) + 5, {0x2e, 0xe0, 0x2e, 0xe0});
    } else if (name.endsWith(".bmp")) {
      put(18, {0xe0, 0x2e, 0, 0, 0xe0, 0x2e, 0, 0});
    } else {
      const auto chunk = content.indexOf("VP8L");
      QVERIFY(chunk > 0);
      const uint32_t packed = 11999u | 11999u << 14;
      put(size_t(chunk) + 9,
          {uint8_t(packed), uint8_t(packed >> 8), uint8_t(packed >> 16), uint8_t(packed >> 24)});
    }
    const auto said = [&] {
      try {
        decodeImage(bytes, "p");
      } catch (const Error& e) {
        return QString(e.what());
      }
      return QString();
    };
    setMemoryLimit(int64_t(512) << 20);
    const auto allowed = (int64_t(512) << 20) / 16 * 5 / bytesPerPixel;
    const auto refused = said();
    setMemoryLimit(0);
    QCOMPARE(
        refused,
        QString("p has 12000 x 12000 pixels; the ceiling on memory (--memory) of 512 MiB leaves room for "
                "%1 of such a file; a smaller picture was expected.")
            .arg(allowed));
    // Below the smallest ceiling there is room for a photograph.
    setMemoryLimit(1);
    const auto image = loadImage(dataFile("images/exif_1.jpg"));
    setMemoryLimit(0);
    QVERIFY(image.width > 0);
  }

  void refusesWhatIsNoFile() {
    const QString folder = messageOf(dataFile("images"));
    QVERIFY2(folder.contains("is a folder"), qPrintable(folder));
    const QString missing = messageOf(dataFile("images/nothing.png"));
    QVERIFY2(missing.contains("does not exist"), qPrintable(missing));
  }

  // Any damage ends in a picture or an Error, silently.
  void survivesDamage() {
    StderrCapture capture;
    uint32_t state = 1;
    const auto next = [&state](size_t below) {
      state = state * 1664525 + 1013904223;
      return size_t(state >> 8) % below;
    };
    for (const auto& path : entriesOf(dataFile("images"))) {
      if (!fs::is_regular_file(path) || path.extension() == ".safetensors") continue;
      std::ifstream in(path, std::ios::binary);
      const std::vector<char> content((std::istreambuf_iterator<char>(in)), {});
      for (int i = 0; i < 12; ++i) {
        std::vector<uint8_t> bytes(content.begin(), content.end());
        if (i % 4 == 0) bytes.resize(next(bytes.size()));
        for (int k = 0; k < 3 && !bytes.empty(); ++k)
          bytes[next(i % 2 ? bytes.size() : std::min<size_t>(bytes.size(), 120))] = uint8_t(next(256));
        try {
          const Image image = decodeImage(bytes, "damaged");
          QCOMPARE(image.rgb.size(), size_t(image.width) * size_t(image.height) * 3);
        } catch (const Error&) {
        }
      }
    }
    QCOMPARE(capture.stop(), QByteArray());
  }

  void refusesNoBytes() { QVERIFY_EXCEPTION_THROWN(decodeImage({}, "nothing"), Error); }
};

QTEST_APPLESS_MAIN(ImageTest)
#include "image_test.moc"
