// An export whose weights do not fit their number format, in the real window: nothing is written until a
// person has decided.
#include <QMessageBox>
#include <QPushButton>
#include <QtTest/QtTest>
#include <bit>
#include <filesystem>
#include <fstream>

#include "core/base/file.h"
#include "core/bench/synthetic.h"
#include "tests/support/test_settings.h"
#include "ui/actions/actions.h"
#include "ui/panels/message_bar.h"
#include "ui/window/main_window.h"

using namespace espalier;
namespace fs = std::filesystem;

namespace {

constexpr int kJobMs = 240'000;
constexpr uint16_t kHalf60000 = 0x7b53;

// Every weight of the tensor becomes 60000 in float16, near the end of its range at 65504: what compensates
// for pruned weights goes beyond it.
void fill(const fs::path& safetensors, const std::string& tensor) {
  std::fstream file(safetensors, std::ios::in | std::ios::out | std::ios::binary);
  uint64_t length = 0;
  file.read(reinterpret_cast<char*>(&length), sizeof length);
  std::string header(length, ' ');
  file.read(header.data(), std::streamsize(length));
  const auto offsets = nlohmann::json::parse(header).at(tensor).at("data_offsets");
  const std::vector<uint16_t> values((offsets[1].get<size_t>() - offsets[0].get<size_t>()) / 2, kHalf60000);
  file.seekp(std::streamoff(8 + length + offsets[0].get<size_t>()));
  file.write(reinterpret_cast<const char*>(values.data()), std::streamsize(values.size() * 2));
}

}  // namespace

class ExportTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_dir;
  std::unique_ptr<MainWindow> m_window;
  const std::string m_matrix = "encoder.block.0.layer.0.SelfAttention.q.weight";
  fs::path path(const char* name) const { return fs::path(m_dir.path().toStdString()) / name; }

  QMessageBox* question() const { return m_window->findChild<QMessageBox*>("clampQuestion"); }
  void answer(const QString& label) {
    for (auto* button : question()->findChildren<QPushButton*>())
      if (button->text() == label) return button->click();
    QFAIL(qPrintable("There is no button " + label));
  }

 private Q_SLOTS:
  void initTestCase() {
    test::keepSettingsIn(m_dir.filePath("settings"));
    BenchShape shape = benchShapeNamed("t5-512");
    shape.dtype = DType::F16;
    shape.config["d_model"] = 32, shape.config["d_ff"] = 48, shape.config["num_heads"] = 2;
    shape.config["num_layers"] = shape.config["num_decoder_layers"] = 1;
    shape.config["vocab_size"] = 300;
    writeSyntheticModel(shape, path("synthetic"), {});
    fs::rename(path("synthetic") / "data", path("synthetic") / "calibration");
    fill(path("synthetic") / "model" / "model.safetensors", m_matrix);
    m_window = std::make_unique<MainWindow>();
    m_window->actions().live->setChecked(false);
    m_window->show();
    m_window->open(m_dir.filePath("synthetic"));
    QTRY_VERIFY_WITH_TIMEOUT(m_window->session().hasModel(), kJobMs);
    PruneOptions options = m_window->session().pruneOptions();
    options.criterion = "sparsegpt";
    m_window->session().setPruneOptions(options);
  }
  void cleanupTestCase() { m_window.reset(); }

  void aPersonIsAskedAndCanStop() {
    m_window->exports().exportTo(m_dir.filePath("stopped"));
    QTRY_VERIFY_WITH_TIMEOUT(question() || !m_window->findChild<MessageBar*>()->errors().isEmpty(), kJobMs);
    QVERIFY2(question(), qPrintable(m_window->findChild<MessageBar*>()->errors().join('\n')));
    // Which matrices, how many values, of what size.
    const QString said = question()->informativeText();
    QVERIFY2(said.contains(QString::fromStdString(m_matrix)) && said.contains("F16"), qPrintable(said));
    QVERIFY(!fs::exists(path("stopped")));
    answer("Do Not Export");
    QTRY_VERIFY(!question());
    QVERIFY(!m_window->isBusy() && !fs::exists(path("stopped")));
    m_window->exports().exportClamped();  // there is none any more
    QVERIFY(!m_window->isBusy());
  }

  void clampedItIsWrittenWithoutPruningAgain() {
    QSignalSpy exported(&m_window->exports(), &ExportController::exported);
    QSignalSpy warned(&m_window->exports(), &ExportController::warned);
    m_window->exports().exportTo(m_dir.filePath("clamped"));
    QTRY_VERIFY_WITH_TIMEOUT(question(), kJobMs);
    QVERIFY(exported.isEmpty());
    answer("Clamp and Export");
    QTRY_COMPARE_WITH_TIMEOUT(exported.count(), 1, kJobMs);
    QVERIFY(fs::exists(path("clamped") / "model.safetensors"));
    QVERIFY(warned.count() >= 1);
    QVERIFY2(warned[0][0].toString().contains(QString::fromStdString(m_matrix)),
             qPrintable(warned[0][0].toString()));
    // What the program wrote it opens again: no weight is infinite.
    m_window->projects().discardChanges();
    m_window->open(m_dir.filePath("clamped"));
    QTRY_VERIFY_WITH_TIMEOUT(m_window->session().info().name == "clamped", kJobMs);
  }
};

QTEST_MAIN(ExportTest)
#include "export_test.moc"
