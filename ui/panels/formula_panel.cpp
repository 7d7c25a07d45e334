#include "ui/panels/formula_panel.h"

#include <QEvent>
#include <QLocale>
#include <QScrollBar>
#include <algorithm>
#include <map>

#include "core/allocate/allocator.h"
#include "ui/base/engine_text.h"
#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

QString headed(const QString& title, const QStringList& paragraphs) {
  QString out = QStringLiteral("<h4>%1</h4>").arg(title);
  for (const QString& p : paragraphs)
    if (!p.isEmpty()) out += QStringLiteral("<p>%1</p>").arg(p);
  return out;
}

// Set apart from the prose. Symbols are the same in every language.
QString formula(const QString& html) {
  return QStringLiteral("<span class='f'>&nbsp;&nbsp;%1</span>").arg(html);
}

using Values = std::map<QString, QString>;

QString filled(QString text, const Values& values) {
  for (const auto& [name, value] : values) text.replace('{' + name + '}', value);
  return text;
}

// A method's formulas, each with what its symbols mean, and the numbers of this run in their places.
QStringList formulasOf(const Method& method, const Values& values) {
  QStringList parts;
  for (const auto& f : method.formulas) {
    parts << formula(filled(text(f.html), values));
    if (!f.note.empty()) parts << filled(engineText(f.note), values);
  }
  return parts;
}

// The numbers that notes name.
template <typename Options>
Values valuesOf(const OptionFields<Options>& fields, const Options& options) {
  Values values;
  for (const auto& field : fields) {
    const auto value = option_fields::valueOf(field, options);
    values[text(field.key)] = value.is_number_integer()
                                  ? QLocale().toString(qlonglong(value.template get<int64_t>()))
                              : value.is_number() ? shortNumber(value.template get<double>())
                                                  : text(option_fields::nameOfValue(field, options));
  }
  return values;
}

}  // namespace

FormulaPanel::FormulaPanel(Session& session, QWidget* parent) : QTextBrowser(parent), m_session(session) {
  setObjectName("formulas");
  setFrameShape(QFrame::NoFrame);
  setAccessibleName(tr("Formulas"));
  setWhatsThis(tr("The formulas behind what the window shows, with the numbers of the current block put in"));
  setToolTip(whatsThis());
  setOpenLinks(false);
  document()->setDocumentMargin(12);
  PlanDocument& plan = m_session.plan();
  connect(&plan, &PlanDocument::planChanged, this, &FormulaPanel::refresh);
  connect(&m_session.selection(), &Selection::changed, this, &FormulaPanel::refresh);
  for (auto changed : {&Session::optionsChanged, &Session::modelChanged, &Session::evaluationChanged})
    connect(&m_session, changed, this, &FormulaPanel::refresh);
  refresh();
}

void FormulaPanel::refresh() {
  if (!isVisible()) return;  // a drag has no time for what nobody sees
  QString html = scoreHtml() + shareHtml() + pruneHtml() + recoverHtml() + resultHtml();
  html.replace(QStringLiteral(" %"), QStringLiteral("\u00a0%"));  // a number keeps its sign on its line
  if (html == m_shown) return;
  m_shown = html;
  const int at = verticalScrollBar()->value();
  document()->setDefaultStyleSheet(
      QStringLiteral("h4 { margin-top: 10px; margin-bottom: 2px; } p { margin-top: 3px; "
                     "margin-bottom: 3px; } .f { color: %1; }")
          .arg(palette().color(QPalette::Link).name()));
  setHtml(html);
  verticalScrollBar()->setValue(at);
}

QString FormulaPanel::scoreHtml() const {
  const ScoreOptions& options = m_session.scoreOptions();
  return headed(tr("Score of a matrix"), formulasOf(methodNamed(scoreMethods(), "method", options.method),
                                                    valuesOf(scoreFields(), options)));
}

QString FormulaPanel::shareHtml() const {
  const PlanDocument& document = m_session.plan();
  if (document.isEmpty()) return {};
  const Plan& plan = document.plan();
  QStringList parts;
  for (const auto& allocator : allocators()) {
    if (allocator.name != plan.allocator) continue;
    Values values{{"target", percent(plan.target)},
                  {"cap", percent(plan.cap)},
                  {"parameters", shortCount(plan.parameters())},
                  {"aggregate", plan.aggregate == Aggregate::Sum       ? QStringLiteral("Σ s")
                                : plan.aggregate == Aggregate::Average ? QStringLiteral("Σ s / n<sub>g</sub>")
                                                                       : QStringLiteral("mean s")}};
    for (const auto& option : allocator.options) {
      const auto given = plan.options.find(option.name);
      values[text(option.name)] =
          shortNumber(given == plan.options.end() ? option.defaultValue : given->second);
    }
    parts = formulasOf(allocator, values);
  }
  const std::string& current = m_session.selection().current();
  for (const auto& group : plan.groups)
    if (group.name == current) {
      const double kept = double(group.parameters) * (1 - group.sparsity);
      QString here = tr("<b>%1</b>: n<sub>g</sub> = %2, kept %3, so %4 sparse.")
                         .arg(text(group.name).toHtmlEscaped(), shortCount(group.parameters),
                              shortCount(int64_t(kept)), percent(group.sparsity));
      if (document.isScored())
        here +=
            ' ' + (group.standardError >= 0
                       ? tr("s<sub>g</sub> = %1 ± %2.")
                             .arg(shortNumber(group.score), shortNumber(group.standardError))
                       : tr("s<sub>g</sub> = %1; its standard error is unknown after one batch and one draw.")
                             .arg(shortNumber(group.score)));
      if (group.pinned) here += ' ' + tr("It is pinned.");
      parts << here;
    }
  return headed(tr("Share of the budget"), parts);
}

QString FormulaPanel::pruneHtml() const {
  const PruneOptions& options = m_session.pruneOptions();
  const Values values = valuesOf(pruneFields(), options);
  QStringList parts = formulasOf(methodNamed(pruneCriteria(), "criterion", options.criterion), values);
  const auto colon = options.pattern.find(':');
  if (colon != std::string::npos) {
    parts << tr("Pattern %1: of every %2 neighbours in a row the %3 with the greatest A stay.")
                 .arg(text(options.pattern), text(options.pattern.substr(colon + 1)),
                      text(options.pattern.substr(0, colon)));
  } else {
    const std::string vision = comparedAmong(options, true), language = comparedAmong(options, false);
    parts << (vision == language
                  ? engineText(vision)
                  : tr("In vision towers: %1 Elsewhere: %2").arg(engineText(vision), engineText(language)));
  }
  for (const auto& name : option_fields::namesIn(options.refinement))
    parts += formulasOf(methodNamed(pruneRefinements(), "refinement", name), values);
  if (needsCalibration(options))
    parts << (options.inputs == "dense"
                  ? tr("Every block is calibrated on what the dense model gives it.")
                  : tr("Block after block, each is calibrated on what the pruned blocks "
                       "before it produce."));
  return headed(tr("Which weights go"), parts);
}

// Of the plan that is shown, where it was recovered.
QString FormulaPanel::recoverHtml() const {
  const auto recovered = m_session.plan().recovered();
  if (!recovered) return {};
  const RecoverOptions& options = recovered->record.options;
  const Values values = valuesOf(recoverFields(), options);
  QStringList parts;
  for (const auto& name : option_fields::namesIn(options.methods))
    parts += formulasOf(methodNamed(recoveryMethods(), "recovery method", name), values);
  return headed(tr("Accuracy back"), parts);
}

QString FormulaPanel::resultHtml() const {
  if (!m_session.pruned()) return {};
  const auto overall = m_session.pruned()->overall();
  const auto interval = wilsonInterval(overall.right, overall.total);
  return headed(tr("Interval of an accuracy"),
                {formula("(p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)"),
                 tr("Wilson's, with z = 1.96. Now p = %1 of n = %2 pairs: %3 to %4.")
                     .arg(percent(overall.accuracy()))
                     .arg(overall.total)
                     .arg(percent(interval.low), percent(interval.high))});
}

void FormulaPanel::showEvent(QShowEvent* event) {
  QTextBrowser::showEvent(event);
  refresh();
}

void FormulaPanel::changeEvent(QEvent* event) {
  QTextBrowser::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) {
    m_shown.clear();
    refresh();
  }
}

}  // namespace espalier
