#pragma once

#include <QFrame>
#include <functional>
#include <vector>

class QVBoxLayout;

namespace espalier {

// What went wrong or well, in the window itself and until it is read: newest first, three at most.
class MessageBar : public QFrame {
  Q_OBJECT

 public:
  enum class Severity { Info, Warning, Error };

  explicit MessageBar(QWidget* parent = nullptr);

  // A message that is there already is not shown twice.
  void post(Severity severity, const QString& text);
  // With a button beside it that opens a folder.
  void postWithFolder(const QString& text, const QString& folder);
  // With buttons beside it; each does what it says and takes the message away.
  struct Choice {
    QString label;
    std::function<void()> act;
  };
  void postWithChoices(Severity severity, const QString& text, const std::vector<Choice>& choices);
  void clear();  // those with choices stay
  QStringList texts() const;

 private:
  QWidget* add(Severity severity, const QString& text);

  QVBoxLayout* m_layout;
};

}  // namespace espalier
