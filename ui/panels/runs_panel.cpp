#include "ui/panels/runs_panel.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QMimeData>
#include <QSplitter>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/evaluate/chance.h"
#include "core/evaluate/evaluation.h"
#include "ui/base/format.h"
#include "ui/base/last_folder.h"
#include "ui/controllers/runs_controller.h"
#include "ui/panels/flow_layout.h"
#include "ui/plot/runs_chart.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

QString accuracyText(const Run& run) {
  if (!run.accuracy()) return {};
  const auto interval = wilsonInterval(*run.right, run.total);
  return RunsPanel::tr("%1 (%2 to %3)")
      .arg(percent(*run.accuracy()), percent(interval.low), percent(interval.high));
}

QString speedText(const Run& run) {
  if (!run.measured || run.measured->perSecond.median <= 0) return {};
  const QString number = shortNumber(run.measured->perSecond.median);
  if (run.measured->unit == "tokens") return RunsPanel::tr("%1 tokens/s").arg(number);
  if (run.measured->unit == "pictures") return RunsPanel::tr("%1 pictures/s").arg(number);
  return RunsPanel::tr("%1 texts/s").arg(number);
}

// Whether what parts two runs is more than chance explains; empty where nobody can know.
QString chanceSaid(const Run& first, const Run& second) {
  const auto difference = differenceOf(first, second);
  if (!difference) return {};
  return RunsPanel::tr("chance: %1").arg(chanceText(difference->chance));
}

// Beside the best run of the same data.
QString besideText(const RunsTable& table, const Run& run) {
  if (!run.accuracy()) return {};
  const Run* best = &run;
  for (const auto& other : table.runs)
    if (other.data == run.data && other.accuracy() && *other.accuracy() > *best->accuracy()) best = &other;
  if (best == &run) return RunsPanel::tr("best");
  const QString points = signedPoints(*run.accuracy() - *best->accuracy());
  const QString chance = chanceSaid(*best, run);
  return chance.isEmpty() ? points : QStringLiteral("%1 (%2)").arg(points, chance);
}

QString sizeText(const Run& run) {
  const QString size = fileSize(run.fileBytes);
  return run.isWritten() ? size : RunsPanel::tr("about %1").arg(size);
}

// The run it was made of, else the model.
QString fromText(const RunsTable& table, size_t run) {
  if (const auto parent = parentOf(table, run)) return text(table.runs[*parent].name);
  const auto& from = table.runs[run].from;
  return from.empty() ? QString() : modelTitle(toPath(text(from)));
}

// What the second has more or less than the first.
QString comparison(const Run& a, const Run& b) {
  QStringList parts;
  if (a.accuracy() && b.accuracy() && a.data == b.data)
    parts << RunsPanel::tr("%1 points of accuracy").arg(signedPoints(*b.accuracy() - *a.accuracy()));
  if (const auto d = differenceOf(a, b))
    parts << (d->chance < kChance ? RunsPanel::tr("more than chance explains (%1)").arg(chanceText(d->chance))
                                  : RunsPanel::tr("within chance (%1)").arg(chanceText(d->chance)));
  if (a.fileBytes > 0)
    parts << RunsPanel::tr("%1 of its size").arg(percent(double(b.fileBytes) / double(a.fileBytes)));
  if (a.measured && b.measured && a.measured->perSecond.median > 0 && a.measured->unit == b.measured->unit)
    parts << RunsPanel::tr("%1 times its speed")
                 .arg(shortNumber(b.measured->perSecond.median / a.measured->perSecond.median));
  return RunsPanel::tr("%1 beside %2: %3").arg(text(b.name), text(a.name), parts.join(QStringLiteral(", ")));
}

}  // namespace

QToolButton* RunsPanel::button(const QString& name, const QString& tip, void (RunsPanel::*pressed)()) {
  auto* made = new QToolButton;
  made->setText(name);
  made->setAccessibleName(name);
  made->setToolTip(tip);
  made->setWhatsThis(tip);
  made->setFocusPolicy(Qt::TabFocus);
  connect(made, &QToolButton::clicked, this, pressed);
  return made;
}

// Long: the widgets, their places and their connections.
RunsPanel::RunsPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_runs(new RunsController(session, this)),
      m_chart(new RunsChart),
      m_table(new QTableWidget(0, Columns)),
      m_cost(new QComboBox),
      m_state(new QLabel),
      m_failure(new QLabel) {
  auto* open = button(
      tr("Open Table…"),
      tr("Show a table of runs in a file, which several programs may share, in place of the project's; "
         "or name a new one"),
      &RunsPanel::chooseTable);
  m_project = button(tr("Project's Runs"), tr("Show the runs that are kept with the project again"),
                     &RunsPanel::showProject);
  m_keep = button(tr("Keep Result"),
                  tr("Add what the present plan's model can do and what it would take, as a run of its own"),
                  &RunsPanel::keepResult);
  m_add = button(tr("Add Model…"), tr("Add a model that Espalier pruned and wrote"), &RunsPanel::addFolder);
  m_import =
      button(tr("Import…"), tr("Add the runs of a table or of another project"), &RunsPanel::importTable);
  m_export = button(tr("Export…"), tr("Write the table for other programs, or for others to import"),
                    &RunsPanel::exportTable);
  m_remove =
      button(tr("Remove"), tr("Take the chosen runs out of the table. The models stay"), &RunsPanel::remove);
  m_measure = button(tr("Measure"),
                     tr("Measure bytes, time, memory and speed of the chosen run's model on this machine"),
                     &RunsPanel::measure);
  m_use = button(tr("Use This Plan"), tr("Take the plan of the chosen run. Undo brings yours back"),
                 &RunsPanel::usePlan);
  m_cost->addItems({tr("Size"), tr("Weights"), tr("Time")});
  m_cost->setAccessibleName(tr("What accuracy is shown against"));
  m_cost->setToolTip(m_cost->accessibleName());
  m_cost->setWhatsThis(m_cost->toolTip());
  auto* bar = new FlowLayout(6);
  bar->setContentsMargins(8, 6, 8, 2);
  for (QWidget* w : std::initializer_list<QWidget*>{m_keep, m_add, m_import, m_export, m_measure, m_use,
                                                    m_remove, open, m_project, m_cost})
    bar->addWidget(w);
  m_table->setHorizontalHeaderLabels({tr("Run"), tr("Criterion"), tr("Recovery"), tr("Sparsity"),
                                      tr("Accuracy"), tr("Beside the best"), tr("Size"), tr("Peak memory"),
                                      tr("Speed"), tr("Took"), tr("Made from"), tr("Tags"), tr("Notes")});
  m_table->setAccessibleName(tr("Runs"));
  m_table->setWhatsThis(
      tr("Each row is a pruned model. Choose two to compare them. Notes and tags can be "
         "written. Beside the best: by how many points it is worse, and how often chance alone parts two "
         "equally good models as far, pair by pair (exact McNemar test)."));
  setAcceptDrops(true);
  m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_table->verticalHeader()->hide();
  m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  m_table->horizontalHeader()->setStretchLastSection(true);  // of the notes
  m_table->setTabKeyNavigation(false);
  for (auto* label : {m_failure, m_state}) {
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setContentsMargins(8, 0, 8, 4);
  }
  m_failure->setAccessibleName(tr("What went wrong"));
  m_failure->hide();
  auto* split = new QSplitter(Qt::Horizontal);
  split->addWidget(m_table);
  split->addWidget(m_chart);
  split->setStretchFactor(0, 3);
  split->setStretchFactor(1, 2);
  split->setChildrenCollapsible(false);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addLayout(bar);
  layout->addWidget(split, 1);
  layout->addWidget(m_failure);
  layout->addWidget(m_state);

  connect(m_runs, &RunsController::changed, this, &RunsPanel::showRuns);
  // Apart from the state, which changes by itself: it stays until something else is asked for.
  connect(m_runs, &RunsController::asked, m_failure, [this] { m_failure->clear(), m_failure->hide(); });
  connect(m_runs, &RunsController::failed, m_failure, [this](const QString& sentence) {
    m_failure->setText(m_failure->text().isEmpty() ? sentence
                                                   : m_failure->text() + QLatin1Char('\n') + sentence);
    m_failure->show();
  });
  for (auto changed : {&JobRunner::started, &JobRunner::idle})
    connect(&m_runs->runner(), changed, this, [this] {
      for (auto* b : {m_add, m_import}) b->setEnabled(!m_runs->runner().isBusy());
      showButtons();
      if (m_runs->runner().isBusy())
        m_state->setText(m_runs->runner().title() + QStringLiteral(" …"));
      else
        showState();
    });
  for (auto changed : {&Session::evaluationChanged, &Session::staleChanged})
    connect(&m_session, changed, this, &RunsPanel::showButtons);
  connect(m_cost, &QComboBox::currentIndexChanged, this,
          [this] { m_chart->setRuns(m_runs->table(), cost()); });
  connect(m_chart, &RunsChart::currentChanged, this, [this](int run) {
    if (run >= 0 && chosen() != std::vector<size_t>{size_t(run)}) m_table->selectRow(run);
  });
  connect(m_table, &QTableWidget::itemSelectionChanged, this, [this] {
    const auto rows = chosen();
    if (rows.size() == 1) m_chart->setCurrent(int(rows[0]));
    showState();
  });
  connect(m_table, &QTableWidget::itemChanged, this, [this](QTableWidgetItem* item) {
    if (m_filling) return;
    if (item->column() == Notes) m_runs->setNotes(size_t(item->row()), item->text());
    if (item->column() == Tags) m_runs->setTags(size_t(item->row()), item->text());
  });
  showRuns();
}

RunCost RunsPanel::cost() const {
  return m_cost->currentIndex() == 0   ? RunCost::Bytes
         : m_cost->currentIndex() == 1 ? RunCost::KeptWeights
                                       : RunCost::SecondsForEach;
}

std::vector<size_t> RunsPanel::chosen() const {
  std::vector<size_t> out;
  for (const auto& index : m_table->selectionModel()->selectedRows()) out.push_back(size_t(index.row()));
  std::sort(out.begin(), out.end());
  return out;
}

void RunsPanel::showRuns() {
  const auto& runs = m_runs->table().runs;
  m_filling = true;
  // Columns that keep to their contents would be measured anew for each cell.
  m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  m_table->setRowCount(int(runs.size()));
  for (size_t i = 0; i < runs.size(); ++i) {
    const Run& r = runs[i];
    QStringList tags;
    for (const auto& tag : r.tags) tags << text(tag);
    const QStringList texts{
        text(r.name),
        text(r.criterion),
        r.recovery.empty() ? tr("none") : text(r.recovery),
        percent(r.sparsity),
        accuracyText(r),
        besideText(m_runs->table(), r),
        sizeText(r),
        r.measured && r.measured->peakBytes > 0 ? fileSize(r.measured->peakBytes) : QString(),
        speedText(r),
        r.seconds ? duration(*r.seconds) : QString(),
        fromText(m_runs->table(), i),
        tags.join(QStringLiteral(", ")),
        text(r.notes)};
    for (int column = 0; column < Columns; ++column) {
      auto* item = new QTableWidgetItem(texts[column]);
      item->setToolTip(texts[column]);
      if (column != Notes && column != Tags) item->setFlags(item->flags() & ~Qt::ItemIsEditable);
      m_table->setItem(int(i), column, item);
    }
  }
  m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  m_filling = false;
  m_chart->setRuns(m_runs->table(), cost());
  showState();
}

void RunsPanel::showButtons() {
  const auto rows = chosen();
  const auto& runs = m_runs->table().runs;
  const bool one = rows.size() == 1 && rows[0] < runs.size();
  m_measure->setEnabled(one && runs[rows[0]].isWritten() && !m_runs->runner().isBusy());
  m_use->setEnabled(one && !m_session.plan().isEmpty());
  m_remove->setEnabled(!rows.empty());
  m_export->setEnabled(!runs.empty());
  m_keep->setEnabled(m_session.measuredNow().has_value());
  m_project->setVisible(!m_runs->file().isEmpty());
}

void RunsPanel::showState() {
  showButtons();
  const auto rows = chosen();
  const auto& runs = m_runs->table().runs;
  if (rows.size() == 2 && rows[1] < runs.size())
    m_state->setText(comparison(runs[rows[0]], runs[rows[1]]));
  else if (m_runs->file().isEmpty())
    m_state->setText(runs.empty()
                         ? tr("No runs yet. Exports are added by themselves; drop folders or tables here.")
                         : tr("%n runs, kept with the project", nullptr, int(runs.size())));
  else
    m_state->setText(tr("%n runs in %1", nullptr, int(runs.size())).arg(m_runs->file()));
}

void RunsPanel::chooseTable() {
  const QString file =
      QFileDialog::getSaveFileName(this, tr("Open a Table of Runs"), lastFolder(FolderOf::Exports),
                                   tr("Tables of runs (*.json)"), nullptr, QFileDialog::DontConfirmOverwrite);
  if (file.isEmpty()) return;
  rememberFolder(FolderOf::Exports, file);
  m_runs->open(file);
}

void RunsPanel::addFolder() {
  const QString folder =
      QFileDialog::getExistingDirectory(this, tr("Add a Pruned Model"), lastFolder(FolderOf::Exports));
  if (!folder.isEmpty()) m_runs->addFolder(folder);
}

void RunsPanel::importTable() {
  const QStringList files =
      QFileDialog::getOpenFileNames(this, tr("Import Runs"), lastFolder(FolderOf::Exports),
                                    tr("Tables of runs and projects (*.json *.espalier)"));
  if (files.isEmpty()) return;
  rememberFolder(FolderOf::Exports, files.first());
  m_runs->addPaths(files);
}

void RunsPanel::keepResult() {
  m_runs->addPresent();
}

void RunsPanel::showProject() {
  m_runs->showProject();
}

void RunsPanel::exportTable() {
  QFileDialog dialog(this, tr("Export Runs"), lastFolder(FolderOf::Exports));
  dialog.setAcceptMode(QFileDialog::AcceptSave);
  const QString values = tr("Comma-separated values (*.csv)"), tables = tr("Tables of runs (*.json)");
  dialog.setNameFilters({values, tables});
  dialog.setDefaultSuffix("csv");
  connect(&dialog, &QFileDialog::filterSelected, &dialog,
          [&](const QString& filter) { dialog.setDefaultSuffix(filter == tables ? "json" : "csv"); });
  if (dialog.exec() != QDialog::Accepted) return;
  const QString file = dialog.selectedFiles().value(0);
  rememberFolder(FolderOf::Exports, file);
  m_runs->exportTo(file);
}

void RunsPanel::remove() {
  m_runs->remove(chosen());
}

// Folders of models and files that hold runs; a project that is dropped elsewhere is opened.
void RunsPanel::dragEnterEvent(QDragEnterEvent* event) {
  for (const auto& url : event->mimeData()->urls()) {
    const QFileInfo info(url.toLocalFile());
    if (info.isDir() || info.suffix() == "json" || info.suffix() == "espalier")
      return event->acceptProposedAction();
  }
}

void RunsPanel::dropEvent(QDropEvent* event) {
  QStringList paths;
  for (const auto& url : event->mimeData()->urls())
    if (const QString path = url.toLocalFile(); QFileInfo::exists(path)) paths << path;
  event->acceptProposedAction();
  m_runs->addPaths(paths);
}

void RunsPanel::measure() {
  if (const auto rows = chosen(); rows.size() == 1) m_runs->measure(rows[0]);
}

void RunsPanel::usePlan() {
  if (const auto rows = chosen(); rows.size() == 1) m_runs->loadPlan(rows[0]);
}

}  // namespace espalier
