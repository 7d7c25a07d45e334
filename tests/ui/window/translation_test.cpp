// Every text of the window is translatable, is translated to each language, and has room in all of them.
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
#include "tests/support/test_settings.h"
#include "ui/actions/actions.h"
#include "ui/base/elided_label.h"
#include "ui/base/engine_text.h"
#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/base/translations.h"
#include "ui/lesson/lesson_panel.h"
#include "ui/panels/preferences_dialog.h"
#include "ui/window/command_palette.h"
#include "ui/window/compare_window.h"
#include "ui/window/main_window.h"
#include "ui/window/workbench.h"

using namespace espalier;

namespace {

constexpr int kJobMs = 240'000;
const QString kTranslations = QStringLiteral(ESPALIER_SOURCE_DIR "/resources/translations/");

struct Message {
  QString source, translation;
  bool finished = true, plural = false;
};

std::vector<Message> messagesOf(const QString& path) {
  std::vector<Message> out;
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return out;
  QXmlStreamReader xml(&file);
  while (!xml.atEnd()) {
    xml.readNext();
    if (!xml.isStartElement()) continue;
    if (xml.name() == QLatin1String("message")) {
      out.emplace_back();
      out.back().plural = xml.attributes().value("numerus") == QLatin1String("yes");
    }
    if (xml.name() == QLatin1String("source")) out.back().source = xml.readElementText();
    if (xml.name() == QLatin1String("translation")) {
      out.back().finished = xml.attributes().value("type").isEmpty();
      out.back().translation = xml.readElementText(QXmlStreamReader::IncludeChildElements).trimmed();
    }
  }
  return out;
}

QStringList foundIn(const QString& text, const QRegularExpression& what) {
  QStringList out;
  for (auto it = what.globalMatch(text); it.hasNext();) out << it.next().captured(0);
  out.sort();
  return out;
}

// Values that are put in. The forms of a plural stand one after the other, and one may name the number in
// words.
QStringList marksOf(const QString& text) {
  static const QRegularExpression mark("%L?(\\d|n)");
  QStringList out = foundIn(text, mark);
  out.removeDuplicates();
  return out;
}

// What a translation has as often as its source: tags, names of values, line breaks, keys to choose an entry
// with.
QStringList partsOf(const QString& text) {
  static const QRegularExpression part("<[^>]+>|\\{\\w+\\}|\n");
  return foundIn(text, part);
}

// The languages but English, which the sources are in.
std::vector<Language> translatedTo() {
  std::vector<Language> out;
  for (const auto& language : languages())
    if (language.code != "en") out.push_back(language);
  return out;
}

QString fileOf(const Language& language) {
  return QStringLiteral("espalier_%1.ts").arg(language.code);
}

// Entries of one menu, or fields and buttons of one dialog, that one key would choose.
QStringList sharedKeys(const QStringList& texts) {
  QStringList out;
  std::map<QString, QString> taken;
  for (const QString& text : texts) {
    const QString key = QKeySequence::mnemonic(text).toString();
    if (key.isEmpty()) continue;
    if (const auto [it, fresh] = taken.emplace(key, text); !fresh) out << it->second + " / " + text;
  }
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
        (w->geometry().right() > in->width() || w->geometry().bottom() > in->height())) {
      const auto* button = qobject_cast<QAbstractButton*>(w);
      cut(w, (button ? button->text() : w->accessibleName()) + ' ' + w->objectName(),
          std::max(w->geometry().right() - in->width(), w->geometry().bottom() - in->height()), 0);
    }
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

  static void eachLanguage(bool english) {
    QTest::addColumn<QString>("code");
    for (const auto& language : english ? languages() : translatedTo())
      QTest::newRow(qPrintable(language.code)) << language.code;
  }

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
    auto* tour = window.findChild<LessonPanel*>();
    for (int i = 0; i < 2; ++i) {
      tour->go(i);
      settle();
      look("tour");
    }
    tour->go(int(tour->lesson().steps.size()));
    window.actions().stop->trigger();
  }

 private Q_SLOTS:
  void initTestCase() {
    test::keepSettingsIn(m_settings.path());
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

  void everyTextIsTranslated() {
    // Read anew from the sources: `ninja update_translations` and a translator have been there.
    QTemporaryDir dir;
    QStringList arguments = {"-I",
                             ESPALIER_SOURCE_DIR,
                             "-locations",
                             "none",
                             "-no-obsolete",
                             "-tr-function-alias",
                             "QT_TRANSLATE_NOOP+=ENGINE_TEXT",
                             ESPALIER_SOURCE_DIR "/core",
                             ESPALIER_SOURCE_DIR "/ui",
                             ESPALIER_SOURCE_DIR "/app/gui_main.cpp",
                             "-ts"};
    for (const auto& language : translatedTo()) {
      arguments << dir.filePath(fileOf(language));
      QVERIFY2(QFile::copy(kTranslations + fileOf(language), arguments.back()), qPrintable(fileOf(language)));
    }
    QProcess lupdate;
    lupdate.setProcessChannelMode(QProcess::MergedChannels);
    lupdate.start(ESPALIER_LUPDATE, arguments);
    QVERIFY(lupdate.waitForFinished(120'000) && lupdate.exitCode() == 0);
    const QByteArray said = lupdate.readAll();
    QStringList missing, changed;
    for (const auto& language : translatedTo()) {
      const auto messages = messagesOf(dir.filePath(fileOf(language)));
      QVERIFY2(messages.size() > 500, said);
      for (const auto& m : messages) {
        if (!m.finished || m.translation.isEmpty()) missing << language.code + ": " + m.source;
        // No value goes missing, and nothing that is not to be read.
        else if (marksOf(m.source) != marksOf(m.translation) ||
                 (!m.plural && partsOf(m.source) != partsOf(m.translation)))
          changed << m.source + " / " + m.translation;
      }
    }
    QVERIFY2(missing.isEmpty(), qPrintable("not translated: " + missing.join(" | ")));
    QVERIFY2(changed.isEmpty(), qPrintable("not as in the source: " + changed.join(" | ")));
  }

  void whatTheEngineSaysIsKnown_data() { eachLanguage(false); }
  void whatTheEngineSaysIsKnown() {
    QFETCH(QString, code);
    loadTranslations(*qApp, QLocale(code));
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
    QCOMPARE(engineText("Uniform"), QString::fromUtf8(code == "de" ? "Gleichmäßig" : "均匀"));
    QCOMPARE(engineText("No such thing"), QString("No such thing"));
  }

  void theLocaleChoosesTheLanguage() {
    loadTranslations(*qApp, QLocale("de_AT"));
    QCOMPARE(MainWindow().actions().score->iconText(), QString("Bewerten"));
    // Not "aufheben", which is to keep as well as to undo.
    QCOMPARE(MainWindow().actions().pin->text().remove('&'), QString::fromUtf8("Festhalten oder lösen"));
    // Qt's own dialogs as well.
    QCOMPARE(QCoreApplication::translate("QPlatformTheme", "Cancel"), QString("Abbrechen"));
    cleanup();
    loadTranslations(*qApp, QLocale("fr_FR"));
    MainWindow english;
    QCOMPARE(english.actions().score->iconText(), QString("Score"));
    // English has its plurals.
    QCOMPARE(QCoreApplication::translate("espalier::SweepPanel", "%n points to go", nullptr, 1),
             QString("1 point to go"));
    cleanup();
    loadTranslations(*qApp, QLocale("zh_SG"));
    MainWindow chinese;
    QCOMPARE(chinese.actions().score->iconText(), QString::fromUtf8("评分"));
    // Without the key in brackets that a menu shows.
    QCOMPARE(chinese.actions().openEmojiSample->text(), QString::fromUtf8("打开表情符号示例(&J)"));
    QCOMPARE(chinese.actions().openEmojiSample->iconText(), QString::fromUtf8("打开表情符号示例"));
    QCOMPARE(QCoreApplication::translate("QPlatformTheme", "Cancel"), QString::fromUtf8("取消"));
    QCOMPARE(QCoreApplication::translate("espalier::SweepPanel", "%n points to go", nullptr, 2),
             QString::fromUtf8("还剩 2 个点"));
  }

  void theScriptDecidesAboutChinese() {
    const std::map<QString, QString> wanted = {
        {"zh_CN", "zh_CN"},      {"zh_SG", "zh_CN"}, {"zh", "zh_CN"}, {"zh_Hans", "zh_CN"},
        {"zh_Hans_HK", "zh_CN"}, {"zh_TW", "en"},    {"zh_HK", "en"}, {"zh_Hant", "en"},
        {"de_AT", "de"},         {"fr_FR", "en"},    {"C", "en"}};
    for (const auto& [locale, language] : wanted) QCOMPARE(languageFor(QLocale(locale)), language);
  }

  void noMenuHasAKeyTwice_data() { eachLanguage(true); }
  void noMenuHasAKeyTwice() {
    QFETCH(QString, code);
    loadTranslations(*qApp, QLocale(code));
    MainWindow window;
    QStringList shared;
    QStringList top;
    for (const QAction* action : window.menuBar()->actions()) top << action->text();
    QVERIFY(!QKeySequence::mnemonic(top.front()).isEmpty());
    shared << sharedKeys(top);
    for (const QMenu* menu : window.findChildren<QMenu*>()) {
      QStringList entries;
      for (const QAction* action : menu->actions()) entries << action->text();
      shared << sharedKeys(entries);
    }
    PreferencesDialog preferences;
    QStringList fields;
    for (const QLabel* label : preferences.findChildren<QLabel*>()) fields << label->text();
    shared << sharedKeys(fields);
    QVERIFY2(shared.isEmpty(), qPrintable(code + ": " + shared.join(" | ")));
  }

  void aCommandIsFoundInChinese() {
    loadTranslations(*qApp, QLocale("zh_CN"));
    const QString prune = QString::fromUtf8("剪枝并比较");
    QVERIFY(CommandPalette::fit(prune, QString::fromUtf8("比较")) > 0);
    QVERIFY(CommandPalette::fit(prune, QString::fromUtf8("修剪")) > 0);  // another word for it
    QVERIFY(CommandPalette::fit(prune, "prune") > 0);
    QVERIFY(CommandPalette::fit(prune, QString::fromUtf8("比较")) >
            CommandPalette::fit(prune, QString::fromUtf8("修剪")));
    QCOMPARE(CommandPalette::fit(prune, QString::fromUtf8("导出")), 0);
  }

  void everyLanguageIsWholeAndHasRoom_data() { eachLanguage(false); }
  void everyLanguageIsWholeAndHasRoom() {
    QFETCH(QString, code);
    QLocale::setDefault(QLocale(code));
    loadTranslations(*qApp, QLocale(code));
    const auto messages = messagesOf(kTranslations + fileOf({code, {}}));
    std::map<QString, QString> english;  // what would be a text left behind
    for (const auto& m : messages)
      if (m.source != m.translation) english[m.source] = m.translation;
    for (const auto& m : messages) english.erase(m.translation);  // a word of both languages is no proof
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
