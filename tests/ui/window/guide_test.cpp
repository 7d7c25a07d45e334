// What docs/guide.md says of the menus is true, and its pictures are there.
#include <QFile>
#include <QMenu>
#include <QMenuBar>
#include <QRegularExpression>
#include <QtTest/QtTest>

#include "tests/support/test_settings.h"
#include "ui/actions/actions.h"
#include "ui/window/main_window.h"

using namespace espalier;

class GuideTest : public QObject {
  Q_OBJECT
  QTemporaryDir m_settings;
  QString m_guide;

  static QString plain(QString text) { return text.remove('&'); }

 private Q_SLOTS:
  void initTestCase() {
    test::keepSettingsIn(m_settings.path());
    QFile file(ESPALIER_SOURCE_DIR "/docs/guide.md");
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_guide = QString::fromUtf8(file.readAll()).simplified();
  }

  void menuEntriesAndKeysAreThere() {
    MainWindow window;
    QMap<QString, QAction*> entries;
    for (auto* menuAction : window.menuBar()->actions())
      for (auto* action : menuAction->menu()->actions())
        entries[plain(menuAction->text()) + QString::fromUtf8(" \u203a ") + plain(action->text())] = action;
    // The name, and where there is one, the key in brackets after it.
    const QRegularExpression pattern(
        "\\*\\*([^*]+ \u203a [^*]+)\\*\\*(?:[^*(]{0,3}[(,] ?((?:Ctrl|Shift|Alt|F\\d)[^) ]*)\\))?");
    int found = 0;
    for (auto it = pattern.globalMatch(m_guide); it.hasNext();) {
      const auto match = it.next();
      QString name = match.captured(1);
      QAction* action = entries.value(name);
      // Undo carries the name of the step behind it.
      for (auto entry = entries.begin(); !action && entry != entries.end(); ++entry)
        if (entry.key().startsWith(name)) action = entry.value();
      QVERIFY2(action, qPrintable(name));
      if (!match.captured(2).isEmpty())
        QVERIFY2(action->shortcut() == QKeySequence(match.captured(2)),
                 qPrintable(name + ": " + match.captured(2) + ", is " + action->shortcut().toString()));
      ++found;
    }
    QVERIFY2(found > 20, qPrintable(QString::number(found)));
  }

  // The manual in the window holds each page that one of its pages links to.
  void linkedPagesAreInTheManual() {
    const auto contentOf = [](const QString& path) {
      QFile file(QStringLiteral(ESPALIER_SOURCE_DIR) + path);
      return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    };
    QStringList pages;
    const QRegularExpression alias("alias=\"([^\"]+\\.md)\""), link("\\]\\(([^):#]+\\.md)\\)");
    for (auto it = alias.globalMatch(contentOf("/resources/manual.qrc")); it.hasNext();)
      pages << it.next().captured(1);
    QVERIFY(pages.contains("guide.md"));
    for (const QString& page : pages) {
      const QString text = contentOf("/docs/" + page);
      QVERIFY2(!text.isEmpty(), qPrintable(page));
      for (auto it = link.globalMatch(text); it.hasNext();) {
        const QString linked = it.next().captured(1);
        QVERIFY2(pages.contains(linked), qPrintable(page + " links to " + linked));
      }
    }
  }

  void picturesAreThere() {
    const QRegularExpression pattern("\\]\\((images/[^)]+)\\)");
    int found = 0;
    for (auto it = pattern.globalMatch(m_guide); it.hasNext(); ++found) {
      const QString path = QString(ESPALIER_SOURCE_DIR "/docs/") + it.next().captured(1);
      QVERIFY2(QFile::exists(path), qPrintable(path));
    }
    QVERIFY(found >= 4);
  }
};

QTEST_MAIN(GuideTest)
#include "guide_test.moc"
