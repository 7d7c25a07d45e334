#include "ui/panels/formula_panel.h"

#include <QScrollBar>
#include <algorithm>
#include <numeric>

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
QString formula(const char* html) {
  return QStringLiteral("<span class='f'>&nbsp;&nbsp;%1</span>").arg(QString::fromUtf8(html));
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
  QString html = scoreHtml() + shareHtml() + pruneHtml() + resultHtml();
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
  const std::string& method = m_session.scoreOptions().method;
  QStringList parts;
  if (method == "zeroth-order")
    parts << formula("g = |<i>L</i>(W + εz) − <i>L</i>(W − εz)| / 2ε")
          << tr("W is a weight matrix, L the model's loss on a batch, z random noise of W's shape. ε is %1.")
                 .arg(shortNumber(m_session.scoreOptions().eps))
          << formula("s = Σ g")
          << tr("over %1 samples in batches of %2, %n draws of noise each.", nullptr,
                int(m_session.scoreOptions().draws))
                 .arg(m_session.scoreOptions().samples)
                 .arg(m_session.scoreOptions().batchSize)
          << formula("E g = √(2/π) · ‖∂<i>L</i>/∂W‖<sub>F</sub>")
          << tr("is what it estimates: the error bars close in on it with more samples and draws.");
  else if (method == "exact-gradient")
    parts << formula("s = √(2/π) · Σ ‖∂<i>L</i>/∂W‖<sub>F</sub>")
          << tr("over batches: exactly what the zeroth-order score estimates.");
  else if (method == "first-order")
    parts << formula("s = Σ |W<sub>ij</sub>| · |∂<i>L</i>/∂W<sub>ij</sub>|")
          << tr("summed over the matrix and the batches.");
  else
    parts << formula("s = mean |W<sub>ij</sub>|") << tr("without any data.");
  return headed(tr("Score of a matrix"), parts);
}

QString FormulaPanel::shareHtml() const {
  const PlanDocument& document = m_session.plan();
  if (document.isEmpty()) return {};
  const Plan& plan = document.plan();
  QStringList parts;
  if (plan.allocator == "uniform") {
    parts << formula("sparsity<sub>g</sub> = t")
          << tr("the same for every block: t is %1.").arg(percent(plan.target));
  } else {
    const char* of = plan.aggregate == Aggregate::Sum       ? "s<sub>g</sub> = Σ s"
                     : plan.aggregate == Aggregate::Average ? "s<sub>g</sub> = Σ s / n<sub>g</sub>"
                                                            : "s<sub>g</sub> = mean s";
    parts << formula(of) << tr("is the score of a block g from those of its matrices.")
          << formula("keep<sub>g</sub> = n<sub>g</sub> (1 − c) + a · s<sub>g</sub>")
          << tr("at most n<sub>g</sub>, its weights; c is the cap, %1. The factor a is such that")
                 .arg(percent(plan.cap))
          << formula("Σ keep<sub>g</sub> = (1 − t) · N")
          << tr("with the target t, %1, and N = %2 weights in all. Pinned blocks keep what they have.")
                 .arg(percent(plan.target), shortCount(plan.parameters()));
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
  QStringList parts;
  if (options.criterion == "wanda")
    parts << formula("c<sub>ij</sub> = |W<sub>ij</sub>| · ‖X<sub>j</sub>‖<sub>2</sub>")
          << tr("X<sub>j</sub> is what the weight's input carries over %1 calibration samples.")
                 .arg(options.samples);
  else if (options.criterion == "sparsegpt")
    parts << formula("c<sub>ij</sub> = W<sub>ij</sub>² / [H<sup>−1</sup>]<sub>jj</sub>, H = XXᵀ + λI")
          << tr("and the weights that stay are changed to make up for each that goes.");
  else if (options.criterion == "ria")
    parts << formula(
                 "c<sub>ij</sub> = (|W<sub>ij</sub>| / Σ<sub>j</sub>|W<sub>ij</sub>| + |W<sub>ij</sub>| / "
                 "Σ<sub>i</sub>|W<sub>ij</sub>|) · ‖X<sub>j</sub>‖<sub>2</sub><sup>½</sup>")
          << tr("a weight relative to its row and its column.");
  else
    parts << formula("c<sub>ij</sub> = |W<sub>ij</sub>|");
  parts << (options.comparison == "row" ? tr("The least of each output row go.")
            : options.comparison == "matrix"
                ? tr("The least of the whole matrix go.")
                : tr("The least go: of the whole matrix in vision, of each output row in language."));
  if (needsCalibration(options))
    parts << (options.inputs == "dense"
                  ? tr("Every block is calibrated on what the dense model gives it.")
                  : tr("Block after block, each is calibrated on what the pruned blocks "
                       "before it produce."));
  return headed(tr("Which weights go"), parts);
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
