#include "core/live/matrix_view.h"

#include <ATen/ATen.h>

#include <QtTest/QtTest>
#include <numeric>

#include "core/checkpoint/tensor.h"
#include "core/engine/open_model.h"
#include "core/samples/sample_folder.h"

using namespace espalier;

class MatrixViewTest : public QObject {
  Q_OBJECT
  ModelPtr m_model, m_pruned;
  std::string m_name;

 private Q_SLOTS:
  void initTestCase() {
    m_model = openModel(sampleFolder() / "model");
    for (const auto& b : infoOf(*m_model).blocks)
      for (const auto& m : b.matrices)
        if (m.name.find("SelfAttention.q.weight") != std::string::npos && m_name.empty()) m_name = m.name;
    QVERIFY(!m_name.empty());
    auto weights = m_model->weights;
    auto w = m_model->weights.get(m_name).clone();
    w.slice(0, 0, w.size(0) / 2).zero_();
    weights.set(m_name, w);
    m_pruned = std::make_shared<OpenModel>(
        OpenModel{m_model->checkpoint, m_model->model, weights, m_model->processor, m_model->info});
  }

  void showsWhereWeightsStay() {
    const auto view = viewMatrix(*m_model, *m_pruned, m_name, 16);
    QCOMPARE(view.gridRows, int64_t(16));
    QCOMPARE(view.density.size(), size_t(view.gridRows * view.gridColumns));
    QCOMPARE(view.density.front(), 0.0f);
    QVERIFY(view.density.back() > 0.99f);
    QCOMPARE(view.rowKept.front(), 0.0f);
    QVERIFY(std::abs(view.columnKept.front() - 0.5f) < 0.01f);
    QVERIFY(std::abs(view.kept - 0.5) < 0.01);
    QCOMPARE(view.heads, int64_t(4));
    QVERIFY(!view.headsInColumns);
  }

  void countsEveryWeight() {
    const auto view = viewMatrix(*m_model, *m_pruned, m_name, 1000);
    QCOMPARE(view.gridRows, view.rows);
    const auto sum = [](const Histogram& h) {
      return std::accumulate(h.counts.begin(), h.counts.end(), int64_t(0));
    };
    QCOMPARE(sum(view.pruned), m_pruned->weights.get(m_name).count_nonzero().item<int64_t>());
    QCOMPARE(sum(view.dense), m_model->weights.get(m_name).count_nonzero().item<int64_t>());
    QVERIFY_THROWS_EXCEPTION(Error, viewMatrix(*m_model, *m_pruned, "no.such"));
  }

  void thresholdsLieBetweenTheirPoints() {
    ScoreSpread spread;
    QCOMPARE(spread.thresholdAt(0.5), 0.0);
    spread.thresholds = {-2, -1, 3};
    QCOMPARE(spread.thresholdAt(0), -2.0);
    QCOMPARE(spread.thresholdAt(0.25), -1.5);
    QCOMPARE(spread.thresholdAt(1), 3.0);
  }

  void masksReadBack() {
    QTemporaryDir dir;
    const std::filesystem::path file = dir.filePath("masks.safetensors").toStdString();
    Plan plan;
    plan.groups = {{m_name, "language encoder", 1, 0, 0, 0.5, false, {m_name}, {}}};
    exportMasks(*m_pruned, plan, file, {});
    const auto tensors = readTensors(file);
    QCOMPARE(tensors.size(), size_t(1));
    QVERIFY(at::equal(tensors.at(m_name), m_pruned->weights.get(m_name).ne(0).to(at::kByte)));
  }
};

QTEST_APPLESS_MAIN(MatrixViewTest)
#include "matrix_view_test.moc"
