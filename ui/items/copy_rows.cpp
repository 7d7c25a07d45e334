#include "ui/items/copy_rows.h"

#include <QAbstractItemView>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QCoreApplication>
#include <QKeyEvent>
#include <QListView>
#include <QTableView>
#include <set>

namespace espalier {

namespace {

struct CopyText {
  Q_DECLARE_TR_FUNCTIONS(CopyRows)
};

void copy(const QAbstractItemView& view) {
  if (const QString rows = copiedRows(view); !rows.isEmpty()) QApplication::clipboard()->setText(rows);
}

// Qt's own copies the current cell alone.
class CopyKey : public QObject {
 public:
  explicit CopyKey(QAbstractItemView& view) : QObject(&view), m_view(view) { view.installEventFilter(this); }

 protected:
  bool eventFilter(QObject*, QEvent* event) override {
    if (event->type() != QEvent::KeyPress || !static_cast<QKeyEvent*>(event)->matches(QKeySequence::Copy))
      return false;
    copy(m_view);
    return true;
  }

 private:
  QAbstractItemView& m_view;
};

}  // namespace

QString copiedRows(const QAbstractItemView& view) {
  const QAbstractItemModel* model = view.model();
  if (!model || model->rowCount() == 0) return {};
  std::set<int> rows;
  for (const auto& index : view.selectionModel()->selectedIndexes()) rows.insert(index.row());
  if (rows.empty() && view.currentIndex().isValid()) rows.insert(view.currentIndex().row());
  if (rows.empty())
    for (int row = 0; row < model->rowCount(); ++row) rows.insert(row);
  QList<int> columns;
  const auto* table = qobject_cast<const QTableView*>(&view);
  for (int column = 0; column < model->columnCount(); ++column)
    if (!table || !table->isColumnHidden(column)) columns << column;
  QStringList lines;
  const auto line = [&](const auto& cell) {
    QStringList cells;
    for (int column : columns) cells << cell(column).toString().replace('\n', ' ').replace('\t', ' ');
    lines << cells.join('\t');
  };
  if (table) line([&](int column) { return model->headerData(column, Qt::Horizontal); });
  for (int row : rows) line([&](int column) { return model->index(row, column).data(); });
  return lines.join('\n') + '\n';
}

void offerCopy(QAbstractItemView& view) {
  new CopyKey(view);
  auto* action = new QAction(CopyText::tr("Copy Rows"), &view);
  action->setStatusTip(
      CopyText::tr("Put the selected rows on the clipboard, with the header, for a spreadsheet"));
  QObject::connect(action, &QAction::triggered, &view, [&view] { copy(view); });
  view.addAction(action);
  view.setContextMenuPolicy(Qt::ActionsContextMenu);
}

}  // namespace espalier
