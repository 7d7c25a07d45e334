#include "ui/controllers/probe_controller.h"

#include <algorithm>

#include "core/document/choices.h"
#include "ui/base/format.h"
#include "ui/controllers/needs.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

using Holder = std::shared_ptr<std::unique_ptr<PlanProbe>>;

// What a job needs to build the probe with.
struct Source {
  ModelPtr model;
  Dataset calibration;
  PruneOptions options;
};

PlanProbe& probeIn(const Holder& holder, const Source& source, const JobControl& control) {
  if (!*holder)
    *holder = std::make_unique<PlanProbe>(source.model, source.calibration, source.options, ProbeOptions{},
                                          control);
  return **holder;
}

}  // namespace

ProbeController::ProbeController(Session& session, QObject* parent) : QObject(parent), m_session(session) {
  connect(&m_runner, &JobRunner::failed, this, [this](const JobError& error) {
    m_session.setImproving(false);
    Q_EMIT failed(error.message, error.job);
  });
  connect(&m_runner, &JobRunner::cancelled, this, [this] {
    if (m_session.isImproving()) endSearch(true);
  });
  for (auto changed : {&Session::modelChanged, &Session::calibrationChanged, &Session::pairsChanged,
                       &Session::optionsChanged})
    connect(&m_session, changed, this, [this] {
      m_testBefore.reset();
      m_improvedPlan.reset();
    });
  for (auto changed : {&Session::evaluationChanged, &Session::staleChanged})
    connect(&m_session, changed, this, &ProbeController::compareTestLoss);
  for (auto changed : {&Session::modelChanged, &Session::calibrationChanged})
    connect(&m_session, changed, this, [this] {
      m_runner.cancel();
      m_holder.reset();
    });
  // The probe ranks the weights by these options; how blocks are scored is no matter.
  connect(&m_session, &Session::optionsChanged, this, [this] {
    if (sameChoices(m_probedWith, m_session.pruneOptions())) return;
    m_probedWith = m_session.pruneOptions();
    m_holder.reset();
  });
  // A person who changes the plan has taken over.
  connect(&m_session.plan(), &PlanDocument::planSettled, this, [this] {
    if (m_session.isImproving() && !m_stepping) m_runner.cancel();
  });
  connect(&m_session, &Session::evaluationChanged, this, [this] {
    if (m_session.hasModel() && m_session.dense() && m_session.pruned() && !m_session.isPreview() &&
        m_session.prediction().errors().empty() && m_session.info().parameters <= kSmallParameters &&
        m_session.calibration().samples.size() >= 2)
      measureErrors();
  });
}

ProbeController::Holder ProbeController::holder() {
  if (!m_holder) m_holder = std::make_shared<std::unique_ptr<PlanProbe>>();
  return m_holder;
}

void ProbeController::deliverErrors(const PlanProbe& probe, const JobContext& context) {
  context.deliver([this, errors = probe.errors(), spreads = probe.spreads()] {
    m_session.setErrorCurves(errors);
    m_session.setSpreads(spreads);
  });
}

bool ProbeController::canMeasure() {
  if (!m_session.hasModel() || m_session.plan().isEmpty()) return false;
  if (m_session.calibration().samples.size() >= 2) return true;
  Q_EMIT failed(
      tr("Measuring sensitivity needs calibration data. Choose it with File \u203a Calibration Pairs."),
      kNeedsCalibration);
  return false;
}

void ProbeController::measureErrors() {
  if (m_runner.isBusy()) return;
  m_askedFor = false;
  m_runner.start(tr("Learning to predict"),
                 [this, holder = holder(),
                  source = Source{m_session.model(), m_session.calibration(), m_session.pruneOptions()}](
                     const JobContext& context) {
                   PlanProbe& probe = probeIn(holder, source, context.control());
                   return [this, errors = probe.errors(), spreads = probe.spreads()] {
                     m_session.setErrorCurves(errors);
                     m_session.setSpreads(spreads);
                   };
                 });
}

void ProbeController::measureSensitivity() {
  if (!canMeasure()) return;
  m_askedFor = true;
  auto groups = m_session.plan().settledPlan().groups;
  // A measurement that was stopped goes on; a complete one is made anew.
  const auto& known = m_session.prediction().sensitivities();
  const auto missing = [&known](const PlanGroup& group) { return !known.contains(group.name); };
  if (std::any_of(groups.begin(), groups.end(), missing))
    std::erase_if(groups, [&](const PlanGroup& group) { return !missing(group); });
  else
    m_session.clearSensitivities();
  m_runner.start(
      tr("Measuring sensitivity"), [this, holder = holder(), groups,
                                    source = Source{m_session.model(), m_session.calibration(),
                                                    m_session.pruneOptions()}](const JobContext& context) {
        PlanProbe& probe = probeIn(holder, source, context.control());
        deliverErrors(probe, context);
        probe.sensitivities(groups, context.control(), [&](const std::string& group, const Curve& curve) {
          context.deliver([this, options = source.options, group, curve] {
            m_session.addSensitivity(options, group, curve);
          });
        });
        return JobDone();
      });
}

void ProbeController::improve() {
  if (!canMeasure()) return;
  m_askedFor = true;
  const Plan start = m_session.plan().settledPlan();
  std::vector<PlanGroup> missing;
  for (const auto& group : start.groups)
    if (!m_session.prediction().sensitivities().contains(group.name)) missing.push_back(group);
  m_session.plan().endGesture();
  m_improvedPlan.reset();
  m_testBefore.reset();
  if (const auto now = m_session.measuredNow()) m_testBefore = now->evaluation.overall().loss;
  m_session.setImproving(true);
  m_runner.start(tr("Improving the plan"),
                 [this, holder = holder(), start, missing, known = m_session.prediction().sensitivities(),
                  source = Source{m_session.model(), m_session.calibration(), m_session.pruneOptions()}](
                     const JobContext& context) mutable {
                   PlanProbe& probe = probeIn(holder, source, context.control());
                   deliverErrors(probe, context);
                   const auto measured = probe.sensitivities(
                       missing, context.control(), [&](const std::string& group, const Curve& curve) {
                         context.deliver([this, options = source.options, group, curve] {
                           m_session.addSensitivity(options, group, curve);
                         });
                       });
                   for (const auto& [group, curve] : measured) known[group] = curve;
                   const double before = probe.loss(start.sparsities(), context.control());
                   context.deliver([this, before] { Q_EMIT improveBegan(before); });
                   const auto result =
                       probe.improve(start, known, context.control(), [&](const PlanProbe::Step& step) {
                         context.deliver([this, step] {
                           m_stepping = true;
                           m_session.plan().setPlanStepwise(tr("Improve plan"), step.plan);
                           m_stepping = false;
                           Q_EMIT improved({text(step.from), text(step.to), step.weights, step.loss});
                         });
                       });
                   return JobDone([this, found = result.accepted > 0] { endSearch(found); });
                 });
}

void ProbeController::endSearch(bool found) {
  if (found && m_testBefore) m_improvedPlan = m_session.plan().settledPlan();
  m_session.setImproving(false);
  Q_EMIT improveEnded(found);
}

void ProbeController::compareTestLoss() {
  if (!m_improvedPlan || m_session.isImproving()) return;
  const auto now = m_session.measuredNow();
  if (!now) return;
  const bool isIt = m_session.prunedModel()->plan.sparsities() == m_improvedPlan->sparsities();
  m_improvedPlan.reset();
  if (isIt) Q_EMIT improveTested(*m_testBefore, now->evaluation.overall().loss);
}

}  // namespace espalier
