// Derivative rules of single operations in float64, against central differences.
#include <QtTest/QtTest>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <functional>

#include "core/model/layers/attention.h"
#include "core/model/layers/gated_delta.h"
#include "core/tangent/rows.h"
#include "core/tangent/tangents.h"
#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;

namespace {

constexpr int64_t kRows = 2, kTangents = 3;
using Function = std::function<at::Tensor(const at::Tensor& x, const at::Tensor& y)>;

at::Tensor numbers(std::vector<int64_t> shape, uint64_t seed) {
  auto t = at::empty(shape, at::kDouble);
  double* n = t.data_ptr<double>();
  for (int64_t i = 0; i < t.numel(); ++i)
    n[i] = std::sin(double(seed) + 1.7 * double(i) + 0.3 * double(i * i));
  return t;
}

at::Tensor stackOf(const at::Tensor& clean, const at::Tensor& tangents) {
  return withTangents(clean, tangents.flatten(0, 1));
}

struct Case {
  const char* name;
  Function function;
};

const at::Tensor& bias() {
  static const auto t = numbers({6}, 5);
  return t;
}

const std::vector<Case>& cases() {
  static const auto weight = numbers({6, 6}, 4), table = numbers({1, 4, 6}, 6),
                    repeated = numbers({kRows, 4, 6}, 8);
  static const auto mask = numbers({kRows, 4, 6}, 9) > 0;
  using T = const at::Tensor&;
  // A constant that layers repeat for all forks of x.
  static const auto forks = [](T t, T x) { return t.repeat({x.size(0) / t.size(0), 1, 1}); };
  static const std::vector<Case> all{
      {"sum", [](T x, T y) { return x + 2 * y; }},
      {"sum with constants", [](T x, T) { return (x * -1 + 3) + table - bias() + forks(repeated, x); }},
      {"sum with a constant as long as there are rows",
       [](T x, T) {
         return at::cat({x, x.slice(2, 0, 2)}, 2) + numbers({(1 + kTangents) * kRows}, 3);
       }},
      {"constant less a tensor", [](T x, T) { return table - x; }},
      {"sum of a wide and a narrow", [](T x, T y) { return x.slice(2, 0, 1) + y; }},
      {"product", [](T x, T y) { return x * y; }},
      {"product with constants", [](T x, T) { return x * table * bias() * forks(repeated, x) * 0.5; }},
      {"product of a wide and a narrow", [](T x, T y) { return x * y.sum(-1, true); }},
      {"quotient", [](T x, T y) { return x / (y.square() + 1); }},
      {"constant by a tensor", [](T x, T) { return table / (x.square() + 1); }},
      {"quotient by a constant", [](T x, T) { return x / (bias() + 2); }},
      {"linear", [](T x, T) { return at::linear(x, weight, bias()); }},
      {"product of matrices", [](T x, T y) { return at::matmul(x, y.transpose(1, 2)); }},
      {"constant times a matrix", [](T x, T) { return at::matmul(forks(repeated, x), x.transpose(1, 2)); }},
      {"side by side",
       [](T x, T y) {
         return at::cat({x, y, forks(repeated, x)}, 1);
       }},
      {"filled",
       [](T x, T) {
         return x.masked_fill(mask.repeat({x.size(0) / kRows, 1, 1}), 3);
       }},
      {"filled with zeros",
       [](T x, T) {
         return x.masked_fill(mask.repeat({x.size(0) / kRows, 1, 1}), 0);
       }},
      {"chosen",
       [](T x, T y) {
         return at::where(mask.repeat({x.size(0) / kRows, 1, 1}), x, y);
       }},
      {"added at places",
       [](T x, T y) {
         return x.index_add(1, at::tensor({3, 1, 1, 0}, at::kLong), y);
       }},
      {"scattered",
       [](T x, T y) {
         const auto where = mask.repeat({x.size(0) / kRows, 1, 1});
         return x.masked_scatter(where, y.masked_fill(where.logical_not(), 0));
       }},
      {"moved about",
       [](T x, T) {
         return x.reshape({-1, kRows, 4, 3, 2})
             .permute({0, 1, 3, 2, 4})
             .flatten(0, 1)
             .slice(1, 0, 2)
             .cumsum(2);
       }},
      {"parts", [](T x, T) { return x.chunk(2, -1)[0] * x.split(3, -1)[1].mean(1, true); }},
      {"gelu", [](T x, T) { return at::gelu(x); }},
      {"gelu by tanh", [](T x, T) { return at::gelu(x, "tanh"); }},
      {"silu", [](T x, T) { return at::silu(x); }},
      {"mish", [](T x, T) { return at::mish(x); }},
      {"sigmoid", [](T x, T) { return at::sigmoid(x); }},
      {"log sigmoid", [](T x, T) { return at::log_sigmoid(x); }},
      {"tanh", [](T x, T) { return at::tanh(x); }},
      {"relu", [](T x, T) { return at::relu(x); }},
      {"relu6", [](T x, T) { return at::relu6(8 * x); }},
      {"exp, log", [](T x, T) { return (x.exp() + 1).log(); }},
      {"powers", [](T x, T) { return (x.square() + 1).sqrt() + (x.square() + 1).rsqrt() + x.pow(3); }},
      {"reciprocal", [](T x, T) { return (x.square() + 1).reciprocal(); }},
      {"softplus", [](T x, T) { return at::softplus(x); }},
      {"at least", [](T x, T) { return x.clamp_min(0.1); }},
      {"softmax", [](T x, T) { return x.softmax(-1); }},
      {"log-sum-exp", [](T x, T) { return at::logsumexp(x, {2}); }},
      {"length", [](T x, T) { return x / x.norm(2, {-1}, true); }},
      {"layer norm", [](T x, T) { return at::layer_norm(x, {6}, bias(), bias(), 1e-5); }},
      {"layer norm without weights", [](T x, T) { return at::layer_norm(x, {6}, {}, {}, 1e-5); }},
      {"RMS norm",
       [](T x, T) {
         return hasTangents(x) ? rmsNormWithTangents(x, bias(), 1e-6)
                               : x * at::rsqrt(x.square().mean(-1, true) + 1e-6) * bias();
       }},
      {"attention", [](T x, T y) { return attend(x, y, x * y, 3, 0.7, {}); }},
      {"attention, keys alone",
       [](T x, T) { return attend(forks(repeated, x), x, forks(repeated, x), 2, 1, {}); }},
      {"attention, capped, causal, shared keys",
       [](T x, T y) {
         return attend(x, y.slice(2, 0, 3), x.slice(2, 3), 2, 1, causalBias(4, 0, at::kCPU), 2);
       }},
      {"gated delta rule",
       [](T x, T y) {
         const auto heads = [](T t) { return t.reshape({t.size(0), 4, 2, 3}); };
         at::Tensor memory;
         return gatedDelta(heads(x), heads(y), heads(x * y), -at::softplus(x.slice(2, 0, 2)),
                           at::sigmoid(y.slice(2, 0, 2)), memory);
       }},
  };
  return all;
}

}  // namespace

class RulesTest : public QObject {
  Q_OBJECT

  at::Tensor m_x = numbers({kRows, 4, 6}, 1), m_y = numbers({kRows, 4, 6}, 2);
  at::Tensor m_dx = numbers({kTangents, kRows, 4, 6}, 3), m_dy = numbers({kTangents, kRows, 4, 6}, 7);

 private Q_SLOTS:
  void isTheDerivative_data() {
    QTest::addColumn<int>("index");
    for (size_t i = 0; i < cases().size(); ++i) QTest::newRow(cases()[i].name) << int(i);
  }
  // Along three directions at once, where both arguments move and where the first alone does.
  void isTheDerivative() {
    QFETCH(int, index);
    const auto& f = cases()[size_t(index)].function;
    c10::NoGradGuard noGrad;
    for (const bool both : {true, false}) {
      const TangentScope scope;
      const auto dy = both ? m_dy : at::zeros_like(m_dy);
      const auto y = m_y.repeat({1 + kTangents, 1, 1});  // a constant, as layers repeat it
      const auto got = f(stackOf(m_x, m_dx), both ? stackOf(m_y, m_dy) : y);
      QVERIFY(hasTangents(got));
      QCOMPARE(tangentCount(got), kTangents);
      QVERIFY(at::allclose(cleanOf(got), f(m_x, m_y), 1e-12, 1e-12));
      for (int64_t t = 0; t < kTangents; ++t) {
        const double h = 1e-6;
        const auto want =
            (f(m_x + h * m_dx[t], m_y + h * dy[t]) - f(m_x - h * m_dx[t], m_y - h * dy[t])) / (2 * h);
        const auto have = tangentsOf(got).narrow(0, t * want.size(0), want.size(0));
        const double off = (have - want).abs().max().item<double>(), size = want.abs().max().item<double>();
        QVERIFY2(off < 1e-7 * std::max(1.0, size), std::to_string(off).c_str());
      }
    }
  }

  // No operation passes by without a rule, and none may mix forks.
  void namesWhatItCannotCompute() {
    c10::NoGradGuard noGrad;
    const TangentScope scope;
    const auto x = stackOf(m_x, m_dx);
    QVERIFY(errorOf([&] { at::erfinv(x); }).contains("aten::erfinv"));
    QVERIFY(errorOf([&] { x.sum({0}); }).contains("first dimension"));
    QVERIFY(errorOf([&] { x.select(0, 1); }).contains("first dimension"));
    QVERIFY(errorOf([&] { x.transpose(0, 1); }).contains("first dimension"));
    QVERIFY(errorOf([&] { at::cat({x, x}, 0); }).contains("first dimension"));
    QVERIFY(errorOf([&] { m_x.clone().add_(x); }).contains("in place"));
    QVERIFY(errorOf([&] { x + withTangents(m_x, m_x); }).contains("3 and 1 tangents"));
  }

  void constantsAreNoTangents() {
    QVERIFY(!hasTangents(at::Tensor()));
    QVERIFY(!hasTangents(m_x));
    QCOMPARE(tangentCount(m_x), int64_t(0));
    QVERIFY(constantOf(m_x.repeat({4, 1, 1}), 3, kRows).equal(m_x));
    QVERIFY(constantOf(bias(), 3, kRows).is_same(bias()));
  }
};

QTEST_APPLESS_MAIN(RulesTest)
#include "rules_test.moc"
