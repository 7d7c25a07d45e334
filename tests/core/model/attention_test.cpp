#include "core/model/layers/attention.h"

#include <QtTest/QtTest>

#include <cmath>
#include <vector>

#include "core/base/parallel.h"
#include "core/model/layers/activation.h"

using namespace espalier;

namespace {

// As the formula reads: all scores at once, gradients by LibTorch.
at::Tensor plain(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, int64_t heads, double scale,
                 const at::Tensor& bias) {
  const int64_t n = q.size(0), groups = k.size(2) * heads / q.size(2);
  const auto split = [n](const at::Tensor& t, int64_t parts) {
    return t.reshape({n, t.size(1), parts, t.size(2) / parts}).transpose(1, 2);
  };
  const auto shared = [&](const at::Tensor& t) {
    return split(t, groups).repeat_interleave(heads / groups, 1);
  };
  auto scores = at::matmul(split(q, heads) * scale, shared(k).transpose(2, 3));
  if (bias.defined()) scores = scores + (bias.size(0) > 1 ? bias.repeat({n / bias.size(0), 1, 1, 1}) : bias);
  const auto mixed = at::matmul(at::softmax(scores, -1), shared(v));
  return mixed.transpose(1, 2).reshape({n, q.size(1), v.size(2) / groups * heads});
}

bool near(const at::Tensor& a, const at::Tensor& b) {
  return a.sizes() == b.sizes() && at::allclose(a, b, 1e-4, 1e-5);
}

}  // namespace

class AttentionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { at::manual_seed(1); }

  void resultAndGradientsAreThoseOfTheFormula_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("queries");
    QTest::addColumn<int>("keys");
    QTest::addColumn<int>("heads");
    QTest::addColumn<int>("groups");
    QTest::addColumn<int>("biasRows");  // 0: none
    QTest::addColumn<double>("scale");
    QTest::newRow("plain") << 3 << 7 << 7 << 4 << 4 << 0 << 0.25;
    QTest::newRow("unscaled, biased") << 2 << 5 << 9 << 4 << 4 << 1 << 1.0;
    QTest::newRow("grouped") << 2 << 6 << 6 << 6 << 2 << 1 << 0.5;
    QTest::newRow("masks once for both forks") << 4 << 5 << 5 << 2 << 2 << 2 << 0.5;
    // More scores than are made at once.
    QTest::newRow("row by row") << 3 << 260 << 260 << 8 << 4 << 0 << 0.3;
    QTest::newRow("row by row, biased") << 3 << 260 << 260 << 8 << 8 << 1 << 0.3;
    QTest::newRow("row by row, forks") << 4 << 260 << 260 << 8 << 8 << 2 << 0.3;
    QTest::newRow("a few rows at once") << 7 << 130 << 130 << 12 << 12 << 7 << 0.3;
  }
  void resultAndGradientsAreThoseOfTheFormula() {
    QFETCH(int, rows);
    QFETCH(int, queries);
    QFETCH(int, keys);
    QFETCH(int, heads);
    QFETCH(int, groups);
    QFETCH(int, biasRows);
    QFETCH(double, scale);
    const int width = 4;
    // Queries out of a fused product: not contiguous.
    const auto fused = at::randn({rows, queries, 2 * heads * width});
    std::vector<at::Tensor> given{fused.narrow(2, 0, heads * width), at::randn({rows, keys, groups * width}),
                                  at::randn({rows, keys, groups * width})};
    if (biasRows > 0) given.push_back(at::randn({biasRows, heads, queries, keys}));
    const auto flow = at::randn({rows, queries, heads * width});
    const auto leaves = [&] {
      std::vector<at::Tensor> out;
      for (const auto& t : given) out.push_back(t.detach().set_requires_grad(true));
      return out;
    };
    const auto ours = leaves(), theirs = leaves();
    const auto biasOf = [](const std::vector<at::Tensor>& t) { return t.size() > 3 ? t[3] : at::Tensor(); };
    const auto made = attend(ours[0], ours[1], ours[2], heads, scale, biasOf(ours));
    const auto expected = plain(theirs[0], theirs[1], theirs[2], heads, scale, biasOf(theirs));
    QVERIFY(near(made.detach(), expected.detach()));
    made.backward(flow);
    expected.backward(flow);
    for (size_t i = 0; i < given.size(); ++i)
      QVERIFY2(near(ours[i].grad(), theirs[i].grad()), qPrintable(QString::number(i)));
    // Without gradients the same, and nothing that came in is changed.
    const auto unrecorded = attend(given[0], given[1], given[2], heads, scale, biasOf(given));
    QVERIFY(at::equal(unrecorded, made.detach()));
  }

  // The heads that share keys and values read them where they lie: the bits are those of copies for each
  // head. Also out of a room that has more places.
  void oneTokenOfGroupsHasTheBitsOfCopies() {
    for (const int64_t rows : {1, 3})
      for (const int64_t keys : {1, 5, 70, 700})
        for (const double cap : {0.0, 5.0})
          for (const bool masked : {false, true}) {
            const int64_t heads = 9, groups = 3, width = 16;
            const auto q = at::randn({rows, 1, heads * width});
            const auto k = at::randn({rows, keys + 8, groups * width}).narrow(1, 0, keys),
                       v = at::randn({rows, keys + 8, groups * width}).narrow(1, 0, keys);
            const auto copies = [&](const at::Tensor& t) {
              return t.reshape({rows, keys, groups, width}).repeat_interleave(heads / groups, 2).flatten(2);
            };
            const auto bias = masked ? at::randn({rows, 1, 1, keys}) : at::Tensor();
            const auto made = attend(q, k, v, heads, 0.25, bias, cap);
            QVERIFY(at::equal(made, attend(q, copies(k), copies(v), heads, 0.25, bias, cap)));
            QVERIFY(near(made, attend(q, k.contiguous(), v.contiguous(), heads, 0.25, bias, cap)));
          }
  }

  void aConstantBiasHasNoGradient() {
    const auto q = at::randn({2, 3, 8}).set_requires_grad(true), k = at::randn({2, 3, 8}),
               v = at::randn({2, 3, 8}), bias = at::randn({1, 1, 3, 3});
    attend(q, k, v, 2, 0.5, bias).sum().backward();
    QVERIFY(q.grad().defined());
    QVERIFY(!bias.grad().defined() && !k.grad().defined());
  }

  // Idle workers share the rows of a batch whose scores would fit together.
  void workersChangeNoBits() {
    for (const bool masked : {false, true}) {
      const auto made = [&](int workers) {
        setThreadCount(workers);
        at::manual_seed(3);
        std::vector<at::Tensor> all;
        for (int i = 0; i < 3; ++i) all.push_back(at::randn({7, 9, 24}).set_requires_grad(true));
        const auto bias = masked ? maskBias((at::rand({7, 9}) > 0.2).to(at::kFloat)) : at::Tensor();
        const auto mixed = attend(all[0], all[1], all[2], 3, 0.5, bias);
        mixed.square().sum().backward();
        return std::vector<at::Tensor>{mixed.detach(), all[0].grad(), all[1].grad(), all[2].grad()};
      };
      const auto want = made(1);
      for (const int workers : {2, 3, 16}) {
        const auto got = made(workers);
        for (size_t i = 0; i < got.size(); ++i) QVERIFY(got[i].equal(want[i]));
      }
    }
    setThreadCount(0);
  }

  // What flows back through an activation takes its result; the input stays.
  void activationsHaveTheGradientsOfTheirFormulas() {
    const auto x = at::randn({5, 6}).set_requires_grad(true), y = x.detach().clone().set_requires_grad(true),
               w = at::randn({3, 6});
    const auto before = x.detach().clone();
    at::linear(activate(Activation::Gelu, x), w).sum().backward();
    // Gaussian error linear units: x P(Z < x) (Hendrycks, Gimpel 2016).
    at::linear(y * 0.5 * (1 + at::erf(y * std::sqrt(0.5))), w).sum().backward();
    QVERIFY(at::equal(x.detach(), before));
    QVERIFY(near(x.grad(), y.grad()));

    const auto t = x.detach().clone().set_requires_grad(true), u = x.detach().clone().set_requires_grad(true);
    at::linear(activate(Activation::GeluTanh, t), w).sum().backward();
    at::linear(0.5 * u * (1 + at::tanh(std::sqrt(2 / M_PI) * (u + 0.044715 * u * u * u))), w)
        .sum()
        .backward();
    QVERIFY(near(t.grad(), u.grad()));
  }
};

QTEST_APPLESS_MAIN(AttentionTest)
#include "attention_test.moc"
