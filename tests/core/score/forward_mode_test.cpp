#include "core/score/forward_mode.h"

#include <c10/core/GradMode.h>
#include <QtTest/QtTest>

#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "tests/support/family_batches.h"

using namespace espalier;
using namespace espalier::test;

namespace {

const auto kAll = [](const Block& b) { return !b.description().matrices.empty(); };
using Values = std::map<std::string, std::vector<double>>;

struct ForwardCase {
  std::filesystem::path folder;
  ModelFixture fixture;
  std::vector<std::shared_ptr<const Batch>> batches;

  explicit ForwardCase(const std::string& name)
      : folder(dataFile("fixtures/models") / name),
        fixture(folder),
        batches{batchWithLoss(folder, *fixture.model)} {
    batches.push_back(batches[0]);
  }

  Values scores(int64_t draws, uint64_t seed, const std::function<bool(const Block&)>& wanted = kAll) const {
    Values out;
    sweepForwardMode(*fixture.model, fixture.weights, batches, wanted, draws, gaussianNoise(seed), {},
                     [&](const Block&, const std::vector<MatrixEstimate>& es) {
                       for (const auto& e : es) out[e.matrix->name] = e.values;
                     });
    return out;
  }
};

}  // namespace

class ForwardModeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cleanup() {
    setThreadCount(0);
    setMemoryLimit(0);
  }

  // Bit for bit the same, whatever the number of workers, the room for tangents, and where a sweep begins.
  void dependsOnNothingElse() {
    c10::NoGradGuard noGrad;
    const ForwardCase c("blip2-t5");
    setThreadCount(1);
    const auto whole = c.scores(2, 5);
    setThreadCount(4);
    QVERIFY(c.scores(2, 5) == whole);
    setMemoryLimit(100'000);
    QVERIFY(c.scores(2, 5) == whole);
    setThreadCount(1);
    QVERIFY(c.scores(2, 5) == whole);
    setMemoryLimit(0);
    QVERIFY(c.scores(2, 6) != whole);
    // As after a stop: the later half of the blocks.
    int left = 0;
    for (const auto& b : c.fixture.model->blocks()) left += kAll(*b) ? 1 : 0;
    std::map<std::string, bool> late;
    for (const auto& b : c.fixture.model->blocks())
      if (kAll(*b)) late[b->name()] = left-- % 2 == 0;
    const auto some = c.scores(2, 5, [&](const Block& b) { return kAll(b) && late.at(b.name()); });
    QVERIFY(!some.empty() && some.size() < whole.size());
    for (const auto& [name, values] : some) QVERIFY2(values == whole.at(name), name.c_str());
  }

  // Each draw has noise of its own, that of zeroth-order scores. Their step of 1e-3 is not small for all
  // keys.
  void drawsAreThoseOfZerothOrder() {
    c10::NoGradGuard noGrad;
    const ForwardCase c("t5");
    const auto got = c.scores(3, 11);
    Values differences;
    sweepZerothOrder(*c.fixture.model, c.fixture.weights, c.batches, kAll, {1e-3, 3, 11}, gaussianNoise(11),
                     {}, [&](const Block&, const std::vector<MatrixEstimate>& es) {
                       for (const auto& e : es) differences[e.matrix->name] = e.values;
                     });
    QCOMPARE(got.size(), differences.size());
    double off = 0, sum = 0;
    for (const auto& [name, values] : got) {
      QCOMPARE(values.size(), size_t(6));
      for (size_t i = 0; i < values.size(); ++i)
        off += std::abs(values[i] - differences.at(name)[i]), sum += values[i];
      QVERIFY(values[0] != values[1]);
    }
    QVERIFY2(off < 0.01 * sum, std::to_string(off / sum).c_str());
  }

  void leavesWeightsBitIdentical() {
    c10::NoGradGuard noGrad;
    const ForwardCase c("t5");
    std::map<std::string, at::Tensor> before;
    for (const auto& d : c.fixture.model->declared()) before[d.name] = c.fixture.weights.get(d.name).clone();
    c.scores(1, 0);
    for (const auto& [name, t] : before) QVERIFY(c.fixture.weights.get(name).equal(t));
  }

  void stopsWhenAsked() {
    const ForwardCase c("t5");
    std::stop_source stop;
    JobControl control;
    control.stop = stop.get_token();
    control.onProgress = [&](const Progress& p) {
      if (p.done > 20) stop.request_stop();
    };
    int finished = 0;
    QVERIFY_EXCEPTION_THROWN(
        sweepForwardMode(*c.fixture.model, c.fixture.weights, c.batches, kAll, 1, gaussianNoise(0), control,
                         [&](const Block&, const auto&) { ++finished; }),
        Cancelled);
    QVERIFY(finished < 4);
  }
};

QTEST_APPLESS_MAIN(ForwardModeTest)
#include "forward_mode_test.moc"
