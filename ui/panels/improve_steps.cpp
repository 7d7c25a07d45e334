#include "ui/panels/improve_steps.h"

#include <QHeaderView>

#include "ui/base/format.h"
#include "ui/items/copy_rows.h"

namespace espalier {

namespace {

enum StepColumn { MoveColumn, LossColumn };

}  // namespace

ImproveSteps::ImproveSteps(QWidget* parent) : QTableWidget(0, 2, parent) {
  setObjectName("improveSteps");
  setAccessibleName(tr("Accepted steps"));
  setWhatsThis(tr(
      "Each step that the search accepted: which block gave up how many weights so that which keeps as many "
      "more, and "
      "the loss on the held-out half of the calibration pairs then. Undo takes all of them back at once."));
  setToolTip(whatsThis());
  setHorizontalHeaderLabels({tr("Accepted step"), tr("Loss")});
  horizontalHeaderItem(MoveColumn)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  horizontalHeaderItem(LossColumn)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
  setFrameShape(QFrame::NoFrame);
  setShowGrid(false);
  setSelectionMode(QAbstractItemView::NoSelection);
  setEditTriggers(QAbstractItemView::NoEditTriggers);
  setTabKeyNavigation(false);
  setWordWrap(false);
  setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  verticalHeader()->hide();
  verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
  horizontalHeader()->setHighlightSections(false);
  horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  horizontalHeader()->setSectionResizeMode(MoveColumn, QHeaderView::Stretch);
  setMinimumWidth(180);
  offerCopy(*this);
}

void ImproveSteps::begin(double loss) {
  setRowCount(0);
  addRow(tr("At first"), shortNumber(loss), {});
}

void ImproveSteps::add(const QString& from, const QString& to, const ProbeController::Step& step) {
  const QString weights = shortCount(int64_t(step.weights));
  addRow(QStringLiteral("%1 \u2192 %2").arg(from, to), shortNumber(step.loss),
         tr("%1 weights moved from %2 to %3").arg(weights, step.from, step.to));
  scrollToBottom();
}

void ImproveSteps::addRow(const QString& what, const QString& loss, const QString& tip) {
  const int row = rowCount();
  insertRow(row);
  for (const auto& [column, said] : {std::pair{MoveColumn, what}, std::pair{LossColumn, loss}}) {
    auto* item = new QTableWidgetItem(said);
    item->setToolTip(tip);
    if (column != MoveColumn) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    setItem(row, column, item);
  }
}

}  // namespace espalier
