#include "ui/panels/score_options_panel.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>

#include "core/engine/score_draws.h"
#include "ui/base/engine_text.h"
#include "ui/base/format.h"
#include "ui/panels/choice_field.h"
#include "ui/panels/section.h"
#include "ui/session/session.h"

namespace espalier {

ScoreOptionsPanel::ScoreOptionsPanel(Session& session, const std::vector<Method>& methods, QWidget* parent)
    : QWidget(parent), m_session(session) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(12, 10, 12, 12);
  layout->setSpacing(7);
  layout->addWidget(sectionTitle(tr("Scoring")));
  m_method = new ChoiceField(tr("Method"), tr("How the importance of each weight matrix is found."));
  std::vector<ChoiceField::Choice> choices;
  for (const auto& method : methods)
    choices.push_back({method.name, engineText(method.title), engineText(method.summary)});
  m_method->setChoices(choices);
  layout->addWidget(m_method);
  m_samples = addNumber(
      tr("Samples"), tr("How many calibration pairs. The paper uses 32. More make the error bars shorter."),
      1, 100000);
  m_batchSize =
      addNumber(tr("Batch size"), tr("How many pairs each loss is the mean of. The paper uses 8."), 1, 1024);
  m_draws = addNumber(tr("Noise draws"),
                      tr("How often each batch is measured with new noise. The paper uses 1. More draws make "
                         "the error bars shorter and take longer in proportion."),
                      1, 1000);
  m_untilStable = new QDoubleSpinBox;
  m_untilStable->setRange(0, 20);
  m_untilStable->setDecimals(1);
  m_untilStable->setSingleStep(0.5);
  m_untilStable->setSuffix(tr(" %"));
  m_untilStable->setSpecialValueText(tr("all draws"));
  addField(m_untilStable, tr("Stop when certain to"),
           tr("Draws noise until the sparsity of every block in the plan is certain to within this, and at "
              "most as often as set above."));
  m_rescore = addNumber(
      tr("Parts to re-score after"),
      tr("1 scores the dense model alone. With more the way to the plan's target is taken in so many parts: "
         "after each the model is pruned by Wanda to the plan so far and scored anew. It takes as many times "
         "as long."),
      1, 100);
  m_seed =
      addNumber(tr("Seed"),
                tr("The seed of the noise and of the choice of pairs. The same seed gives the same scores."),
                0, 1'000'000'000);
  const std::initializer_list<QWidget*> fields{m_samples,     m_batchSize, m_draws,
                                               m_untilStable, m_rescore,   m_seed};
  int widest = 0;
  for (QWidget* field : fields) widest = std::max(widest, field->sizeHint().width());
  for (QWidget* field : fields) field->setMinimumWidth(widest);
  m_bridge = new QCheckBox(tr("Score and prune the Q-Former too"));
  m_bridge->setToolTip(
      tr("Score and prune the bridge between vision and language, too. The paper does not."));
  m_bridge->setWhatsThis(m_bridge->toolTip());
  layout->addWidget(m_bridge);
  m_statistics = new QCheckBox(tr("Statistics for other allocators"));
  m_statistics->setToolTip(
      tr("Gather in one more pass what OWL, DLP, AlphaPruning and local scores share by, so that the budget "
         "can be "
         "shared by them at once. Spectra of large matrices take long."));
  m_statistics->setWhatsThis(m_statistics->toolTip());
  layout->addWidget(m_statistics);

  connect(m_method, &ChoiceField::chosen, this, &ScoreOptionsPanel::takeOptions);
  for (QSpinBox* spin : {m_samples, m_batchSize, m_draws, m_rescore, m_seed})
    connect(spin, &QSpinBox::valueChanged, this, &ScoreOptionsPanel::takeOptions),
        connect(spin, &QSpinBox::editingFinished, &m_session.plan(), &PlanDocument::endGesture);
  connect(m_untilStable, &QDoubleSpinBox::valueChanged, this, &ScoreOptionsPanel::takeOptions);
  connect(m_untilStable, &QDoubleSpinBox::editingFinished, &m_session.plan(), &PlanDocument::endGesture);
  for (QCheckBox* box : {m_bridge, m_statistics})
    connect(box, &QCheckBox::toggled, this, &ScoreOptionsPanel::takeOptions);
  connect(&m_session, &Session::optionsChanged, this, &ScoreOptionsPanel::showOptions);
  showOptions();
}

QSpinBox* ScoreOptionsPanel::addNumber(const QString& title, const QString& help, int least, int most) {
  auto* spin = new QSpinBox;
  spin->setRange(least, most);
  addField(spin, title, help);
  return spin;
}

void ScoreOptionsPanel::addField(QWidget* spin, const QString& title, const QString& help) {
  spin->setAccessibleName(title);
  spin->setToolTip(help);
  spin->setWhatsThis(help);
  auto* label = new QLabel(title);
  label->setBuddy(spin);
  label->setToolTip(help);
  auto* row = new QHBoxLayout;
  row->addWidget(label, 1);
  row->addWidget(spin);
  static_cast<QVBoxLayout*>(layout())->addLayout(row);
}

void ScoreOptionsPanel::showOptions() {
  const ScoreOptions& options = m_session.scoreOptions();
  const QSignalBlocker quiet[] = {QSignalBlocker(m_samples),     QSignalBlocker(m_batchSize),
                                  QSignalBlocker(m_draws),       QSignalBlocker(m_seed),
                                  QSignalBlocker(m_bridge),      QSignalBlocker(m_statistics),
                                  QSignalBlocker(m_untilStable), QSignalBlocker(m_rescore)};
  m_method->setCurrent(options.method);
  m_samples->setValue(int(options.samples));
  m_batchSize->setValue(int(options.batchSize));
  m_draws->setValue(int(options.draws));
  m_rescore->setValue(int(options.rescore));
  m_seed->setValue(int(options.seed));
  m_bridge->setChecked(options.includeBridge);
  m_statistics->setChecked(options.statistics);
  m_untilStable->setValue(100 * options.untilStable);
  for (QWidget* field : {static_cast<QWidget*>(m_draws), static_cast<QWidget*>(m_untilStable)})
    field->setEnabled(drawsNoise(options.method));
}

void ScoreOptionsPanel::takeOptions() {
  ScoreOptions options = m_session.scoreOptions();
  options.method = m_method->current();
  options.samples = m_samples->value();
  options.batchSize = m_batchSize->value();
  options.draws = m_draws->value();
  options.untilStable = m_untilStable->value() / 100;
  options.rescore = m_rescore->value();
  options.seed = uint64_t(m_seed->value());
  options.includeBridge = m_bridge->isChecked();
  options.statistics = m_statistics->isChecked();
  m_session.setScoreOptions(options);
}

}  // namespace espalier
