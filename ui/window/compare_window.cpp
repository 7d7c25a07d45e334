#include "ui/window/compare_window.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSettings>
#include <QShortcut>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/allocate/plan_over.h"
#include "core/evaluate/paired_difference.h"
#include "ui/base/format.h"
#include "ui/base/icons.h"
#include "ui/base/last_folder.h"
#include "ui/controllers/compare_controller.h"
#include "ui/items/accuracy_delegate.h"
#include "ui/items/compare_model.h"
#include "ui/items/copy_rows.h"
#include "ui/items/fitted_columns.h"
#include "ui/items/result_model.h"
#include "ui/panels/message_bar.h"
#include "ui/plot/compare_chart.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

void styleTable(QTableView& view) {
  view.setFrameShape(QFrame::NoFrame);
  view.setShowGrid(false);
  view.setSelectionBehavior(QAbstractItemView::SelectRows);
  view.setSelectionMode(QAbstractItemView::SingleSelection);
  view.setTabKeyNavigation(false);
  view.setWordWrap(false);
  view.verticalHeader()->hide();
  view.horizontalHeader()->setHighlightSections(false);
  view.setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  view.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
}

// Whose bars are filled and whose hatched, beside the plan's name.
class BarKey : public QWidget {
 public:
  explicit BarKey(bool hatched) : m_hatched(hatched) { setFixedSize(14, 14); }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::Text));
    painter.setBrush(
        QBrush(palette().color(QPalette::Text), m_hatched ? Qt::BDiagPattern : Qt::SolidPattern));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
  }

 private:
  bool m_hatched;
};

}  // namespace

CompareWindow::CompareWindow(Session& session, CompareController& controller, QWidget* parent)
    : QWidget(parent, Qt::Window),
      m_session(session),
      m_controller(controller),
      m_messages(new MessageBar),
      m_chart(new CompareChart),
      m_first(new QComboBox),
      m_second(new QComboBox),
      m_shown(new QComboBox),
      m_measure(new QPushButton(tr("Measure"))),
      m_headline(new QLabel),
      m_count(new QLabel),
      m_chance(new QLabel),
      m_resultModel(new CompareResultModel(this)),
      m_answerModel(new CompareAnswerModel(this)),
      m_filter(new CompareAnswerFilter(this)),
      m_results(new QTableView),
      m_answers(new QTableView) {
  offerCopy(*m_results);
  offerCopy(*m_answers);
  setObjectName("compareWindow");
  setWindowTitle(tr("Compare Plans"));
  auto* split = new QSplitter(Qt::Vertical);
  split->addWidget(m_chart);
  split->addWidget(makeTables());
  split->setStretchFactor(0, 3);
  split->setStretchFactor(1, 2);
  split->setChildrenCollapsible(false);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(m_messages);
  layout->addWidget(makeBar());
  layout->addWidget(split, 1);
  resize(1080, 680);

  connect(&m_controller, &CompareController::sidesChanged, this, [this] {
    if (isVisible()) listSides();
  });
  connect(&m_controller, &CompareController::opened, this,
          [this](const QString& key) { m_second->setCurrentIndex(m_second->findData(key)); });
  connect(&m_controller, &CompareController::failed, this,
          [this](const QString& sentence, const QString& job) {
            if (isVisible()) m_messages->post(MessageBar::Severity::Error, sentence, {&m_controller, job});
          });
  connect(&m_controller.runner(), &JobRunner::succeeded, this,
          [this](const QString& job) { m_messages->settle(&m_controller, job); });
  for (QComboBox* box : {m_first, m_second})
    connect(box, &QComboBox::currentIndexChanged, this, &CompareWindow::showSides);
  for (auto changed : {&JobRunner::started, &JobRunner::cancelled, &JobRunner::idle})
    connect(&m_controller.runner(), changed, this, &CompareWindow::showSides);
  connect(m_measure, &QPushButton::clicked, this,
          [this] { m_controller.measure(m_measure->property("side").toString()); });
  Selection& selection = m_session.selection();
  connect(m_chart, &CompareChart::chosen, &selection,
          [&selection](const std::string& group) { selection.set({group}, group); });
  connect(&selection, &Selection::changed, this,
          [this, &selection] { m_chart->setCurrent(selection.current()); });
  auto* close = new QShortcut(QKeySequence(Qt::Key_Escape), this);
  connect(close, &QShortcut::activated, this, &QWidget::close);
}

QWidget* CompareWindow::makeBar() {
  m_first->setAccessibleName(tr("First plan"));
  m_first->setToolTip(tr("The plan that the other is compared with"));
  m_second->setAccessibleName(tr("Second plan"));
  m_second->setToolTip(tr("The plan that is compared"));
  for (QComboBox* box : {m_first, m_second}) {
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(14);
    box->setWhatsThis(box->toolTip());
  }
  auto* swap = new QToolButton;
  swap->setText(QStringLiteral("\u21c4"));
  swap->setToolTip(tr("Exchange the two"));
  swap->setAccessibleName(tr("Exchange the two plans"));
  swap->setFocusPolicy(Qt::TabFocus);
  connect(swap, &QToolButton::clicked, this, [this] {
    const int first = m_first->currentIndex();
    m_first->setCurrentIndex(m_second->currentIndex());
    m_second->setCurrentIndex(first);
  });
  auto* other = new QPushButton(lineIcon("open"), tr("Another project\u2026"));
  other->setToolTip(tr("Compare with the plan of a project file of the same model"));
  connect(other, &QPushButton::clicked, this, &CompareWindow::chooseOther);
  auto* write = new QPushButton(lineIcon("export"), tr("Export chart\u2026"));
  write->setToolTip(tr("Write this chart as SVG, PDF, PNG or CSV"));
  connect(write, &QPushButton::clicked, this, &CompareWindow::exportChart);
  for (QWidget* w : {static_cast<QWidget*>(swap), static_cast<QWidget*>(other), static_cast<QWidget*>(write)})
    w->setWhatsThis(w->toolTip());
  auto* against = new QLabel(tr("against"));
  auto* bar = new QWidget;
  auto* layout = new QHBoxLayout(bar);
  layout->setContentsMargins(10, 8, 10, 6);
  layout->setSpacing(8);
  layout->addWidget(new BarKey(false));
  layout->addWidget(m_first, 1);
  layout->addWidget(against);
  layout->addWidget(new BarKey(true));
  layout->addWidget(m_second, 1);
  layout->addWidget(swap);
  layout->addWidget(other);
  layout->addWidget(write);
  return bar;
}

QWidget* CompareWindow::makeTables() {
  styleTable(*m_results);
  m_results->setModel(m_resultModel);
  m_results->setItemDelegate(new AccuracyDelegate(this));
  m_results->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  m_results->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
  m_resultColumns = new FittedColumns(*m_results, {ResultModel::IntervalColumn, ResultModel::Pairs});
  m_results->setAccessibleName(tr("Results of both plans"));
  m_results->setWhatsThis(
      tr("Right answers with each plan, by kind of question, and by how much they differ."));
  m_filter->setSourceModel(m_answerModel);
  styleTable(*m_answers);
  m_answers->setModel(m_filter);
  m_answers->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  m_answers->setAccessibleName(tr("Answers with both plans"));
  m_answers->setWhatsThis(tr(
      "What the model answers with each plan: a tick is right, a cross wrong, bold where the two differ."));
  m_shown->addItems({tr("All answers"), tr("Differing"), tr("Agreeing"), tr("Only the first right"),
                     tr("Only the second right"), tr("Only the first breaks it"),
                     tr("Only the second breaks it"), tr("Both break it")});
  m_shown->setAccessibleName(tr("Which answers"));
  m_shown->setToolTip(
      tr("Which answers to show, by how the two plans differ in them. Broken is what the unpruned model "
         "has right and the pruned one wrong"));
  m_shown->setWhatsThis(m_shown->toolTip());
  m_headline->setWordWrap(true);
  m_chance->setWordWrap(true);
  m_chance->setContentsMargins(10, 0, 6, 0);
  m_chance->setToolTip(
      tr("Pair by pair: the exact McNemar test of the answers, the paired bootstrap of the losses"));
  m_measure->setIcon(lineIcon("prune"));

  auto* left = new QWidget;
  auto* leftLayout = new QVBoxLayout(left);
  leftLayout->setContentsMargins(0, 0, 0, 0);
  leftLayout->setSpacing(4);
  auto* leftBar = new QHBoxLayout;
  leftBar->setContentsMargins(10, 6, 6, 0);
  leftBar->addWidget(m_headline, 1);
  leftBar->addWidget(m_measure);
  leftLayout->addLayout(leftBar);
  leftLayout->addWidget(m_chance);
  leftLayout->addWidget(m_results, 1);
  auto* right = new QWidget;
  auto* rightLayout = new QVBoxLayout(right);
  rightLayout->setContentsMargins(0, 0, 0, 0);
  rightLayout->setSpacing(4);
  auto* rightBar = new QHBoxLayout;
  rightBar->setContentsMargins(6, 6, 10, 0);
  rightBar->addWidget(m_shown);
  rightBar->addWidget(m_count, 1);
  rightLayout->addLayout(rightBar);
  rightLayout->addWidget(m_answers, 1);
  connect(m_shown, &QComboBox::currentIndexChanged, this, [this](int index) {
    m_filter->setShow(CompareAnswerFilter::Show(std::max(0, index)));
    countAnswers();
  });
  auto* split = new QSplitter(Qt::Horizontal);
  split->addWidget(left);
  split->addWidget(right);
  split->setStretchFactor(0, 4);
  split->setStretchFactor(1, 3);
  split->setSizes({620, 460});
  split->setChildrenCollapsible(false);
  return split;
}

void CompareWindow::listSides() {
  m_sides = m_controller.sides();
  const QString keys[] = {m_first->currentData().toString(), m_second->currentData().toString()};
  QComboBox* const boxes[] = {m_first, m_second};
  for (int i = 0; i < 2; ++i) {
    const QSignalBlocker quiet(boxes[i]);
    boxes[i]->clear();
    for (const auto& side : m_sides) boxes[i]->addItem(side.name, side.key);
    const int again = boxes[i]->findData(keys[i]);
    // At first the newest kept plan against the present one.
    const int first = i == 0 ? int(m_sides.size()) - 1 : 0;
    boxes[i]->setCurrentIndex(again >= 0 && !keys[i].isEmpty() ? again : first);
  }
  showSides();
}

void CompareWindow::showSides() {
  const int at = m_first->currentIndex(), with = m_second->currentIndex();
  if (at < 0 || with < 0 || at >= int(m_sides.size()) || with >= int(m_sides.size()) ||
      m_session.plan().isEmpty()) {
    m_chart->setSides({}, {}, {});
    judge(nullptr, nullptr);
    return;
  }
  const PlanSide &a = m_sides[size_t(at)], &b = m_sides[size_t(with)];
  const Plan& shape = m_session.plan().settledPlan();
  const auto& matrices = m_session.plan().scores().matrices;
  m_chart->setSides(chartColumns(shape, ScoreSource::None),
                    {a.name, sparsitiesOver(shape.groups, a.plan, matrices)},
                    {b.name, sparsitiesOver(shape.groups, b.plan, matrices)});
  m_chart->setCurrent(m_session.selection().current());

  const bool both = a.measured && b.measured;
  judge(both && &a != &b ? &a : nullptr, &b);
  const auto evaluationOf = [](const PlanSide& side) {
    return side.measured ? std::optional(side.measured->evaluation) : std::nullopt;
  };
  m_resultModel->setNames(a.name, b.name);
  m_resultModel->setLines(ResultModel::linesOf(evaluationOf(a), evaluationOf(b), m_session.pairs()));
  m_resultColumns->fit();
  m_answerModel->setSides(m_session.pairs(), a, b, m_session.dense());
  const auto& samples = m_session.pairs().samples;
  const bool questions =
      std::any_of(samples.begin(), samples.end(), [](const Sample& s) { return !s.question.empty(); });
  m_answers->setColumnHidden(CompareAnswerModel::Question, !questions);

  const PlanSide* missing = !a.measured ? &a : !b.measured ? &b : nullptr;
  const bool busy = m_controller.runner().isBusy();
  m_measure->setVisible(missing != nullptr && !m_session.pairs().samples.empty());
  m_measure->setEnabled(!busy);
  if (m_sides.size() == 1) {
    m_measure->hide();
    m_headline->setText(tr(
        "There is but one plan. Keep it under a name (Plan \u203a Keep This Plan), change it, and both stand "
        "here; or compare with another project."));
  } else if (busy && missing) {
    m_headline->setText(tr("Being measured: %1").arg(m_controller.runner().title()));
  } else if (missing) {
    m_measure->setProperty("side", missing->key);
    m_measure->setToolTip(tr("Prune to \u201c%1\u201d and ask its model the test pairs").arg(missing->name));
    m_headline->setText(m_session.pairs().samples.empty()
                            ? tr("There are no test pairs to compare answers by.")
                            : tr("\u201c%1\u201d has not been measured.").arg(missing->name));
  } else if (both && !ResultModel::isJudged(a.measured->evaluation)) {
    const auto perplexityOf = [](const Evaluation& e) {
      const auto it = e.metrics.find("perplexity");
      return it == e.metrics.end() ? QStringLiteral("\u2013") : shortNumber(it->second);
    };
    m_headline->setText(tr("Perplexity <b>%1</b> at %2 sparsity, against <b>%3</b> at %4")
                            .arg(perplexityOf(a.measured->evaluation), percent(a.measured->sparsity),
                                 perplexityOf(b.measured->evaluation), percent(b.measured->sparsity)));
  } else if (both) {
    m_headline->setText(
        tr("<b>%1</b> right at %2 sparsity, against <b>%3</b> right at %4")
            .arg(percent(a.measured->evaluation.overall().accuracy()), percent(a.measured->sparsity),
                 percent(b.measured->evaluation.overall().accuracy()), percent(b.measured->sparsity)));
  }
  QStringList recovered;
  for (const PlanSide* side : {&a, &b})
    if (side->measured && !side->measured->recovered.empty())
      recovered << tr("\u201c%1\u201d is recovered (%2)").arg(side->name, text(side->measured->recovered));
  if (both && !recovered.isEmpty())
    m_headline->setText(m_headline->text() + QStringLiteral(" \u00b7 ") +
                        recovered.join(QStringLiteral(", ")));
  countAnswers();
}

void CompareWindow::judge(const PlanSide* a, const PlanSide* b) {
  m_judging.cancel();
  m_chance->hide();
  if (!a) return;
  const auto& first = a->measured->evaluation;
  const auto& second = b->measured->evaluation;
  if (first.pairs.size() != second.pairs.size()) return;
  const bool judged = ResultModel::isJudged(first);
  m_judging.start(tr("Comparing answers"),
                  [this, judged, first = verdictsOf(first), second = verdictsOf(second)](const JobContext&) {
                    const auto d = pairedDifference(first, second);
                    return [this, judged, d] {
                      const QString answers = tr("%1 right with the first alone, %2 with the second alone")
                                                  .arg(exactCount(d.onlyFirst), exactCount(d.onlySecond));
                      const QString losses = tr("loss %1 \u2192 %2, the first less the second %3 to %4")
                                                 .arg(shortNumber(d.lossFirst), shortNumber(d.lossSecond),
                                                      shortNumber(d.lossLow), shortNumber(d.lossHigh));
                      const auto verdict = [](bool differ, double chance) {
                        return differ ? tr("more than chance (%1)").arg(chanceText(chance))
                                      : tr("within chance (%1)").arg(chanceText(chance));
                      };
                      QStringList said;
                      if (judged)
                        said << tr("%1: %2").arg(answers, verdict(d.answersDiffer(), d.answersChance));
                      said << tr("%1: %2").arg(losses, verdict(d.lossesDiffer(), d.lossChance));
                      m_chance->setText(said.join(tr("; ")));
                      m_chance->show();
                    };
                  });
}

void CompareWindow::countAnswers() {
  const int all = m_answerModel->rowCount(), differing = m_answerModel->differing();
  m_shown->setEnabled(all > 0);
  m_count->setText(all == 0
                       ? QString()
                       : tr("%1 differ, %2 agree").arg(exactCount(differing), exactCount(all - differing)));
}

void CompareWindow::chooseOther() {
  const QString file =
      QFileDialog::getOpenFileName(this, tr("Compare with a Project"), lastFolder(FolderOf::Projects),
                                   tr("Espalier projects (*.espalier)"));
  if (file.isEmpty()) return;
  rememberFolder(FolderOf::Projects, file);
  m_controller.openOther(file);
}

void CompareWindow::exportChart() {
  QFileDialog dialog(this, tr("Export the Chart"), lastFolder(FolderOf::Exports),
                     tr("Charts (*.svg *.pdf *.png *.csv)"));
  dialog.setAcceptMode(QFileDialog::AcceptSave);
  dialog.setDefaultSuffix("svg");
  dialog.selectFile(modelTitle(m_session.info().folder) + QStringLiteral("-compared.svg"));
  if (dialog.exec() != QDialog::Accepted) return;
  const QString file = dialog.selectedFiles().value(0);
  rememberFolder(FolderOf::Exports, file);
  const QString problem = m_chart->exportTo(file);
  m_messages->settle(this, tr("Export the Chart"));
  if (problem.isEmpty())
    m_messages->postWithFolder(tr("The chart is in %1.").arg(file), QFileInfo(file).absolutePath());
  else
    m_messages->post(MessageBar::Severity::Error, problem, {this, tr("Export the Chart")});
}

void CompareWindow::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  listSides();
}

}  // namespace espalier
