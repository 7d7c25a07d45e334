#include "ui/panels/sensitivity_panel.h"

#include <QAction>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>

#include "ui/base/elided_label.h"
#include "ui/base/format.h"
#include "ui/base/icons.h"
#include "ui/controllers/probe_controller.h"
#include "ui/panels/empty_state.h"
#include "ui/panels/improve_steps.h"
#include "ui/plot/sensitivity_grid.h"
#include "ui/session/session.h"

namespace espalier {

// Long: the widgets, their places and their connections.
SensitivityPanel::SensitivityPanel(Session& session, ProbeController& probes, QAction* measure,
                                   QAction* improve, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_grid(new SensitivityGrid),
      m_log(new ElidedLabel),
      m_stack(new QStackedWidget),
      m_steps(new ImproveSteps) {
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setWidget(m_grid);

  auto* bar = new QHBoxLayout;
  bar->setContentsMargins(8, 6, 8, 4);
  bar->setSpacing(8);
  QToolButton* improveButton = nullptr;
  for (QAction* action : {measure, improve}) {
    auto* button = improveButton = new QToolButton;
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setAccessibleName(action->iconText());
    button->setFocusPolicy(Qt::TabFocus);
    bar->addWidget(button);
  }
  auto* stop = new QToolButton;
  stop->setIcon(lineIcon("stop"));
  stop->setText(tr("Stop"));
  stop->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  stop->setToolTip(tr("Stop the search and keep the best plan so far"));
  stop->setWhatsThis(stop->toolTip());
  stop->setAccessibleName(tr("Stop the search"));
  stop->setFocusPolicy(Qt::TabFocus);
  stop->hide();
  bar->addWidget(stop);
  auto* shared = new QCheckBox(tr("One scale"));
  shared->setChecked(true);
  shared->setToolTip(tr("The same vertical scale for all blocks, or each its own"));
  shared->setWhatsThis(shared->toolTip());
  bar->addWidget(shared);
  m_log->setAccessibleName(tr("Steps of the search"));
  m_log->setObjectName("improveLog");
  bar->addWidget(m_log, 1);

  auto* content = new QWidget;
  auto* layout = new QVBoxLayout(content);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addLayout(bar);
  auto* split = new QSplitter;
  split->addWidget(scroll);
  split->addWidget(m_steps);
  split->setStretchFactor(0, 3);
  split->setStretchFactor(1, 2);
  split->setChildrenCollapsible(false);
  m_steps->hide();
  layout->addWidget(split, 1);
  m_stack->addWidget(new EmptyState(tr("Not measured yet"),
                                    tr("How much does the loss rise when a block alone is pruned? This "
                                       "improves the prediction and shows where budget should move."),
                                    measure));
  m_stack->addWidget(content);
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(m_stack);

  connect(shared, &QCheckBox::toggled, m_grid, &SensitivityGrid::setShared);
  connect(&m_session, &Session::predictionChanged, this, &SensitivityPanel::showCells);
  connect(&m_session, &Session::modelChanged, this, [this] {
    m_log->setText({});
    m_steps->hide();
  });
  connect(stop, &QToolButton::clicked, &probes, &ProbeController::stop);
  // One takes the other's place.
  connect(&m_session, &Session::improvingChanged, this, [this, stop, improveButton] {
    showCells();
    stop->setVisible(m_session.isImproving());
    improveButton->setVisible(!m_session.isImproving());
  });
  connect(&m_session.plan(), &PlanDocument::planChanged, this, [this] {
    if (isVisible()) showCells();  // with every move of a drag
  });
  Selection& selection = m_session.selection();
  connect(&selection, &Selection::changed, this,
          [this, &selection] { m_grid->setSelection(selection.groups(), selection.current()); });
  connect(m_grid, &SensitivityGrid::chosen, this, [&selection](const std::string& group, bool more) {
    std::set<std::string> groups = more ? selection.groups() : std::set<std::string>{};
    groups.insert(group);
    selection.set(std::move(groups), group);
  });
  const auto named = [this](const QString& group) {
    for (const auto& cell : m_grid->cells())
      if (text(cell.group) == group)
        return shortComponentTitle(cell.component) + ' ' + shortBlockLabel(cell.group);
    return group;
  };
  connect(&probes, &ProbeController::improveBegan, this, [this](double loss) {
    m_firstLoss = loss;
    m_steps->begin(loss);
    m_steps->show();
    m_log->setText(tr("held-out loss %1").arg(shortNumber(loss)));
  });
  connect(&probes, &ProbeController::improved, this, [this, named](const ProbeController::Step& step) {
    m_steps->add(named(step.from), named(step.to), step);
    m_log->setText(tr("%n steps \u00b7 held-out loss %1 \u2192 %2", nullptr, m_steps->count())
                       .arg(shortNumber(m_firstLoss), shortNumber(step.loss)));
  });
  connect(&probes, &ProbeController::improveEnded, this, [this](bool found) {
    if (!found) m_log->setText(tr("No move of budget lowers the held-out loss"));
  });
  connect(&probes, &ProbeController::improveTested, this, [this](double before, double after) {
    const QString moved = QStringLiteral("%1 \u2192 %2")
                              .arg(QLocale().toString(before, 'g', 4), QLocale().toString(after, 'g', 4));
    m_log->setText(m_log->fullText() + " \u00b7 " +
                   (after > before ? tr("test loss %1: worse").arg(moved) : tr("test loss %1").arg(moved)));
  });
  showCells();
}

void SensitivityPanel::showCells() {
  const auto& plan = m_session.plan();
  const auto& known = m_session.prediction().sensitivities();
  std::vector<SensitivityGrid::Cell> cells;
  bool any = false;
  if (!plan.isEmpty())
    for (const auto& group : plan.plan().groups) {
      SensitivityGrid::Cell cell{group.name, group.component, group.sparsity, {}};
      if (const auto it = known.find(group.name); it != known.end()) cell.curve = it->second, any = true;
      cells.push_back(std::move(cell));
    }
  m_grid->setCells(std::move(cells));
  m_stack->setCurrentIndex(any || m_session.isImproving() ? 1 : 0);
}

void SensitivityPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  showCells();
}

}  // namespace espalier
