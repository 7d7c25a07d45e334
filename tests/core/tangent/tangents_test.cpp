// When an operation may write over the tangents it is given.
#include <QtTest/QtTest>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/model/layers/activation.h"
#include "core/tangent/tangents.h"

using namespace espalier;

namespace {

// A clean value with three tangents, in memory of their own.
at::Tensor moving() {
  return withTangents(at::linspace(-2, 2, 12).view({2, 6}), at::linspace(1, 4, 36).view({6, 6}));
}

}  // namespace

class TangentsTest : public QObject {
  Q_OBJECT

  c10::NoGradGuard m_noGrad;

 private Q_SLOTS:
  void whatIsGivenUpIsWrittenOver() {
    const TangentScope scope;
    const auto want = activate(Activation::Gelu, moving());
    auto x = moving();
    const void* memory = tangentsOf(x).data_ptr();
    const auto got = activate(Activation::Gelu, std::move(x));
    QCOMPARE(static_cast<const void*>(tangentsOf(got).data_ptr()), memory);
    QVERIFY(tangentsOf(got).equal(tangentsOf(want)));
    QVERIFY(cleanOf(got).equal(at::gelu(cleanOf(moving()))));
  }

  // Not what somebody else has, be it as a whole, its tangents alone or another part of their memory.
  void whatOthersHaveStays() {
    const TangentScope scope;
    const auto given = moving();
    const auto want = tangentsOf(activate(Activation::Gelu, given));
    QVERIFY(tangentsOf(given).equal(tangentsOf(moving())));
    for (const auto kind : {0, 1, 2}) {
      auto x = moving();
      const auto whole = kind == 0 ? x : at::Tensor();
      const auto tangents = kind == 1 ? tangentsOf(x) : at::Tensor();
      const auto part = kind == 2 ? tangentsOf(x).narrow(0, 1, 1) : at::Tensor();
      QVERIFY(tangentsOf(activate(Activation::Gelu, std::move(x))).equal(want));
      if (kind == 0) QVERIFY(tangentsOf(whole).equal(tangentsOf(moving())));
      if (kind == 1) QVERIFY(tangents.equal(tangentsOf(moving())));
      if (kind == 2) QVERIFY(part.equal(tangentsOf(moving()).narrow(0, 1, 1)));
    }
    // An activation that reads its input twice.
    const auto twice = tangentsOf(activate(Activation::QuickGelu, given));
    QVERIFY(tangentsOf(activate(Activation::QuickGelu, moving())).equal(twice));
  }

  void outsideNothingIsGivenUp() {
    const TangentScope scope;
    const auto x = moving();
    QVERIFY(!areGivenUp(x));
    {
      const TangentsGivenUp here(x);
      QVERIFY(areGivenUp(x));
      QVERIFY(!areGivenUp(moving()));
    }
    QVERIFY(!areGivenUp(x));
  }
};

QTEST_APPLESS_MAIN(TangentsTest)
#include "tangents_test.moc"
