// The gated delta rule in chunks against its definition, position by position.
#include <ATen/ATen.h>

#include <QtTest/QtTest>
#include <cmath>

#include "core/model/layers/gated_delta.h"

using namespace espalier;

namespace {

struct Given {
  at::Tensor query, key, value, decay, beta;
  Given part(int64_t begin, int64_t length) const {
    const auto cut = [&](const at::Tensor& t) { return t.narrow(1, begin, length); };
    return {cut(query), cut(key), cut(value), cut(decay), cut(beta)};
  }
};

Given randomly(int64_t length) {
  at::manual_seed(length);
  return {at::randn({2, length, 3, 5}), at::randn({2, length, 3, 5}), at::randn({2, length, 3, 4}),
          -at::rand({2, length, 3}), at::rand({2, length, 3})};
}

at::Tensor inChunks(const Given& g, at::Tensor& memory) {
  return gatedDelta(g.query, g.key, g.value, g.decay, g.beta, memory);
}

at::Tensor byDefinition(const Given& g, at::Tensor& memory) {
  const auto unit = [](const at::Tensor& x) {
    return (x / (x.square().sum(-1, true) + 1e-6).sqrt()).to(at::kDouble);
  };
  const auto q = unit(g.query) / std::sqrt(5.0), k = unit(g.key);
  memory = at::zeros({2, 3, 5, 4}, at::kDouble);
  std::vector<at::Tensor> out;
  for (int64_t t = 0; t < g.query.size(1); ++t) {
    memory = memory * g.decay.select(1, t).exp().unsqueeze(-1).unsqueeze(-1);
    const auto key = k.select(1, t).unsqueeze(-1);
    const auto missing = g.value.select(1, t) - (memory * key).sum(-2);
    memory = memory + key * (missing * g.beta.select(1, t).unsqueeze(-1)).unsqueeze(-2);
    out.push_back((memory * q.select(1, t).unsqueeze(-1)).sum(-2));
  }
  return at::stack(out, 1);
}

bool near(const at::Tensor& a, const at::Tensor& b) {
  return at::allclose(a.to(at::kDouble), b.to(at::kDouble), 1e-5, 1e-5);
}

}  // namespace

class GatedDeltaTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void chunksAreTheDefinition_data() {
    QTest::addColumn<int>("length");
    for (const int length : {1, 2, 15, 16, 17, 48, 75}) QTest::addRow("%d", length) << length;
  }
  void chunksAreTheDefinition() {
    QFETCH(int, length);
    const auto given = randomly(length);
    at::Tensor memory, wanted;
    const auto out = inChunks(given, memory);
    QVERIFY(near(out, byDefinition(given, wanted)));
    QVERIFY(near(memory, wanted));
  }

  void goesOnFromWhatIsRemembered() {
    const auto given = randomly(40);
    at::Tensor whole, memory;
    const auto out = inChunks(given, whole);
    const auto first = inChunks(given.part(0, 21), memory), second = inChunks(given.part(21, 1), memory),
               third = inChunks(given.part(22, 18), memory);
    QVERIFY(near(at::cat({first, second, third}, 1), out));
    QVERIFY(near(memory, whole));
  }

  // Keys that are all alike and always written in full: the hardest case for a chunk's system.
  void isStableWhereKeysAreAlike() {
    auto given = randomly(64);
    given.key = at::ones_like(given.key);
    given.beta = at::ones_like(given.beta);
    given.decay = at::zeros_like(given.decay);
    at::Tensor memory, wanted;
    QVERIFY(near(inChunks(given, memory), byDefinition(given, wanted)));
  }

  void convolutionSeesOnlyWhatCameBefore() {
    at::manual_seed(8);
    const auto x = at::randn({2, 9, 6}), weight = at::randn({6, 1, 4});
    at::Tensor before;
    const auto out = causalConvolution(x, weight, before);
    const std::vector<int64_t> one{1}, none{0};
    const auto wanted = at::conv1d(at::constant_pad_nd(x.transpose(1, 2), {3, 0}), weight, {},
                                   at::IntArrayRef(one), at::IntArrayRef(none), at::IntArrayRef(one), 6);
    QVERIFY(near(out, wanted.transpose(1, 2)));
    QVERIFY(before.equal(x.slice(1, 6)));
    at::Tensor again;
    const auto first = causalConvolution(x.slice(1, 0, 2), weight, again),
               second = causalConvolution(x.slice(1, 2), weight, again);
    QVERIFY(near(at::cat({first, second}, 1), out));
  }
};

QTEST_APPLESS_MAIN(GatedDeltaTest)
#include "gated_delta_test.moc"
