#pragma once

#include <QWidget>
#include <string>
#include <vector>

#include "core/base/method.h"

class QListWidget;
class QToolButton;

namespace espalier {

// Several of a list of methods, in an order: a tick for each that is taken, and two buttons (Alt+Up,
// Alt+Down) that move the current one.
class MethodOrder : public QWidget {
  Q_OBJECT

 public:
  MethodOrder(const std::vector<Method>& methods, const QString& title, QWidget* parent = nullptr);

  std::vector<std::string> chosen() const;                // in order
  void setChosen(const std::vector<std::string>& names);  // signals nothing; those chosen stand first
  QListWidget* list() const { return m_list; }

 Q_SIGNALS:
  void edited();  // by a person

 private:
  void move(int by);
  void updateButtons();
  void fitHeight();

  const std::vector<Method>& m_methods;
  QListWidget* m_list;
  QToolButton* m_earlier;
  QToolButton* m_later;
};

}  // namespace espalier
