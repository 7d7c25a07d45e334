#include "core/base/row_products.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <QtTest/QtTest>
#include <array>
#include <atomic>
#include <cmath>
#include <functional>
#include <vector>

#include "core/base/idle_workers.h"
#include "core/base/parallel.h"

using namespace espalier;

namespace {

at::Tensor some(std::vector<int64_t> shape) {
  auto t = at::empty(shape);
  for (int64_t i = 0; i < t.numel(); ++i)
    t.data_ptr<float>()[i] = float(std::sin(1.3 * double(i) + double(i % 7)));
  return t;
}

}  // namespace

class RowProductsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cleanup() { setThreadCount(0); }

  // Of any number of workers and any shape, and as LibTorch's own.
  void haveTheSameBits_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    QTest::addColumn<int>("outputs");
    for (const auto [rows, columns, outputs] : std::vector<std::array<int, 3>>{{512, 512, 512},
                                                                               {1028, 384, 192},
                                                                               {200, 300, 333},
                                                                               {700, 130, 129},
                                                                               {385, 700, 70},
                                                                               {3, 64, 64},
                                                                               {0, 64, 64}})
      QTest::newRow(qPrintable(QString("%1 x %2 x %3").arg(rows).arg(columns).arg(outputs)))
          << rows << columns << outputs;
  }
  void haveTheSameBits() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(int, outputs);
    c10::NoGradGuard noGrad;
    const auto x = some({rows, columns}), weight = some({outputs, columns}), bias = some({outputs});
    const auto flow = some({rows, outputs});
    for (const int workers : {1, 2, 3, 5}) {
      setThreadCount(workers);
      QVERIFY(linearByRows(x, weight, bias).equal(at::linear(x, weight, bias)));
      QVERIFY(linearByRows(x, weight, {}).equal(at::linear(x, weight)));
      QVERIFY(linearByRows(x.view({1, rows, columns}), weight, bias)
                  .equal(at::linear(x.view({1, rows, columns}), weight, bias)));
      QVERIFY(productByRows(flow, weight).equal(at::mm(flow, weight)));
      QVERIFY(productByRows(flow.t(), x).equal(at::mm(flow.t(), x)));
    }
  }

  void gradientsHaveTheSameBits() {
    const auto x = some({2, 256, 300}), weight = some({333, 300}), bias = some({333}),
               flow = some({2, 256, 333});
    const auto gradient = [&](const auto& linear) {
      const auto leaf = x.clone().set_requires_grad(true);
      linear(leaf).backward(flow);
      return leaf.grad();
    };
    const auto want = gradient([&](const at::Tensor& t) { return at::linear(t, weight, bias); });
    for (const int workers : {1, 2, 4}) {
      setThreadCount(workers);
      QVERIFY(gradient([&](const at::Tensor& t) { return linearByRows(t, weight, bias); }).equal(want));
    }
  }

  // What is made of each number or row, with as many numbers as make it worth sharing and others, also where
  // rows do not end where vectors do.
  void rowsHaveTheSameBits() {
    c10::NoGradGuard noGrad;
    const std::pair<const char*, std::function<at::Tensor(const at::Tensor&)>> operations[] = {
        {"GELU", [](const at::Tensor& x) { return at::gelu(x); }},
        {"GELU by tanh", [](const at::Tensor& x) { return at::gelu(x, "tanh"); }},
        {"SiLU", [](const at::Tensor& x) { return at::silu(x); }},
        {"layer norm", [](const at::Tensor& x) { return at::layer_norm(x, {x.size(-1)}); }},
        {"RMS norm", [](const at::Tensor& x) { return x * at::rsqrt(x.square().mean(-1, true) + 1e-6); }}};
    for (const auto& shape : std::vector<std::vector<int64_t>>{
             {2, 400, 512}, {1028, 333}, {700, 1001}, {5, 64}, {1, 300'000}, {0, 64}})
      for (const auto& [name, make] : operations) {
        const auto x = some(shape), want = make(x);
        for (const int workers : {1, 2, 3, 5}) {
          setThreadCount(workers);
          QVERIFY2(byRows(x, make).equal(want), name);
        }
        setThreadCount(2);
        if (x.numel() == 0) continue;
        const auto turned = x.transpose(0, 1);
        QVERIFY2(byRows(turned, make).equal(make(turned)), name);
      }
  }

  void everyRowHasOnePiece() {
    for (const int workers : {1, 2, 3, 7})
      for (const int64_t rows : {0, 1, 95, 96, 193, 1000, 4000}) {
        setThreadCount(workers);
        std::vector<std::atomic<int>> seen(static_cast<size_t>(rows));
        forRowPieces(at::zeros({rows, 512}), [&](int64_t begin, int64_t count) {
          for (int64_t r = begin; r < begin + count; ++r) ++seen[size_t(r)];
        });
        for (const auto& times : seen) QCOMPARE(times.load(), 1);
      }
  }

  // A single task leaves the others idle; one of several does not.
  void idleWorkersAreCounted() {
    setThreadCount(4);
    QCOMPARE(idleWorkers(), 4);
    parallelFor(1, [](int64_t) { QCOMPARE(idleWorkers(), 4); });
    parallelFor(2, [](int64_t) { QCOMPARE(idleWorkers(), 1); });
    QCOMPARE(idleWorkers(), 4);
  }
};

QTEST_APPLESS_MAIN(RowProductsTest)
#include "row_products_test.moc"
