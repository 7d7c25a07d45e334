#include "ui/panels/component_caps.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QSignalBlocker>
#include <algorithm>

#include "ui/base/format.h"
#include "ui/session/plan_document.h"

namespace espalier {

ComponentCaps::ComponentCaps(PlanDocument& plan, QWidget* parent)
    : QWidget(parent), m_plan(plan), m_grid(new QGridLayout(this)) {
  m_grid->setContentsMargins(0, 0, 0, 0);
  m_grid->setColumnStretch(0, 1);
}

void ComponentCaps::makeRows(const std::vector<std::string>& components) {
  for (const auto& row : m_rows) {
    row.own->deleteLater();
    row.cap->deleteLater();
  }
  m_rows.clear();
  // Tab comes to the rows where they stand, though they are made late.
  QWidget* before = previousInFocusChain();
  while (before != this && before->focusPolicy() == Qt::NoFocus) before = before->previousInFocusChain();
  for (const auto& component : components) {
    Row row{component, new QCheckBox(tr("Own cap of %1").arg(componentTitle(component))), new QDoubleSpinBox};
    row.own->setObjectName(QStringLiteral("ownCap-") + text(component));
    row.own->setToolTip(
        tr("No block of this component loses more than its own cap, whatever the cap of the others is"));
    row.cap->setObjectName(QStringLiteral("componentCap-") + text(component));
    row.cap->setRange(0, 100);
    row.cap->setDecimals(1);
    row.cap->setSuffix(tr(" %"));
    row.cap->setKeyboardTracking(false);
    row.cap->setAccessibleName(row.own->text());
    row.cap->setToolTip(row.own->toolTip());
    for (QWidget* w : {static_cast<QWidget*>(row.own), static_cast<QWidget*>(row.cap)})
      w->setWhatsThis(w->toolTip());
    const int at = int(m_rows.size());
    m_grid->addWidget(row.own, at, 0);
    m_grid->addWidget(row.cap, at, 1);
    setTabOrder(before, row.own);
    setTabOrder(row.own, row.cap);
    before = row.cap;
    // What could not be done is shown as it is, not as it was asked for.
    connect(row.own, &QCheckBox::clicked, this, [this, component, cap = row.cap](bool own) {
      m_plan.setComponentCap(component, own ? std::optional(cap->value() / 100) : std::nullopt);
      m_plan.endGesture();
      showPlan();
    });
    connect(row.cap, &QDoubleSpinBox::valueChanged, this, [this, component](double percent) {
      m_plan.setComponentCap(component, percent / 100);
      showPlan();
    });
    connect(row.cap, &QDoubleSpinBox::editingFinished, &m_plan, &PlanDocument::endGesture);
    m_rows.push_back(row);
  }
}

void ComponentCaps::showPlan() {
  std::vector<std::string> components;
  if (!m_plan.isEmpty())
    for (const auto& group : m_plan.plan().groups)
      if (std::find(components.begin(), components.end(), group.component) == components.end())
        components.push_back(group.component);
  if (components.size() < 2) components.clear();
  setVisible(!components.empty());
  if (!std::equal(components.begin(), components.end(), m_rows.begin(), m_rows.end(),
                  [](const std::string& name, const Row& row) { return name == row.component; }))
    makeRows(components);
  for (const auto& row : m_rows) {
    const auto& caps = m_plan.plan().componentCaps;
    const auto own = caps.find(row.component);
    const QSignalBlocker quiet[] = {QSignalBlocker(row.own), QSignalBlocker(row.cap)};
    row.own->setChecked(own != caps.end());
    row.cap->setEnabled(own != caps.end());
    row.cap->setValue(100 * (own != caps.end() ? own->second : m_plan.plan().cap));
  }
}

}  // namespace espalier
