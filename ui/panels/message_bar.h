#pragma once

#include <QFrame>
#include <functional>
#include <vector>

class QVBoxLayout;

namespace espalier {

// What a message is about, so that it can go when that is no longer so.
struct MessageAbout {
  const QObject* who = nullptr;  // nobody: it stays until it is read
  QString what{};                // of `who`; empty: anything it does
};

// What went wrong or well, in the window itself and until it is read or no longer true: newest first, three
// at most.
class MessageBar : public QFrame {
  Q_OBJECT

 public:
  enum class Severity { Info, Warning, Error };

  explicit MessageBar(QWidget* parent = nullptr);

  // A message that is there already is not shown twice.
  void post(Severity severity, const QString& text, const MessageAbout& about = {});
  // It went well now: errors about it go.
  void settle(const QObject* who, const QString& what);
  // With a button beside it that opens a folder; takes the place of another such.
  void postWithFolder(const QString& text, const QString& folder);
  // With buttons beside it; each does what it says and takes the message away.
  struct Choice {
    QString label;
    std::function<void()> act;
  };
  void postWithChoices(Severity severity, const QString& text, const std::vector<Choice>& choices,
                       const MessageAbout& about = {});
  void clear();  // those with choices that are about nothing else stay
  QStringList texts() const;
  QStringList errors() const;

 private:
  QWidget* add(Severity severity, const QString& text, const MessageAbout& about = {});

  QVBoxLayout* m_layout;
};

}  // namespace espalier
