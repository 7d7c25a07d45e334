// What a template may use up, what its errors say, and the clock.
#include "core/template/template.h"

#include <QtTest/QtTest>

#include "core/base/error.h"
#include "core/base/memory.h"
#include "tests/support/errors.h"

using namespace espalier;
using namespace espalier::test;
using nlohmann::ordered_json;

namespace {

QString errorWith(const std::string& source, const ordered_json& context = ordered_json::object()) {
  return errorOf([&] { Template(source, "t").render(context); });
}

}  // namespace

class TemplateTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  // Templates of strangers: whatever they do ends soon with a sentence.
  void endsSoon_data() {
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("named");
    const auto row = [](const char* name, const QString& source, const char* named) {
      QTest::newRow(name) << source << named;
    };
    const char *steps = "steps; it may never end", *deep = "deeply", *large = "MiB";
    const QString many = "range(100000)";
    row("loops in loops", "{% for a in " + many + " %}{% for b in " + many + " %}{% endfor %}{% endfor %}",
        steps);
    row("a macro that calls itself", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", deep);
    row("two that call each other",
        "{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}{{ f() }}", deep);
    row("a recursive loop", "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}", deep);
    row("doubled text",
        "{% set n = namespace(t='ab') %}{% for a in range(64) %}{% set n.t = n.t ~ n.t %}{% endfor %}",
        large);
    row("repeated text", "{{ 'ab' * 100000000000 }}", large);
    row("a repeated list", "{{ [1, 2] * 100000000000 }}", large);
    row("a list in itself many times",
        "{% set n = namespace(t=[1]) %}{% for a in range(64) %}{% set n.t = [n.t, n.t] %}{% endfor %}{{ n.t "
        "}}",
        large);
    row("a list within lists",
        "{% set n = namespace(t=[1]) %}{% for a in range(1000) %}{% set n.t = [n.t] %}{% endfor %}{{ n.t }}",
        "deep");
    row("replacement", "{% set t = 'a' * 10000 %}{{ t | replace('a', t) | replace('a', t) }}", large);
    row("joined", "{% set t = 'a' * 100000 %}{{ (t | list) | join(t) }}", large);
    row("centred", "{{ 'a'.center(100000000000) }}", large);
    row("indented", "{{ '\n' * 10000000 | int }}{{ ('a\n' * 100000) | indent(100000) }}", large);
    row("a wide field", "{{ '%999999999d' % 5 }}", "10000");
    row("a range", "{{ range(1000000000) | list }}", "100000 numbers");
    row("much output", "{% set t = 'a' * 1000000 %}{% for a in " + many + " %}{{ t }}{% endfor %}", large);
    row("much work",
        "{% set t = 'a' * 1000000 %}{% for a in " + many + " %}{% if 'b' in t %}{% endif %}{% endfor %}",
        large);
    row("a power", "{{ 10 ** 100 }}", "64 bits");
    row("a large sum", "{{ 9223372036854775807 + 1 }}", "64 bits");
    row("brackets", QString("{{ ") + QString(100000, '(') + "1" + QString(100000, ')') + " }}", "deeply");
    row("blocks", QString("{% if 1 %}").repeated(5000) + QString("{% endif %}").repeated(5000), "deeply");
    row("a chain", "{{ 1" + QString("+1").repeated(100000) + " }}", "shorter chain");
    row("signs", "{{ " + QString("-").repeated(100000) + "1 }}", "deeply");
    row("nots", "{{ " + QString("not ").repeated(100000) + "1 }}", "deeply");
    row("a namespace that holds itself", "{% set n = namespace() %}{% set n.n = n %}{{ n.n.n.n }}{{ 1 / 0 }}",
        "divided by zero");
    row("a long time", "{{ strftime_now('%c' * 1000) }}", "1000 characters");
  }
  void endsSoon() {
    QFETCH(QString, source);
    QFETCH(QString, named);
    QElapsedTimer timer;
    timer.start();
    const auto error = errorWith(source.toStdString());
    QVERIFY2(error.contains(named), qPrintable(error));
    QVERIFY2(timer.elapsed() < 20'000, "a template that never ends took too long");
  }

  // Values that hold each other in a long chain: freed at the end, or on the way, with a small stack.
  void longChainsAreFreed_data() {
    QTest::addColumn<QString>("link");
    QTest::newRow("namespaces") << "namespace(t=h.t)";
    QTest::newRow("cyclers") << "cycler(h.t)";
    QTest::newRow("methods of dictionaries") << "{'a': h.t}.items";
    QTest::newRow("methods of lists") << "[h.t].count";
    QTest::newRow("loops") << "loop";
  }
  void longChainsAreFreed() {
    QFETCH(QString, link);
    const auto chain =
        "{% set h = namespace(t='a') %}{% for a in range(60000) %}{% for b in [h.t] %}{% set h.t = " + link +
        " %}{% endfor %}{% endfor %}";
    for (const auto* end : {"x", "{% set h.t = 1 %}x"})
      QCOMPARE(Template((chain + end).toStdString(), "t").render(ordered_json::object()), std::string("x"));
  }

  // Values that hold themselves are freed as well: a model is asked thousands of times.
  void valuesThatHoldThemselvesAreFreed() {
    const Template own("{% set n = namespace() %}{% set n.n = n %}{% set n.t = 'a' * 1000000 %}x", "t");
    const Template loop(
        "{% for a in [1] %}{% if loop.changed(loop, 'a' * 1000000) %}x{% endif %}{% endfor %}", "t");
    for (const auto* t : {&own, &loop}) {
      t->render(ordered_json::object());
      const auto before = residentMemory();
      for (int i = 0; i < 500; ++i) QCOMPARE(t->render(ordered_json::object()), std::string("x"));
      // Sanitizers keep a quarter of a gigabyte of what is freed.
      QVERIFY(residentMemory() - before < 350'000'000);
    }
  }

  void errorsSayWhere() {
    QCOMPARE(errorWith("a\nb {{ 1 + }}"),
             QString("t cannot be read, line 2: a value was expected where the expression ends."));
    QCOMPARE(errorWith("a\n\n{{ x.y }}"), QString("t fails in line 3: 'x' is undefined."));
    QCOMPARE(errorWith("{{ raise_exception('Roles must alternate!') }}"),
             QString("t refuses what it is given: Roles must alternate!"));
    QVERIFY(errorWith("{% include 'x' %}").contains("there is none"));
    QVERIFY(errorWith("{{ [].append(1) }}").contains("'append' of 'list' object is unsafe"));
    const ordered_json deep = ordered_json::parse(std::string(5000, '[') + std::string(5000, ']'));
    QVERIFY(errorWith("x", {{"a", deep}}).contains("nested more than 100 deep"));
  }

  void writesTheTime() {
    const Template t("{{ strftime_now('%d %b %Y %H:%M:%S %A %j') }}{{ strftime_now('') }}", "t");
    QCOMPARE(t.render({}, {2026, 2, 3, 4, 5, 6}), std::string("03 Feb 2026 04:05:06 Tuesday 034"));
    QCOMPARE(Template("{{ strftime_now('%Y-%m-%d') }}", "t").render({}), std::string("2024-07-26"));
    const auto now = TemplateClock::now();
    QVERIFY(now.year >= 2024 && now.month >= 1 && now.month <= 12);
  }

  // The order of keys is the file's.
  void keepsTheOrder() {
    const auto context = ordered_json::parse(R"({"t": {"z": 1, "a": {"y": 2, "b": 3}}})");
    QCOMPARE(Template("{{ t | tojson }}", "t").render(context),
             std::string(R"({"z": 1, "a": {"y": 2, "b": 3}})"));
  }
};

QTEST_APPLESS_MAIN(TemplateTest)
#include "template_test.moc"
