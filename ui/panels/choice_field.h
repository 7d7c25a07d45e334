#pragma once

#include <QWidget>
#include <string>
#include <vector>

class QComboBox;

namespace espalier {

// One of several named things, with a line that says what the chosen one is.
class ChoiceField : public QWidget {
  Q_OBJECT

 public:
  struct Choice {
    std::string name;  // as the engine has it
    QString title;     // for people
    QString summary;
  };

  ChoiceField(const QString& title, const QString& help, QWidget* parent = nullptr);

  void setChoices(const std::vector<Choice>& choices);
  std::string current() const;
  void setCurrent(const std::string& name);  // signals nothing
  // One that cannot be chosen now says why in its tip; no reason: it can.
  void setUnavailable(const std::string& name, const QString& reason);
  QComboBox* comboBox() const { return m_combo; }

 Q_SIGNALS:
  void chosen(const std::string& name);  // by a person

 private:
  void updateSummary();

  QComboBox* m_combo;
  QString m_help;
  QStringList m_summaries;
};

}  // namespace espalier
