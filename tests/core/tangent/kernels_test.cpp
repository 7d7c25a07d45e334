// What tangents have kernels of their own for, in float32, against the same rules in float64.
#include <QtTest/QtTest>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/base/random.h"
#include "core/model/layers/attention.h"
#include "core/tangent/attention_kernel.h"
#include "core/tangent/clean_values.h"
#include "core/tangent/rows.h"
#include "core/tangent/tangents.h"

using namespace espalier;

namespace {

at::Tensor normal(std::vector<int64_t> shape, uint64_t stream) {
  auto t = at::empty(shape, at::kFloat);
  CounterRandom(3, stream).fillNormal(t.data_ptr<float>(), t.numel());
  return t;
}

// Rows, lengths and widths of an attention, and which of query, key and value move.
struct Shape {
  const char* name;
  int64_t rows, queries, keys, heads, groups, width, tangents;
  bool q, k, v;
  double cap = 0;
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all{
      {"all move", 2, 7, 7, 3, 3, 8, 3, true, true, true},
      {"queries alone", 2, 5, 9, 2, 2, 4, 2, true, false, false},
      {"keys alone", 1, 5, 9, 2, 2, 4, 2, false, true, false},
      {"values alone", 2, 5, 9, 2, 2, 4, 2, false, false, true},
      {"shared keys and a cap", 2, 6, 6, 4, 2, 8, 2, true, true, true, 3},
      {"longer than what is computed at once", 1, 300, 300, 1, 1, 16, 1, true, true, true},
  };
  return all;
}

// Largest difference over the largest number.
double distance(const at::Tensor& got, const at::Tensor& want) {
  return (got.to(at::kDouble) - want).abs().max().item<double>() / want.abs().max().item<double>();
}

}  // namespace

class KernelsTest : public QObject {
  Q_OBJECT

  c10::NoGradGuard m_noGrad;

 private Q_SLOTS:
  void attention_data() {
    QTest::addColumn<int>("index");
    for (size_t i = 0; i < shapes().size(); ++i) QTest::newRow(shapes()[i].name) << int(i);
  }
  void attention() {
    QFETCH(int, index);
    const auto& s = shapes()[size_t(index)];
    QVERIFY(canChangeAttention());
    const TangentScope scope;
    const auto attended = [&](at::ScalarType type) {
      uint64_t stream = 0;
      const auto made = [&](bool moves, int64_t length, int64_t parts) {
        const auto clean = normal({s.rows, length, parts * s.width}, ++stream).to(type);
        const auto tangents = normal({s.tangents * s.rows, length, parts * s.width}, ++stream).to(type);
        return moves ? withTangents(clean, tangents) : clean;
      };
      const auto q = made(s.q, s.queries, s.heads), k = made(s.k, s.keys, s.groups),
                 v = made(s.v, s.keys, s.groups);
      const auto bias = s.queries == s.keys ? causalBias(s.keys, 0, at::kCPU).to(type) : at::Tensor();
      return attend(q, k, v, s.heads, 0.4, bias, s.cap);
    };
    const auto got = attended(at::kFloat), want = attended(at::kDouble);
    QCOMPARE(tangentCount(got), s.tangents);
    QVERIFY(distance(cleanOf(got), cleanOf(want)) < 1e-5);
    const double off = distance(tangentsOf(got), tangentsOf(want));
    QVERIFY2(off < 1e-5, std::to_string(off).c_str());
  }

  // Queries, keys and values of one product: their numbers lie between each other's, and all tangents beside
  // the product share what is made of its clean value.
  void attentionOfOneProduct() {
    const TangentScope scope;
    for (const int64_t tangents : {1, 3})
      for (const int64_t length : {1, 5}) {
        CleanValues values(int64_t(1) << 20);
        const CleanValuesHere here(values, true);
        const auto attended = [&](const at::Tensor& clean, uint64_t stream) {
          const auto moving = normal({tangents * 2, length, 3 * 8}, stream).to(clean.scalar_type());
          const auto parts = withTangents(clean, moving).chunk(3, 2);
          return attend(parts[0], parts[1], parts[2], 2, 0.4, {}, 0);
        };
        const auto clean = normal({2, length, 3 * 8}, 9), exact = clean.to(at::kDouble);
        const auto one = attended(clean, 10), other = attended(clean, 11);
        QVERIFY(cleanOf(one).is_same(cleanOf(other)));
        for (const auto& [got, want] : {std::pair(one, attended(exact, 10)), {other, attended(exact, 11)}}) {
          const double off = distance(tangentsOf(got), tangentsOf(want));
          QVERIFY2(off < 1e-5, std::to_string(off).c_str());
        }
      }
  }

  void norms() {
    const TangentScope scope;
    for (const int64_t width : {1, 6, 64, 1000, 1376}) {
      const auto normed = [&](at::ScalarType type, bool centred, bool weighted) {
        const auto x =
            withTangents(normal({2, 3, width}, 1).to(type) + 0.5, normal({8, 3, width}, 2).to(type));
        const auto weight = normal({width}, 3).to(type), bias = normal({width}, 4).to(type);
        if (!centred) return rmsNormWithTangents(x, weight, 1e-2);
        return weighted ? layerNormWithTangents(x, weight, bias, 1e-2)
                        : layerNormWithTangents(x, {}, {}, 1e-2);
      };
      for (const bool centred : {true, false})
        for (const bool weighted : {true, false}) {
          if (centred && width == 1) continue;  // all zero
          const auto got = normed(at::kFloat, centred, weighted),
                     want = normed(at::kDouble, centred, weighted);
          const double off = distance(tangentsOf(got), tangentsOf(want));
          QVERIFY2(off < 1e-5, qPrintable(QString("%1 wide: %2").arg(width).arg(off)));
        }
    }
  }
};

QTEST_APPLESS_MAIN(KernelsTest)
#include "kernels_test.moc"
