// What tangents share: a clean value is made once for the same memory, and anew for any other.
#include <QtTest/QtTest>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "core/tangent/clean_values.h"
#include "core/tangent/tangents.h"

using namespace espalier;

namespace {

constexpr int64_t kPlenty = int64_t(1) << 20;

at::Tensor doubled(const at::Tensor& x, int& made, double by = 2) {
  return cleanValues("times", {x, by},
                     [&]() -> CleanValues::Values {
                       ++made;
                       return {x * by};
                     })[0]
      .toTensor();
}

}  // namespace

class CleanValuesTest : public QObject {
  Q_OBJECT

  c10::NoGradGuard m_noGrad;

 private Q_SLOTS:
  void aValueIsMadeOnce() {
    CleanValues values(kPlenty);
    const CleanValuesHere here(values, true);
    const auto x = at::arange(6, at::kFloat).view({2, 3});
    int made = 0;
    const auto first = doubled(x, made);
    QVERIFY(first.equal(x * 2));
    QVERIFY(doubled(x, made).is_same(first));
    // Another view of the same numbers is the same; another part of them, type of them, or factor is not.
    QVERIFY(doubled(x.view({2, 3}), made).is_same(first));
    QCOMPARE(made, 1);
    QVERIFY(doubled(x.narrow(0, 0, 1), made).equal(x.narrow(0, 0, 1) * 2));
    QVERIFY(doubled(x.t(), made).equal(x.t() * 2));
    QVERIFY(doubled(x, made, 3).equal(x * 3));
    QVERIFY(doubled(x.clone(), made).equal(first));
    QCOMPARE(made, 5);
  }

  // The memory of an argument is not given to another tensor as long as it stands for a value.
  void argumentsAreHeld() {
    CleanValues values(kPlenty);
    const CleanValuesHere here(values, true);
    int made = 0;
    for (int i = 0; i < 50; ++i) {
      const auto x = at::full({1000}, double(i), at::kFloat);
      QVERIFY(doubled(x, made).equal(at::full({1000}, 2.0 * i, at::kFloat)));
    }
    QCOMPARE(made, 50);
  }

  void nothingIsKeptUnasked() {
    const auto x = at::ones({4}, at::kFloat);
    int made = 0;
    doubled(x, made), doubled(x, made);
    QCOMPARE(made, 2);
    CleanValues values(kPlenty), none(0);
    for (auto* v : {&values, &none}) {
      const CleanValuesHere here(*v, v == &none);
      doubled(x, made), doubled(x, made);
    }
    QCOMPARE(made, 6);
    {
      const CleanValuesHere here(values, true);
      doubled(x, made), doubled(x, made);
      QCOMPARE(made, 7);
      values.clear();
      doubled(x, made);
      QCOMPARE(made, 8);
    }
    QVERIFY(!sharesCleanValues());
  }

  // Others wait for the one who makes it, also where that fails.
  void severalThreadsMakeItOnce() {
    CleanValues values(kPlenty);
    const auto x = at::ones({4}, at::kFloat);
    std::atomic<int> tries{0};
    std::vector<at::Tensor> got(8);
    std::vector<std::jthread> threads;
    for (auto& out : got)
      threads.emplace_back([&values, &x, &tries, &out] {
        c10::NoGradGuard noGrad;
        const CleanValuesHere here(values, true);
        const auto make = [&]() -> CleanValues::Values {
          const int attempt = ++tries;
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
          if (attempt == 1) throw std::runtime_error("the first one fails");
          return {x * 2};
        };
        try {
          out = cleanValues("times", {x}, make)[0].toTensor();
        } catch (const std::runtime_error&) {
        }
      });
    threads.clear();
    QCOMPARE(tries.load(), 2);
    QCOMPARE(std::count_if(got.begin(), got.end(), [](const at::Tensor& t) { return t.defined(); }), 7);
    for (const auto& a : got)
      for (const auto& b : got) QVERIFY(!a.defined() || !b.defined() || a.is_same(b));
  }

  // Two that run beside the same clean value share what the rules make of it; the tangents are their own.
  void rulesShareThem() {
    CleanValues values(kPlenty);
    const CleanValuesHere here(values, true);
    const TangentScope scope;
    const auto x = at::rand({2, 5}, at::kFloat), a = at::rand({4, 5}, at::kFloat),
               b = at::rand({2, 5}, at::kFloat);
    const auto run = [](const at::Tensor& t) {
      return (at::gelu(t) * t).view({-1, 1, 5}).softmax(-1) + at::layer_norm(t, {5}).unsqueeze(1);
    };
    const auto one = run(withTangents(x, a)), other = run(withTangents(x, b));
    QVERIFY(cleanOf(one).is_same(cleanOf(other)));
    QVERIFY(cleanOf(one).equal(run(x)) || at::allclose(cleanOf(one), run(x), 1e-6, 1e-6));
    QCOMPARE(tangentCount(one), int64_t(2));
    QVERIFY(tangentsOf(run(withTangents(x, a))).equal(tangentsOf(one)));
    QVERIFY(!tangentsOf(other).equal(tangentsOf(one).narrow(0, 0, 2)));
  }
};

QTEST_APPLESS_MAIN(CleanValuesTest)
#include "clean_values_test.moc"
