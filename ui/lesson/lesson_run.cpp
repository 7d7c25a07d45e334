#include "ui/lesson/lesson_run.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>

#include "core/evaluate/chance.h"
#include "ui/base/format.h"
#include "ui/plot/plan_chart.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

struct LessonRunText {
  Q_DECLARE_TR_FUNCTIONS(LessonRun)
};

constexpr double kProbed = 0.8;  // where sensitivities are compared

}  // namespace

LessonRun::LessonRun(LessonStage stage) : m_stage(std::move(stage)) {}

bool LessonRun::hasPlan() const {
  return !session().plan().isEmpty();
}

// Long: one entry for each act.
void LessonRun::act(const LessonAct& a) {
  if (a.act == "sample") {
    if (!session().hasModel()) m_stage.openSample();
    return;
  }
  if (!hasPlan()) return;
  PlanDocument& plan = session().plan();
  if (a.act == "reset") plan.resetAll();
  if (a.act == "target") plan.setTarget(a.number);
  if (a.act == "cap-follows") plan.letCapFollowTarget();
  if (a.act == "allocator") plan.setAllocator(a.name);
  if (a.act == "criterion" || a.act == "refine") {
    auto options = session().pruneOptions();
    (a.act == "criterion" ? options.criterion : options.refinement) = a.name;
    session().setPruneOptions(options);
  }
  if (a.act == "score") m_stage.score(a.name);
  if (a.act == "watch-estimate" && !session().isScoring()) m_stage.watchEstimate();
  if (a.act == "take-estimate") m_stage.takeEstimate();
  if (a.act == "prune") {
    m_pruneLater = session().isScoring();
    if (!m_pruneLater) m_stage.prune();
  }
  if (a.act == "sensitivity") m_stage.measureSensitivity();
  if (a.act == "block") m_stage.chart->setCurrent(int(a.number));
  if (a.act == "set-block") plan.setSparsity(session().selection().current(), a.number);
  if (a.act == "remember")
    if (auto now = session().measuredNow()) m_remembered[a.name] = std::move(*now);
}

void LessonRun::goOn() {
  if (!m_pruneLater || session().isScoring()) return;
  m_pruneLater = false;
  m_stage.prune();
}

QString LessonRun::waitsFor(const std::string& wait) const {
  if (wait.empty()) return {};
  if (!session().hasModel() || !session().dense())
    return LessonRunText::tr("The sample is being opened and asked\u2026");
  if (wait == "scores" && (session().isScoring() || !session().plan().isScored()))
    return LessonRunText::tr("The blocks are being scored\u2026");
  if (wait == "draw" && session().isScoring())
    for (const auto& column : m_stage.chart->columns().columns)
      if (!column.score) return LessonRunText::tr("The first draw of noise is not over yet\u2026");
  if (wait == "answers" && (m_pruneLater || !session().isUpToDate()))
    return LessonRunText::tr("The pruned model is being asked the test pairs\u2026");
  if (wait == "sensitivity" && hasPlan() &&
      session().prediction().sensitivities().size() < session().plan().settledPlan().groups.size())
    return LessonRunText::tr("Each block is being pruned alone\u2026");
  return {};
}

QString LessonRun::blockBy(const std::string& name) const {
  if (!hasPlan()) return {};
  const auto& groups = session().plan().settledPlan().groups;
  const PlanGroup* found = nullptr;
  double best = 0;
  const bool most = name == "largest" || name == "sensitive";
  for (const auto& g : groups) {
    double value = g.score;
    if (name == "sensitive" || name == "robust") {
      const auto& curves = session().prediction().sensitivities();
      const auto it = curves.find(g.name);
      if (it == curves.end()) continue;
      value = it->second.at(kProbed);
    } else if (!session().plan().isScored()) {
      return {};
    }
    if (!found || (most ? value > best : value < best)) found = &g, best = value;
  }
  return found ? componentTitle(found->component) + ' ' + shortBlockLabel(found->name) : QString();
}

// Long: one line for each value.
std::optional<double> LessonRun::number(const std::string& name) const {
  if (!session().hasModel()) return {};
  const auto tallied = [](const std::optional<Evaluation>& e) {
    return e ? std::optional(e->overall()) : std::optional<Evaluation::Tally>();
  };
  const auto dense = tallied(session().dense());
  const auto now = session().measuredNow();
  const auto pruned = now ? std::optional(now->evaluation.overall()) : std::optional<Evaluation::Tally>();
  if (name == "parameters") return double(session().info().prunableParameters);
  if (name == "total" && dense) return double(dense->total);
  if (name == "dense-right" && dense) return double(dense->right);
  if (name == "dense-accuracy" && dense) return 100 * dense->accuracy();
  if (name == "dense-loss" && dense) return dense->loss;
  if (name == "right" && pruned) return double(pruned->right);
  if (name == "accuracy" && pruned) return 100 * pruned->accuracy();
  if (name == "loss" && pruned) return pruned->loss;
  if (name == "sparsity" && now) return 100 * now->sparsity;
  if (!hasPlan()) return {};
  const Plan& plan = session().plan().settledPlan();
  if (name == "blocks") return double(plan.groups.size());
  if (name == "target") return 100 * plan.target;
  if (name == "cap") return 100 * plan.cap;
  if (name == "pinned")
    return double(
        std::count_if(plan.groups.begin(), plan.groups.end(), [](const auto& g) { return g.pinned; }));
  if (name == "block-sparsity") {
    for (const auto& g : plan.groups)
      if (g.name == session().selection().current()) return 100 * g.sparsity;
    return {};
  }
  if (!session().plan().isScored() || plan.groups.empty()) return {};
  const auto [least, most] = std::minmax_element(
      plan.groups.begin(), plan.groups.end(), [](const auto& a, const auto& b) { return a.score < b.score; });
  if (name == "ratio" && least->score > 0) return most->score / least->score;
  if (name == "uncertainty") {
    double sum = 0;
    for (const auto& g : plan.groups) {
      if (!std::isfinite(g.standardError) || g.score <= 0) return {};
      sum += g.standardError / g.score;
    }
    return 100 * sum / double(plan.groups.size());
  }
  return {};
}

QString LessonRun::value(const std::string& name) const {
  if (const QString block = blockBy(name);
      name == "largest" || name == "smallest" || name == "sensitive" || name == "robust")
    return block.isEmpty() ? QStringLiteral("\u2013") : block;
  const auto known = number(name);
  if (!known) return QStringLiteral("\u2013");
  static const char* kPercent[] = {"target",         "cap",         "sparsity",      "accuracy",
                                   "dense-accuracy", "uncertainty", "block-sparsity"};
  if (std::find(std::begin(kPercent), std::end(kPercent), name) != std::end(kPercent))
    return percent(*known / 100);
  if (name == "parameters") return shortCount(int64_t(*known));
  if (name == "loss" || name == "dense-loss" || name == "ratio") return shortNumber(*known);
  return QString::number(std::llround(*known));
}

QString LessonRun::filledIn(const std::string& raw) const {
  static const QRegularExpression mark("\\{([a-z-]+)(?::([^{}]+))?\\}");
  const QString given = text(raw);
  QString out;
  qsizetype from = 0;
  for (auto it = mark.globalMatch(given); it.hasNext();) {
    const auto m = it.next();
    out += given.mid(from, m.capturedStart() - from);
    from = m.capturedEnd();
    const std::string name = m.captured(1).toStdString(), which = m.captured(2).toStdString();
    if (name == "compare") {
      const auto comma = which.find(',');
      out += comma == std::string::npos ? m.captured()
                                        : comparison(which.substr(0, comma), which.substr(comma + 1));
    } else if (name == "answers") {
      const auto found = m_remembered.find(which);
      if (found == m_remembered.end()) {
        out += QStringLiteral("\u2013");
      } else {
        const auto all = found->second.evaluation.overall();
        out += LessonRunText::tr("%1 of %2").arg(all.right).arg(all.total);
      }
    } else {
      out += value(name);
    }
  }
  return out + given.mid(from);
}

std::optional<LessonRun::AnswerDifference> LessonRun::compareAnswers(const std::string& first,
                                                                     const std::string& second) const {
  const auto a = m_remembered.find(first), b = m_remembered.find(second);
  if (a == m_remembered.end() || b == m_remembered.end()) return {};
  const auto &one = a->second.evaluation.pairs, &other = b->second.evaluation.pairs;
  if (one.size() != other.size()) return {};
  AnswerDifference out;
  for (size_t i = 0; i < one.size(); ++i) {
    out.onlyFirst += one[i].right && !other[i].right;
    out.onlySecond += other[i].right && !one[i].right;
  }
  return out;
}

std::optional<int> LessonRun::betterOf(const std::string& first, const std::string& second) const {
  const auto by = compareAnswers(first, second);
  if (!by) return {};
  if (chanceOfDifference(by->onlyFirst, by->onlySecond) >= kChance) return 2;
  return by->onlyFirst > by->onlySecond ? 0 : 1;
}

QString LessonRun::comparison(const std::string& first, const std::string& second) const {
  const auto by = compareAnswers(first, second);
  if (!by)
    return LessonRunText::tr("This run has no answers of both plans, so it does not say which is better.");
  const QString counts =
      LessonRunText::tr("%1 answers are right by \u201c%2\u201d alone, %3 by \u201c%4\u201d alone.")
          .arg(by->onlyFirst)
          .arg(text(first))
          .arg(by->onlySecond)
          .arg(text(second));
  const double chance = chanceOfDifference(by->onlyFirst, by->onlySecond);
  if (chance >= kChance)
    return counts + ' ' +
           LessonRunText::tr(
               "Chance alone parts two equally good plans as far in %1 of all runs: these pairs do not show "
               "which is better.")
               .arg(percent(chance, 0));
  return counts + ' ' +
         LessonRunText::tr("Chance alone does that in %1 of all runs: \u201c%2\u201d is better here.")
             .arg(chanceText(chance), text(by->onlyFirst > by->onlySecond ? first : second));
}

}  // namespace espalier
