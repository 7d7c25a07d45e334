// What the commands say of their flags: a flag that one text names is one of the command.
#include <QtTest/QtTest>

class HelpCliTest : public QObject {
  Q_OBJECT

  static QString help(const QStringList& arguments) {
    QProcess p;
    p.start(QString(ESPALIER_BINARY_DIR) + "/app/espalier-cli", arguments + QStringList{"--help"});
    p.waitForFinished(60'000);
    return p.exitCode() == 0 ? QString::fromUtf8(p.readAllStandardOutput()) : QString();
  }

 private Q_SLOTS:
  // "Where the data have splits (of --pairs)" in the help of a command that has --pairs.
  void dataFlagsNameAFlagOfTheirCommand() {
    static const QRegularExpression command("^  ([a-z]+) {2,}"), named("\\(of (--[a-z-]+)\\)");
    int commands = 0, flags = 0;
    const QString all = help({});
    for (const QString& line : all.mid(all.indexOf("Subcommands:")).split('\n')) {
      const auto name = command.match(line).captured(1);
      if (name.isEmpty()) continue;
      ++commands;
      const QString text = help({name});
      QVERIFY2(!text.isEmpty(), qPrintable(name));
      for (auto i = named.globalMatch(text); i.hasNext(); ++flags) {
        const QString flag = i.next().captured(1);
        QVERIFY2(text.contains("\n  " + flag + ' '), qPrintable(name + " has no " + flag));
      }
    }
    QVERIFY(commands > 20);
    QCOMPARE(flags, 8);  // of study and of report
  }
};

QTEST_APPLESS_MAIN(HelpCliTest)
#include "help_cli_test.moc"
