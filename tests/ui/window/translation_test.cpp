// Every text of the window is translatable, is translated to German, and has room, in both languages.
#include <QAbstractButton>
#include <QComboBox>
#include <QDockWidget>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QStyleOptionComboBox>
#include <QTabBar>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>
#include <QTranslator>
#include <QXmlStreamReader>
#include <QtTest/QtTest>

#include "core/allocate/allocator.h"
#include "ui/actions/actions.h"
#include "ui/base/elided_label.h"
#include "ui/base/engine_text.h"
#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/base/translations.h"
#include "ui/tour/tour.h"
#include "ui/window/compare_window.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

using namespace espalier;

namespace {

constexpr int kJobMs = 240'000;
const QString kTranslations = QStringLiteral(ESPALIER_SOURCE_DIR "/resources/translations/");

struct Message {
  QString source, translation;
  bool finished = true;
};

std::vector<Message> messagesOf(const QString& path) {
  std::vector<Message> out;
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return out;
  QXmlStreamReader xml(&file);
  while (!xml.atEnd()) {
    xml.readNext();
    if (!xml.isStartElement()) continue;
    if (xml.name() == QLatin1String("message")) out.emplace_back();
    if (xml.name() == QLatin1String("source")) out.back().source = xml.readElementText();
    if (xml.name() == QLatin1String("translation")) {
      out.back().finished = xml.attributes().value("type").isEmpty();
      out.back().translation = xml.readElementText(QXmlStreamReader::IncludeChildElements).trimmed();
    }
  }
  return out;
}

QStringList marksOf(const QString& text) {
  static const QRegularExpression mark("%(\\d|n)");
  QStringList out;
  for (auto it = mark.globalMatch(text); it.hasNext();) out << it.next().captured(0);
  out.removeDuplicates();
  out.sort();
  return out;
}

// Every text that a person can come to see in a window, and whose it is.
std::vector<std::pair<QString, QString>> textsOf(QWidget& window) {
  std::vector<std::pair<QString, QString>> out;
  const auto add = [&out](const QObject* of, const QString& text) {
    if (!text.isEmpty())
      out.emplace_back(text, QString("%1 %2").arg(of->metaObject()->className(), of->objectName()));
  };
  for (auto* action : window.findChildren<QAction*>())
    for (const QString& text :
         {action->text(), action->iconText(), action->toolTip(), action->statusTip(), action->whatsThis()})
      add(action, text);
  for (auto* menu : window.findChildren<QMenu*>()) add(menu, menu->title());
  for (auto* w : window.findChildren<QWidget*>()) {
    for (const QString& text : {w->toolTip(), w->whatsThis(), w->accessibleName(), w->windowTitle()})
      add(w, text);
    if (auto* label = qobject_cast<QLabel*>(w)) add(w, label->text());
    if (auto* elided = qobject_cast<ElidedLabel*>(w)) add(w, elided->fullText());
    if (auto* button = qobject_cast<QAbstractButton*>(w)) add(w, button->text());
    if (auto* line = qobject_cast<QLineEdit*>(w)) add(w, line->placeholderText());
    if (auto* combo = qobject_cast<QComboBox*>(w))
      for (int i = 0; i < combo->count(); ++i)
        add(w, combo->itemText(i)), add(w, combo->itemData(i, Qt::ToolTipRole).toString());
    if (auto* tabs = qobject_cast<QTabBar*>(w))
      for (int i = 0; i < tabs->count(); ++i) add(w, tabs->tabText(i));
    if (auto* table = qobject_cast<QTableView*>(w))
      for (int i = 0; table->model() && i < table->model()->columnCount(); ++i)
        for (int role : {Qt::DisplayRole, Qt::ToolTipRole})
          add(w, table->model()->headerData(i, Qt::Horizontal, role).toString());
  }
  return out;
}

// What is on screen and has less room than its text takes.
QStringList cutIn(QWidget& window) {
  QStringList out;
  const auto cut = [&out](const QWidget* w, const QString& text, int needs, int has) {
    out << QString("%1 \"%2\" needs %3, has %4").arg(w->metaObject()->className(), text).arg(needs).arg(has);
  };
  for (auto* w : window.findChildren<QWidget*>()) {
    if (!w->isVisible() || qobject_cast<ElidedLabel*>(w)) continue;
    // What stands out of the widget it is in is cut as well.
    const QWidget* in = w->parentWidget();
    if (in && !w->isWindow() && in->layout() &&
        (qobject_cast<QLabel*>(w) || qobject_cast<QAbstractButton*>(w) || qobject_cast<QComboBox*>(w)) &&
        (w->geometry().right() > in->width() || w->geometry().bottom() > in->height()))
      cut(w, w->accessibleName() + w->objectName(), w->geometry().right() + 1, in->width());
    if (auto* label = qobject_cast<QLabel*>(w);
        label && !label->text().isEmpty() && label->pixmap().isNull()) {
      if (label->wordWrap()) {
        if (label->heightForWidth(label->width()) > label->height() + 1)
          cut(w, label->text(), label->heightForWidth(label->width()), label->height());
      } else if (label->sizeHint().width() > label->width() + 1) {
        cut(w, label->text(), label->sizeHint().width(), label->width());
      }
    }
    if (auto* button = qobject_cast<QAbstractButton*>(w); button && !button->text().isEmpty()) {
      auto* tool = qobject_cast<QToolButton*>(w);
      const bool shown = !tool || tool->toolButtonStyle() != Qt::ToolButtonIconOnly;
      if (shown && button->sizeHint().width() > button->width() + 1)
        cut(w, button->text(), button->sizeHint().width(), button->width());
    }
    if (auto* combo = qobject_cast<QComboBox*>(w)) {
      QStyleOptionComboBox option;
      option.initFrom(combo);
      option.editable = false;
      const int has = combo->style()
                          ->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, combo)
                          .width();
      for (int i = 0; i < combo->count(); ++i) {
        // Names of matrices and plans may be of any length; they have a tooltip or an axis of their own.
        if (combo->sizePolicy().horizontalPolicy() == QSizePolicy::Ignored) break;
        const int needs = combo->fontMetrics().horizontalAdvance(combo->itemText(i));
        if (needs > has) cut(w, combo->itemText(i), needs, has);
      }
    }
    if (auto* tabs = qobject_cast<QTabBar*>(w))
      for (int i = 0; i < tabs->count(); ++i)
        if (tabs->fontMetrics().horizontalAdvance(tabs->tabText(i)) > tabs->tabRect(i).width())
          cut(w, tabs->tabText(i), tabs->fontMetrics().horizontalAdvance(tabs->tabText(i)),
              tabs->tabRect(i).width());
    if (auto* bar = qobject_cast<QToolBar*>(w))
      for (auto* more : bar->findChildren<QToolButton*>("qt_toolbar_ext_button"))
        if (more->isVisible()) cut(w, bar->windowTitle(), bar->sizeHint().width(), bar->width());
    if (auto* bar = qobject_cast<QMenuBar*>(w))
      for (auto* action : bar->actions())
        if (bar->actionGeometry(action).right() > bar->width())
          cut(w, action->text(), bar->actionGeometry(action).right(), bar->width());
    if (auto* header = qobject_cast<QHeaderView*>(w); header && header->orientation() == Qt::Horizontal)
      for (int i = 0; i < header->count(); ++i)
        if (!header->isSectionHidden(i) &&
            header->sectionSize(i) + 1 < header->fontMetrics().horizontalAdvance(
                                             header->model()->headerData(i, Qt::Horizontal).toString()))
          cut(w, header->model()->headerData(i, Qt::Horizontal).toString(), header->sectionSizeHint(i),
              header->sectionSize(i));
  }
  return out;
}

}  // namespace

class TranslationTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;
  QObject m_languages;  // the translators' parent

  static void settle() { QTest::qWait(50); }

  // The sample open, all panes looked at one after the other, at the smallest size.
  void walk(MainWindow& window, const std::function<void(const char* where)>& look) {
    window.resize(1024, 640);
    window.show();
    settle();
    look("welcome");
    window.actions().live->setChecked(false);
    window.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(window.session().hasModel(), kJobMs);
    window.actions().stop->trigger();
    settle();
    for (auto* dock : window.workbench().findChildren<QDockWidget*>()) {
      dock->show();
      dock->raise();
      settle();
      look(qPrintable(dock->objectName()));
    }
    PlanDocument& plan = window.session().plan();
    plan.setSparsity(plan.plan().groups[1].name, 0.2);
    window.session().selection().set({plan.plan().groups[1].name}, plan.plan().groups[1].name);
    window.session().savePlan("a");
    settle();
    look("with a plan");
    CompareWindow* compare = window.comparePlans();
    settle();
    look("comparing");
    compare->close();
    window.actions().presentation->setChecked(true);
    window.resize(1280, 800);
    settle();
    look("presenting");
    window.actions().presentation->setChecked(false);
    window.resize(1024, 640);
    settle();
    window.projects().discardChanges();  // the tour leaves work alone
    window.actions().tour->trigger();
    auto* tour = window.findChild<Tour*>();
    for (int i = 0; i < 2; ++i) {
      tour->go(i);
      settle();
      look("tour");
    }
    tour->go(tour->count());
    window.actions().stop->trigger();
  }

 private Q_SLOTS:
  void initTestCase() {
    QCoreApplication::setOrganizationName("espalier-test");
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
    applyAppearance(*qApp, Appearance::Light);
  }
  void init() { QSettings().clear(); }
  void cleanup() {
    for (auto* translator : qApp->findChildren<QTranslator*>()) {
      QCoreApplication::removeTranslator(translator);
      delete translator;
    }
    QLocale::setDefault(QLocale::c());
  }

  // Read anew from the sources: `ninja update_translations` and a translator have been there.
  void everyTextIsTranslated() {
    QTemporaryDir dir;
    const QString copy = dir.filePath("espalier_de.ts");
    QVERIFY(QFile::copy(kTranslations + "espalier_de.ts", copy));
    QProcess lupdate;
    lupdate.setProcessChannelMode(QProcess::MergedChannels);
    lupdate.start(ESPALIER_LUPDATE,
                  {"-I", ESPALIER_SOURCE_DIR, "-locations", "none", "-no-obsolete", "-tr-function-alias",
                   "QT_TRANSLATE_NOOP+=ENGINE_TEXT", ESPALIER_SOURCE_DIR "/core", ESPALIER_SOURCE_DIR "/ui",
                   ESPALIER_SOURCE_DIR "/app/gui_main.cpp", "-ts", copy});
    QVERIFY(lupdate.waitForFinished(120'000) && lupdate.exitCode() == 0);
    const auto messages = messagesOf(copy);
    QVERIFY2(messages.size() > 500, qPrintable(lupdate.readAll()));
    QStringList missing;
    for (const auto& m : messages) {
      if (!m.finished || m.translation.isEmpty()) {
        missing << m.source;
        continue;
      }
      // No value goes missing. The forms of a plural stand one after the other, and one may name the number
      // in words.
      QStringList of = marksOf(m.source), in = marksOf(m.translation);
      QVERIFY2(of == in, qPrintable(m.source + " / " + m.translation));
    }
    QVERIFY2(missing.isEmpty(), qPrintable("not translated to German: " + missing.join(" | ")));
  }

  void whatTheEngineSaysIsKnown() {
    loadTranslations(*qApp, QLocale("de_DE"));
    QStringList missing;
    const auto known = [&](const std::string& english) {
      if (!english.empty() && engineText(english) == text(english)) missing << text(english);
    };
    const auto wholly = [&](const Method& method) {
      known(method.summary);
      for (const auto& f : method.formulas) known(f.note);
    };
    for (const auto* list : {&scoreMethods(), &pruneCriteria(), &pruneRefinements()})
      for (const auto& method : *list) wholly(method);
    for (const auto& allocator : allocators()) wholly(allocator);
    for (const auto& field : scoreFields()) known(field.title);
    for (const auto& field : pruneFields()) known(field.title);
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join(" | ")));
    QCOMPARE(engineText("Uniform"), QString::fromUtf8("Gleichmäßig"));
    QCOMPARE(engineText("No such thing"), QString("No such thing"));
  }

  void theLocaleChoosesTheLanguage() {
    loadTranslations(*qApp, QLocale("de_AT"));
    QCOMPARE(MainWindow().actions().score->iconText(), QString("Bewerten"));
    // Qt's own dialogs as well.
    QCOMPARE(QCoreApplication::translate("QPlatformTheme", "Cancel"), QString("Abbrechen"));
    cleanup();
    loadTranslations(*qApp, QLocale("fr_FR"));
    MainWindow english;
    QCOMPARE(english.actions().score->iconText(), QString("Score"));
    // English has its plurals.
    QCOMPARE(QCoreApplication::translate("espalier::SweepPanel", "%n points to go", nullptr, 1),
             QString("1 point to go"));
  }

  void germanIsWholeAndHasRoom() {
    QLocale::setDefault(QLocale("de_DE"));
    loadTranslations(*qApp, QLocale("de_DE"));
    std::map<QString, QString> english;  // what would be a text left behind
    for (const auto& m : messagesOf(kTranslations + "espalier_de.ts"))
      if (m.source != m.translation) english[m.source] = m.translation;
    // A word of both languages is no proof.
    for (const auto& m : messagesOf(kTranslations + "espalier_de.ts")) english.erase(m.translation);
    MainWindow window;
    QStringList left, cut;
    walk(window, [&](const char* where) {
      for (const auto& [said, whose] : textsOf(window))
        if (english.contains(said)) left << QString("%1: %2 (%3)").arg(where, said, whose);
      for (const auto& words : cutIn(window)) cut << QString("%1: %2").arg(where, words);
    });
    left.removeDuplicates();
    cut.removeDuplicates();
    QVERIFY2(left.isEmpty(), qPrintable("left in English: " + left.join("\n")));
    QVERIFY2(cut.isEmpty(), qPrintable("cut off:\n" + cut.join("\n")));
  }

  void englishHasRoom() {
    loadTranslations(*qApp, QLocale("en_GB"));
    MainWindow window;
    QStringList cut;
    walk(window, [&](const char* where) {
      for (const auto& words : cutIn(window)) cut << QString("%1: %2").arg(where, words);
    });
    cut.removeDuplicates();
    QVERIFY2(cut.isEmpty(), qPrintable("cut off:\n" + cut.join("\n")));
  }
};

QTEST_MAIN(TranslationTest)
#include "translation_test.moc"
