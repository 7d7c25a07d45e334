// Every widget that takes the keyboard has a name for a screen reader and says what it does, and Tab gets
// there.
#include <QAbstractItemView>
#include <QAccessible>
#include <QDockWidget>
#include <QLabel>
#include <QListView>
#include <QMenuBar>
#include <QScrollBar>
#include <QTabBar>
#include <QTextDocumentFragment>
#include <QtTest/QtTest>
#include <algorithm>
#include <functional>

#include "tests/support/test_settings.h"
#include "tests/ui/contrast.h"
#include "ui/actions/actions.h"
#include "ui/base/focus_ring.h"
#include "ui/base/theme.h"
#include "ui/controllers/model_controller.h"
#include "ui/lesson/lesson_author.h"
#include "ui/lesson/lesson_panel.h"
#include "ui/panels/dataset_dialog.h"
#include "ui/panels/plan_panel.h"
#include "ui/panels/preferences_dialog.h"
#include "ui/panels/score_options_panel.h"
#include "ui/plot/plan_chart.h"
#include "ui/window/command_palette.h"
#include "ui/window/compare_window.h"
#include "ui/window/explanation_window.h"
#include "ui/window/main_window.h"
#include "ui/window/manual_window.h"
#include "ui/window/workbench.h"

using namespace espalier;

namespace {

constexpr int kJobMs = 240'000;

QString described(const QWidget* w) {
  QString where;
  for (const QWidget* p = w; p && where.count('/') < 4; p = p->parentWidget())
    where = QString(p->metaObject()->className()) +
            (p->objectName().isEmpty() ? QString() : "#" + p->objectName()) + "/" + where;
  return where;
}

// What a person steers: not the insides of other widgets, which answer for them.
bool isControl(const QWidget* w) {
  if (!(w->focusPolicy() & Qt::TabFocus) || w->focusProxy()) return false;
  if (w->objectName().startsWith("qt_") || w->objectName().startsWith("Scroll"))
    return false;  // parts that Qt makes
  if (qobject_cast<const QScrollBar*>(w) || qobject_cast<const QTabBar*>(w)) return false;
  for (const QWidget* p = w->parentWidget(); p; p = p->parentWidget())
    if (qobject_cast<const QAbstractItemView*>(p) || p->inherits("QAbstractSpinBox") ||
        p->inherits("QComboBox"))
      return false;
  return true;
}

QStringList lacking(const QWidget& window) {
  QStringList out;
  for (const auto* w : window.findChildren<QWidget*>()) {
    if (!isControl(w)) continue;
    const auto* face = QAccessible::queryAccessibleInterface(const_cast<QWidget*>(w));
    if (!face || face->text(QAccessible::Name).trimmed().isEmpty()) out << "no name: " + described(w);
    // Lists and charts have tips of what is under the mouse, and say what they are to What's This.
    if (w->toolTip().isEmpty() && w->whatsThis().isEmpty()) out << "says not what it does: " + described(w);
  }
  return out;
}

// Goes around a window with Tab. least: so many stops there are at least.
QStringList faultsOnTheWay(
    QWidget& window, int least,
    const std::function<bool(QWidget*)>& isBehind = [](QWidget*) { return false; }) {
  QStringList faults;
  window.activateWindow();
  if (!QTest::qWaitForWindowActive(&window)) return {"the window is not active"};
  if (!window.isAncestorOf(QApplication::focusWidget())) QTest::keyClick(&window, Qt::Key_Tab);
  QTest::keyClick(&window, Qt::Key_Shift);  // marks show from the first key on
  QSet<QWidget*> stops;
  for (int i = 0; i < 300; ++i) {
    QWidget* stop = QApplication::focusWidget();
    if (!stop || !window.isAncestorOf(stop))
      return faults << "the keyboard is not in " + described(&window) + " after " + QString::number(i) +
                           " stops";
    if (stops.contains(stop)) break;
    stops.insert(stop);
    QTest::qWait(1);  // what follows the keyboard has been placed
    const QRect seen = seenPart(*stop);
    if (seen.isEmpty() || !stop->isVisible() || isBehind(stop)) faults << "not in sight: " + described(stop);
    const auto* face = QAccessible::queryAccessibleInterface(stop);
    if (!face || face->text(QAccessible::Name).trimmed().isEmpty()) faults << "no name: " + described(stop);
    const QRect around = seen.adjusted(-2, -2, 2, 2) & window.rect();
    const QImage with = window.grab(around).toImage();
    QTest::keyClick(stop, Qt::Key_Tab);
    QTest::qWait(1);
    const QImage without = window.grab(around).toImage();
    if (QApplication::focusWidget() == stop) continue;
    int marked = 0;
    for (int y = 0; y < with.height(); ++y)
      for (int x = 0; x < with.width(); ++x)
        if (with.pixel(x, y) != without.pixel(x, y) &&
            contrast(with.pixelColor(x, y), without.pixelColor(x, y)) >= 3)
          ++marked;
    // At least half of a line around it.
    if (marked < around.width() + around.height())
      faults << QString("a mark of %1 pixels: %2").arg(marked).arg(described(stop));
  }
  if (stops.size() < least)
    faults << QString("only %1 stops in %2").arg(stops.size()).arg(described(&window));
  return faults;
}

}  // namespace

class AccessibleTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;
  std::unique_ptr<MainWindow> m_window;

 private Q_SLOTS:
  void initTestCase() { test::keepSettingsIn(m_settings.path()); }

  void init() {
    m_window = std::make_unique<MainWindow>();
    m_window->resize(1280, 800);
    m_window->actions().live->setChecked(false);
    m_window->show();
  }
  void cleanup() { m_window.reset(); }

  void openSample() {
    m_window->openSample();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->session().hasModel(), kJobMs);
    m_window->actions().stop->trigger();
  }

  void everyControlHasANameAndSaysWhatItDoes() {
    QStringList left = lacking(*m_window);  // the first page too
    openSample();
    Session& session = m_window->session();
    session.addSensitivity(session.plan().plan().groups[0].name, Curve{{0, 1}, {0, 1}});
    session.savePlan("kept");
    for (auto* dock : m_window->workbench().findChildren<QDockWidget*>()) {
      dock->show();
      dock->raise();
    }
    left += lacking(*m_window);
    left += lacking(*m_window->comparePlans());
    DatasetDialog dialog(session.model(), DatasetDialog::Use::Test);
    dialog.show();
    left += lacking(dialog);
    m_window->actions().palette->trigger();
    m_window->projects().discardChanges();  // the tour leaves work alone
    m_window->actions().tour->trigger();
    left += lacking(*m_window);
    m_window->writeLesson();
    left += lacking(*m_window->findChild<LessonAuthor*>());
    QVERIFY(m_window->findChild<CommandPalette*>() && m_window->findChild<LessonPanel*>() &&
            m_window->findChild<ScoreOptionsPanel*>());
    left.removeDuplicates();
    for (const auto& line : left) qWarning().noquote() << line;
    QVERIFY(left.isEmpty());
  }

  // A name of its own would be read in place of the words.
  void labelsAreReadByTheirWords() {
    openSample();
    for (auto* dock : m_window->workbench().findChildren<QDockWidget*>()) dock->show();
    int read = 0;
    for (const auto* label : m_window->findChildren<QLabel*>()) {
      const QString words = QTextDocumentFragment::fromHtml(label->text()).toPlainText();
      if (!std::any_of(words.begin(), words.end(), [](QChar c) { return c.isLetterOrNumber(); })) continue;
      ++read;
      QVERIFY2(label->accessibleName().isEmpty() || label->accessibleName().contains(words),
               qPrintable(words));
    }
    QVERIFY(read > 20);
  }

  void everyActionSaysWhatItDoes() {
    QStringList left;
    for (const auto* action : m_window->actions().all())
      if (action->statusTip().isEmpty() || action->toolTip().isEmpty() || action->whatsThis().isEmpty())
        left << action->text();
    for (const auto* action : m_window->workbench().paneActions())
      if (action->statusTip().isEmpty()) left << action->text();
    QVERIFY2(left.isEmpty(), qPrintable(left.join(", ")));
  }

  // From the first control Tab leads to all others that are in sight, and back.
  void tabReachesEverything() {
    openSample();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QSet<QWidget*> wanted;
    for (auto* w : m_window->findChildren<QWidget*>())
      if (isControl(w) && w->isVisible() && w->isEnabled() && !w->visibleRegion().isEmpty()) wanted.insert(w);
    QVERIFY(wanted.size() > 15);
    m_window->workbench().planPanel()->chart()->setFocus();
    QSet<QWidget*> reached;
    QWidget* first = QApplication::focusWidget();
    QVERIFY(first);
    for (int i = 0; i < 300; ++i) {
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
      QWidget* now = QApplication::focusWidget();
      QVERIFY(now);
      reached.insert(now);
      if (now == first) break;
    }
    QVERIFY(reached.contains(first));
    QStringList missed;
    for (auto* w : wanted)
      if (!reached.contains(w)) missed << described(w) + w->accessibleName();
    QVERIFY2(missed.isEmpty(), qPrintable("\n" + missed.join("\n")));
  }

  // What Tab comes to has a name and a mark: pixels at its edge that differ by 3:1 from those without the
  // keyboard.
  void everyStopIsSeen_data() {
    QTest::addColumn<int>("appearance");
    QTest::newRow("light") << int(Appearance::Light);
    QTest::newRow("dark") << int(Appearance::Dark);
  }
  void everyStopIsSeen() {
    QFETCH(int, appearance);
    applyAppearance(*qApp, Appearance(appearance));
    QStringList faults = faultsOnTheWay(*m_window, 4);  // the first page
    openSample();
    Session& session = m_window->session();
    session.addSensitivity(session.plan().plan().groups[0].name, Curve{{0, 1}, {0, 1}});
    session.savePlan("kept");
    session.plan().setTarget(0.6);
    for (auto* dock : m_window->workbench().findChildren<QDockWidget*>()) {
      if (dock->objectName() == "pairs" || dock->objectName() == "results")
        continue;  // seen beside the others
      dock->raise();
      QTest::qWait(30);
      faults +=
          faultsOnTheWay(*m_window, 15, [this](QWidget* w) { return m_window->workbench().isBehind(w); });
    }
    DatasetDialog data(session.model(), DatasetDialog::Use::Test);
    data.show();
    faults += faultsOnTheWay(data, 3);
    PreferencesDialog preferences;
    preferences.show();
    faults += faultsOnTheWay(preferences, 7);
    preferences.close();
    data.close();
    CompareWindow* compare = m_window->comparePlans();
    faults += faultsOnTheWay(*compare, 5);
    compare->close();
    m_window->actions().manual->trigger();
    faults += faultsOnTheWay(*m_window->findChild<ManualWindow*>(), 3);
    m_window->findChild<ManualWindow*>()->close();
    auto* pairs = m_window->workbench().findChild<QDockWidget*>("pairs")->findChild<QListView*>();
    pairs->setCurrentIndex(pairs->model()->index(0, 0));
    m_window->actions().explain->trigger();
    auto* explanation = m_window->findChild<ExplanationWindow*>();
    QVERIFY(explanation);
    QTRY_VERIFY_WITH_TIMEOUT(!explanation->controller().runner().isBusy(), kJobMs);
    faults += faultsOnTheWay(*explanation, 4);
    explanation->close();
    // A lesson beside the plan, with a question.
    m_window->projects().discardChanges();
    m_window->startLesson("weights");
    auto* lesson = m_window->findChild<LessonPanel*>();
    QVERIFY(lesson);
    lesson->go(1);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->isBusy(), kJobMs);
    faults += faultsOnTheWay(*m_window, 20, [this](QWidget* w) { return m_window->workbench().isBehind(w); });
    faults.removeDuplicates();
    for (const auto& line : faults) qWarning().noquote() << line;
    applyAppearance(*qApp, Appearance::Light);
    QVERIFY(faults.isEmpty());
  }

  // Within the budget pane Tab goes down as the eye does.
  void theOrderIsThatOfThePlace() {
    openSample();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    auto* budget = m_window->workbench().findChild<QDockWidget*>("budget");
    QList<QWidget*> controls;
    for (auto* w : budget->findChildren<QWidget*>())
      if (isControl(w) && w->isVisible() && w->isEnabled()) controls << w;
    QVERIFY(controls.size() > 6);
    const auto topOf = [&](QWidget* w) { return w->mapTo(budget, QPoint()).y(); };
    controls.first()->setFocus();
    int last = topOf(controls.first());
    for (int i = 1; i < controls.size(); ++i) {
      QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
      QWidget* now = QApplication::focusWidget();
      QVERIFY2(budget->isAncestorOf(now), qPrintable(described(now)));
      // The field and the slider of a number are one row.
      QVERIFY2(topOf(now) >= last - 40, qPrintable(described(now)));
      last = topOf(now);
    }
  }

  void escapeEndsThePresentation() {
    openSample();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    m_window->actions().presentation->setChecked(true);
    QVERIFY(!m_window->menuBar()->isVisible());
    for (auto* dock : m_window->workbench().findChildren<QDockWidget*>())
      QVERIFY(dock->features() == QDockWidget::NoDockWidgetFeatures);
    m_window->workbench().planPanel()->chart()->setFocus();
    QTest::keyClick(m_window->workbench().planPanel()->chart(), Qt::Key_Escape);
    QVERIFY(!m_window->actions().presentation->isChecked());
    QVERIFY(m_window->menuBar()->isVisible());
    QVERIFY(m_window->workbench().findChild<QDockWidget*>("budget")->features() &
            QDockWidget::DockWidgetClosable);
  }
};

QTEST_MAIN(AccessibleTest)
#include "accessible_test.moc"
