#include "ui/panels/sweep_queue.h"

#include <QListWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/base/engine_text.h"
#include "ui/base/format.h"
#include "ui/controllers/sweep_controller.h"
#include "ui/panels/flow_layout.h"

namespace espalier {

SweepQueue::SweepQueue(SweepController& sweeps, QWidget* parent)
    : QWidget(parent),
      m_sweeps(sweeps),
      m_list(new QListWidget),
      m_earlier(button(tr("Earlier"), tr("Measure it before the one above it"))),
      m_later(button(tr("Later"), tr("Measure it after the one below it"))),
      m_drop(button(tr("Leave Out"), tr("Do not measure it. What is there of it stays"))) {
  m_list->setFrameShape(QFrame::NoFrame);
  m_list->setAccessibleName(tr("What is to come"));
  m_list->setWhatsThis(
      tr("What the sweep measures next, from top to bottom. What is being measured is not among it."));
  auto* buttons = new FlowLayout(6);
  buttons->setContentsMargins(8, 2, 8, 2);
  for (auto* b : {m_earlier, m_later, m_drop}) buttons->addWidget(b);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_list, 1);
  layout->addLayout(buttons);
  connect(m_earlier, &QToolButton::clicked, this, [this] { move(-1); });
  connect(m_later, &QToolButton::clicked, this, [this] { move(1); });
  connect(m_drop, &QToolButton::clicked, this, [this] {
    if (m_list->currentRow() >= 0) m_sweeps.drop(size_t(m_list->currentRow()));
  });
  connect(m_list, &QListWidget::currentRowChanged, this, &SweepQueue::showButtons);
  connect(&m_sweeps, &SweepController::queueChanged, this, &SweepQueue::showParts);
  showParts();
}

QToolButton* SweepQueue::button(const QString& name, const QString& tip) {
  auto* made = new QToolButton;
  made->setText(name);
  made->setAccessibleName(name);
  made->setToolTip(tip);
  made->setWhatsThis(tip);
  made->setFocusPolicy(Qt::TabFocus);
  return made;
}

void SweepQueue::showParts() {
  const int at = m_list->currentRow();
  m_list->clear();
  for (const auto& part : m_sweeps.waiting()) {
    QStringList sparsities;
    for (const double s : part.sparsities) sparsities << percent(s, 0);
    m_list->addItem(tr("%1, seed %2: %3")
                        .arg(engineText(part.method))
                        .arg(part.seed)
                        .arg(sparsities.join(QStringLiteral(", "))));
  }
  if (at >= 0) m_list->setCurrentRow(std::min(at, m_list->count() - 1));
  showButtons();
}

void SweepQueue::showButtons() {
  const int at = m_list->currentRow();
  m_earlier->setEnabled(at > 0);
  m_later->setEnabled(at >= 0 && at + 1 < m_list->count());
  m_drop->setEnabled(at >= 0);
}

void SweepQueue::move(int by) {
  const int at = m_list->currentRow();
  if (at < 0) return;
  m_sweeps.move(size_t(at), by);
  m_list->setCurrentRow(std::clamp(at + by, 0, std::max(0, m_list->count() - 1)));
}

}  // namespace espalier
