#include "ui/panels/section.h"

#include <QFrame>
#include <QLabel>

namespace espalier {

QLabel* sectionTitle(const QString& title) {
  auto* label = new QLabel(title);
  QFont font = label->font();
  font.setBold(true);
  label->setFont(font);
  return label;
}

QFrame* sectionRule() {
  auto* rule = new QFrame;
  rule->setFrameShape(QFrame::HLine);
  rule->setFrameShadow(QFrame::Plain);
  rule->setForegroundRole(QPalette::Midlight);
  return rule;
}

}  // namespace espalier
