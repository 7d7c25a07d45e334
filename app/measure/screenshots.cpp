#include "app/measure/screenshots.h"

#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>
#include <iostream>

#include "ui/actions/actions.h"
#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/lesson/lesson_panel.h"
#include "ui/panels/dataset_dialog.h"
#include "ui/panels/matrix_panel.h"
#include "ui/panels/plan_panel.h"
#include "ui/panels/preferences_dialog.h"
#include "ui/plot/plan_chart.h"
#include "ui/window/command_palette.h"
#include "ui/window/compare_window.h"
#include "ui/window/explanation_window.h"
#include "ui/window/main_window.h"
#include "ui/window/manual_window.h"
#include "ui/window/workbench.h"

namespace espalier {

namespace {

constexpr int kSettleMs = 400;  // for layouts, pictures and queued repaints
constexpr QSize kSmall{1024, 640};

}  // namespace

Screenshots::Screenshots(MainWindow& window, const QString& folder, const QSize& size, bool dark,
                         const QString& project, QObject* parent)
    : QObject(parent),
      m_window(window),
      m_subject(&window),
      m_folder(folder),
      m_size(size),
      m_dark(dark),
      m_project(project) {}

void Screenshots::start() {
  QDir().mkpath(m_folder);
  m_steps = m_project.isEmpty() ? steps() : stepsOfProject();
  m_window.resize(m_size);
  QTimer::singleShot(kSettleMs, this, &Screenshots::next);
}

// Long: a list, one entry for each step of each picture.
std::vector<Screenshots::Step> Screenshots::steps() {
  MainWindow& w = m_window;
  PlanChart* chart = w.workbench().planPanel()->chart();
  PlanDocument& plan = w.session().plan();
  const QSize size = m_size;
  const auto look = [dark = m_dark](Appearance appearance) {
    applyAppearance(*qApp, dark ? Appearance::Dark : appearance);
  };
  const auto pane = [&w](const char* name) {
    auto* dock = w.workbench().findChild<QDockWidget*>(name);
    dock->show();
    dock->raise();
  };
  const auto group = [&plan](size_t index) { return plan.plan().groups.at(index).name; };
  return {
      {[=] { look(Appearance::Light); }, "welcome"},
      {[=] { look(Appearance::Dark); }, "welcome-dark"},
      {[=, &w] { look(Appearance::Light), w.openSample(); }, "opened"},
      {[&w] { w.resize(kSmall); }, "opened-small"},
      {[=, &w] { w.resize(size), w.actions().score->trigger(); }, "scoring", false},
      {[] {}, "scored"},
      {[&w] { w.actions().prune->trigger(); }, "pruned"},
      {[&w] { w.actions().logarithmic->setChecked(true); }, "logarithmic"},
      {[&w] { w.resize(kSmall), w.actions().logarithmic->setChecked(false); }, "pruned-small"},
      {[=] { look(Appearance::Dark); }, "pruned-small-dark"},
      {[=, &w] { w.resize(size); }, "pruned-dark"},
      {[=, &plan] {
         look(Appearance::Light);
         chart->setFocus();
         chart->setCurrent(3);
         plan.beginDrag(group(3));
         plan.dragTo(0.05);
       },
       "dragged", false},
      {[=, &plan] {
         plan.cancelDrag();
         plan.setCap(0.52);
         plan.beginDrag(group(3));
         plan.dragTo(0);
       },
       "limit", false},
      {[=, &plan] { plan.cancelDrag(), plan.letCapFollowTarget(); }, {}},
      {[=, &plan] {
         plan.setPinned(group(1), true);
         plan.nudge(group(3), -0.2);
       },
       "pinned"},
      {[&plan] { plan.setTarget(0.7); }, "target-70"},
      {[&plan] { plan.setGranularity(Granularity::Layer); }, "matrices"},
      {[&plan] { plan.setGranularity(Granularity::Component); }, "components"},
      // Several selected, one opened, others laid over.
      {[=, &w, &plan] {
         plan.setGranularity(Granularity::Block);
         plan.setTarget(0.6);
         w.session().savePlan("60 %, kept");
         plan.setTarget(0.5);
         w.workbench().planPanel()->compareMenu()->actions().at(1)->setChecked(true);
         w.workbench().planPanel()->compareMenu()->actions().last()->setChecked(true);
         chart->setCurrent(1);
         w.actions().expand->trigger();
         chart->select({6, 7, 8}, 7);
       },
       "chart"},
      // The kept plan has not been measured.
      {[this, &w] {
         m_subject = w.comparePlans();
         w.comparePlans()->measureButton()->click();
       },
       "compare"},
      {[=] { look(Appearance::Dark); }, "compare-dark"},
      {[=, this, &w] {
         look(Appearance::Light);
         w.comparePlans()->close();
         m_subject = &w;
         w.workbench().planPanel()->compareMenu()->actions().at(1)->setChecked(false);
         w.workbench().planPanel()->compareMenu()->actions().last()->setChecked(false);
         chart->setCurrent(1);
         w.actions().expand->trigger();
         pane("blocks");
       },
       "blocks"},
      {[=, &w] {
         pane("sensitivity");
         w.actions().sensitivity->trigger();
       },
       "sensitivity"},
      {[&w] { w.actions().improve->trigger(); }, "improved"},
      {[=] {
         pane("matrix");
         chart->setCurrent(2);
       },
       "matrix"},
      {[&w] { w.workbench().content<MatrixPanel>()->errorsShown()->setChecked(true); }, "matrix-errors"},
      {[&w] { w.resize(kSmall); }, "matrix-errors-small"},
      {[=, &w] {
         w.resize(size);
         w.workbench().content<MatrixPanel>()->errorsShown()->setChecked(false);
         RecoverOptions options = w.session().recoverOptions();
         options.methods = "rebuild";
         options.rebuildSteps = 12;
         options.samples = 32;
         w.session().setRecoverOptions(options);
         pane("recovery");
       },
       "recovery"},
      {[&w] { w.actions().recover->trigger(); }, "recovered"},
      {[&w] { w.resize(kSmall); }, "recovered-small"},
      {[=] { look(Appearance::Dark); }, "recovered-small-dark"},
      {[=, &w] { w.resize(size), look(Appearance::Light); }, {}},
      {[=, &w] {
         pane("sweep");
         w.actions().sweep->trigger();
       },
       "sweep"},
      {[=] { pane("jobs"); }, "jobs"},
      {[=] { pane("history"); }, "history"},
      {[=, &w] {
         pane("formulas");
         w.actions().preferences->trigger();
       },
       "preferences"},
      {[=, &w] {
         w.findChild<PreferencesDialog*>()->reject();
         pane("budget");
       },
       {}},
      {[&w] { w.actions().presentation->setChecked(true); }, "presentation"},
      {[=, &w] {
         w.actions().presentation->setChecked(false);
         w.projects().discardChanges();  // the tour leaves work alone
         w.actions().tour->trigger();
         w.findChild<LessonPanel*>()->go(5);
       },
       "tour"},
      {[&w] { w.findChild<LessonPanel*>()->go(1000); }, {}},
      {[&w] { w.actions().palette->trigger(); }, {}},
      {[&w] {
         if (auto* palette = w.findChild<CommandPalette*>()) palette->reject();
       },
       {}},
      {[&w] {
         w.projects().discardChanges();
         w.open("/nowhere/a-model-folder-that-is-not-there");
       },
       "message"},
      // Chosen data, looked at.
      {[&w] {
         w.actions().openPairs->trigger();
         w.findChild<DatasetDialog*>()->look(text(w.session().pairs().path));
       },
       "data"},
      {[=] { look(Appearance::Dark); }, "data-dark"},
      {[=, &w] { w.findChild<DatasetDialog*>()->reject(), look(Appearance::Light); }, {}},
  };
}

// Long: a list, one entry for each step of each picture.
std::vector<Screenshots::Step> Screenshots::stepsOfProject() {
  MainWindow& w = m_window;
  std::vector<Step> out{{[this, &w] {
                           w.actions().live->setChecked(false);
                           w.open(m_project);
                         },
                         "project"}};
  for (auto* dock : w.workbench().findChildren<QDockWidget*>())
    out.push_back({[dock] {
                     dock->show();
                     dock->raise();
                   },
                   "pane-" + dock->objectName()});
  const auto subject = [this](QWidget* widget) { m_subject = widget; };
  const auto again = [this] {
    m_subject->close();
    m_subject = &m_window;
  };
  const std::vector<Step> windows{
      {[=, &w] {
         w.workbench().planPanel()->chart()->setCurrent(3);
         w.actions().presentation->setChecked(true);
       },
       "presentation"},
      {[&w] {
         w.actions().presentation->setChecked(false);
         auto* pairs = w.workbench().findChild<QDockWidget*>("pairs")->findChild<QListView*>();
         pairs->setCurrentIndex(pairs->model()->index(0, 0));
         w.actions().explain->trigger();
       },
       {}},
      {[=, &w] { subject(w.findChild<ExplanationWindow*>()); }, "explanation"},
      {[=, &w] {
         again();
         subject(w.comparePlans());
       },
       "compare"},
      {[=, &w] {
         again();
         w.actions().manual->trigger();
         subject(w.findChild<ManualWindow*>());
       },
       "manual"},
      {[=, &w] {
         again();
         w.actions().palette->trigger();
         subject(w.findChild<CommandPalette*>());
       },
       "palette"},
      {[=, &w] {
         again();
         w.actions().preferences->trigger();
       },
       "preferences"},
      {[&w] {
         w.findChild<PreferencesDialog*>()->reject();
         w.actions().openPairs->trigger();
         w.findChild<DatasetDialog*>()->look(text(w.session().pairs().path));
       },
       "data"},
      {[&w] {
         w.findChild<DatasetDialog*>()->reject();
         QTimer::singleShot(0, &w, [&w] { w.actions().about->trigger(); });
       },
       "about"},
      {[=, &w] {
         if (QWidget* about = QApplication::activeModalWidget()) about->close();
         w.projects().discardChanges();
         w.open("/nowhere/a-model-folder-that-is-not-there");
       },
       "message"},
      // Last: they take the sample in place of the project.
      {[&w] { Q_EMIT w.lessonWanted("weights"); }, {}},
      {[=, this] {
         for (QWidget* other : QApplication::topLevelWidgets())
           if (auto* window = qobject_cast<MainWindow*>(other); window && window != &m_window)
             subject(window);
         m_subject->resize(m_size);
       },
       "lesson"},
      {[=, this] { m_subject->findChild<LessonPanel*>()->go(1); }, "lesson-question"}};
  out.insert(out.end(), windows.begin(), windows.end());
  return out;
}

void Screenshots::next() {
  if (m_at == m_steps.size()) return QApplication::exit();
  m_steps[m_at].act();
  QTimer::singleShot(kSettleMs, this, &Screenshots::afterAct);
}

void Screenshots::afterAct() {
  const Step& step = m_steps[m_at];
  if (step.waitForJobs && m_window.isBusy()) {
    QTimer::singleShot(100, this, &Screenshots::afterAct);
    return;
  }
  // Once more, so that what the jobs brought is on screen.
  QTimer::singleShot(step.waitForJobs ? kSettleMs : 0, this, [this, name = step.name] {
    if (!name.isEmpty()) shoot(name);
    ++m_at;
    next();
  });
}

void Screenshots::shoot(const QString& name) {
  const QString file = QDir(m_folder).filePath(name + ".png");
  QWidget* dialog = QApplication::activeModalWidget();
  if (!(dialog ? dialog : m_subject)->grab().save(file))
    std::cerr << "cannot write " << file.toStdString() << "\n";
}

}  // namespace espalier
