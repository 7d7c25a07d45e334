// What is chosen in the preferences is kept, and what can change at once does.
#include "ui/panels/preferences_dialog.h"
#include "tests/support/test_settings.h"

#include <QComboBox>
#include <QSpinBox>
#include <QtTest/QtTest>

#include "ui/base/preferences.h"
#include "ui/base/theme.h"
#include "ui/base/translations.h"

using namespace espalier;

class PreferencesDialogTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;

  template <class Field>
  static Field* named(PreferencesDialog& dialog, const char* name) {
    for (auto* field : dialog.findChildren<Field*>())
      if (field->accessibleName() == name) return field;
    return nullptr;
  }

 private Q_SLOTS:
  void initTestCase() { test::keepSettingsIn(m_settings.path()); }
  void init() {
    QSettings().clear();
    applyFontPercent(*qApp, 100);
    applyAppearance(*qApp, Appearance::Light);
  }

  void okKeepsAll() {
    const double size = QApplication::font().pointSizeF();
    {
      PreferencesDialog dialog;
      named<QComboBox>(dialog, "Language")->setCurrentText("Deutsch");
      named<QComboBox>(dialog, "Appearance")->setCurrentText("Dark");
      named<QSpinBox>(dialog, "Font size")->setValue(150);
      named<QSpinBox>(dialog, "Threads")->setValue(3);
      named<QSpinBox>(dialog, "Memory limit")->setValue(4);
      QVERIFY(named<QComboBox>(dialog, "Device")->count() >= 1);
      dialog.accept();
    }
    QCOMPARE(chosenLanguage(), QString("de"));
    QCOMPARE(savedAppearance(), Appearance::Dark);
    QVERIFY(isDark(QApplication::palette()));
    QCOMPARE(chosenFontPercent(), 150);
    QVERIFY(std::abs(QApplication::font().pointSizeF() - 1.5 * size) < 0.1);
    QCOMPARE(chosenThreads(), 3);
    QCOMPARE(chosenMemoryLimit(), int64_t(4'000'000'000));
    QCOMPARE(chosenDevice(), QString());
    // The next one shows them.
    PreferencesDialog again;
    QCOMPARE(named<QComboBox>(again, "Language")->currentText(), QString("Deutsch"));
    QCOMPARE(named<QSpinBox>(again, "Font size")->value(), 150);
    QCOMPARE(named<QSpinBox>(again, "Memory limit")->value(), 4);
    named<QSpinBox>(again, "Font size")->setValue(100);
    again.accept();
    QCOMPARE(QApplication::font().pointSizeF(), size);
  }

  void cancelKeepsNothing() {
    PreferencesDialog dialog;
    named<QSpinBox>(dialog, "Threads")->setValue(5);
    named<QComboBox>(dialog, "Appearance")->setCurrentText("Dark");
    dialog.reject();
    QCOMPARE(chosenThreads(), 0);
    QCOMPARE(savedAppearance(), Appearance::System);
    QVERIFY(!isDark(QApplication::palette()));
  }

  void whatIsNoSettingIsTakenForTheNearest() {
    QSettings().setValue("fontPercent", 1000);
    QSettings().setValue("threads", -4);
    QSettings().setValue("memory", -1);
    QCOMPARE(chosenFontPercent(), kMostFontPercent);
    QCOMPARE(chosenThreads(), 0);
    QCOMPARE(chosenMemoryLimit(), int64_t(0));
    PreferencesDialog dialog;
    QCOMPARE(named<QSpinBox>(dialog, "Font size")->value(), kMostFontPercent);
  }
};

QTEST_MAIN(PreferencesDialogTest)
#include "preferences_dialog_test.moc"
