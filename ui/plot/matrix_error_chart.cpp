#include "ui/plot/matrix_error_chart.h"

#include <QEvent>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/plot/chart_style.h"
#include "ui/plot/plot_export.h"
#include "ui/plot/qcp.h"

namespace espalier {

namespace {

// Less than this is drawn here: all but nothing is lost.
constexpr double kLeastShown = 1e-5;
// Further lines are dotted, so that no two look the same.
constexpr int kColours = 5;

}  // namespace

MatrixErrorChart::MatrixErrorChart(QWidget* parent) : QWidget(parent), m_plot(new QCustomPlot(this)) {
  setAccessibleName(tr("Error of the matrix's output"));
  setWhatsThis(tr(
      "How much of what the matrix puts out is lost at each sparsity, by how its weights are chosen and what "
      "becomes of those that stay. The slider says where the numbers beside it are read."));
  setToolTip(whatsThis());
  prepareChart(*m_plot);
  QCPLegend* legend = takeLegend(*m_plot);
  m_plot->plotLayout()->addElement(0, 1, legend);
  m_plot->plotLayout()->setColumnStretchFactor(1, 0.001);
  legend->setVisible(true);
  legend->setMargins(QMargins(4, 2, 6, 2));
  legend->setRowSpacing(0);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_plot);
  draw();
}

void MatrixErrorChart::setErrors(const std::optional<MatrixErrors>& errors) {
  m_errors = errors;
  draw();
}

void MatrixErrorChart::setMarked(size_t index) {
  m_marked = index;
  showMarked();
}

double MatrixErrorChart::markedSparsity() const {
  return m_errors && m_marked < m_errors->sparsities.size() ? m_errors->sparsities[m_marked] : 0;
}

// "Wanda + Swaps + Refit"
QString MatrixErrorChart::titleOf(size_t curve) const {
  const QString name = text(m_errors->curves[curve].name);
  if (name == QLatin1String("best possible")) return tr("Best possible");
  if (name == QLatin1String("best possible, values kept")) return tr("Best, values kept");
  QStringList titles;
  for (QString part : name.split(QStringLiteral(" + ")))
    for (const QString& method : part.split(',')) titles << methodTitle(method.toStdString());
  return titles.join(QStringLiteral(" + "));
}

void MatrixErrorChart::draw() {
  m_plot->clearPlottables();
  m_plot->clearItems();
  colourChart(*m_plot, palette());
  m_plot->xAxis->setLabel(tr("Sparsity, %"));
  m_plot->yAxis->setLabel(tr("Lost of the output, %"));
  m_plot->yAxis->setScaleType(QCPAxis::stLogarithmic);
  m_plot->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog));
  m_plot->yAxis->setNumberFormat(QStringLiteral("gb"));
  m_plot->yAxis->setNumberPrecision(3);
  double lowest = 1, from = 1, to = 0;
  for (size_t c = 0; m_errors && c < m_errors->curves.size(); ++c) {
    QVector<double> x, y;
    for (size_t i = 0; i < m_errors->sparsities.size(); ++i) {
      const double error = m_errors->curves[c].errors[i];
      if (std::isnan(error)) continue;
      from = std::min(from, m_errors->sparsities[i]);
      to = std::max(to, m_errors->sparsities[i]);
      const double shown = std::max(error, kLeastShown);
      lowest = std::min(lowest, shown);
      x << 100 * m_errors->sparsities[i];
      y << 100 * shown;
    }
    auto* line = m_plot->addGraph();
    line->setData(x, y, true);
    const bool best = m_errors->curves[c].name.starts_with("best");
    const QColor colour = best ? palette().color(QPalette::Text) : seriesColour(int(c) % kColours, palette());
    const Qt::PenStyle style = best ? Qt::DashLine : int(c) < kColours ? Qt::SolidLine : Qt::DotLine;
    line->setPen(QPen(colour, best ? 1.8 : 1.4, style));
    line->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, colour, colour, 4));
  }
  m_plot->xAxis->setRange(from < to ? 100 * from - 2 : 0, from < to ? 100 * to + 2 : 100);
  m_plot->yAxis->setRange(100 * lowest / 1.5, 150);
  showMarked();
}

void MatrixErrorChart::showMarked() {
  m_plot->clearItems();
  QStringList names;
  for (int c = 0; m_errors && c < m_plot->graphCount(); ++c) {
    const double error = m_marked < m_errors->sparsities.size() ? m_errors->curves[size_t(c)].errors[m_marked]
                                                                : std::numeric_limits<double>::quiet_NaN();
    const QString name = std::isnan(error) ? titleOf(size_t(c))
                                           : QStringLiteral("%1  %2").arg(
                                                 titleOf(size_t(c)), percent(error, error < 0.1 ? 2 : 1));
    m_plot->graph(c)->setName(name);
    names << name;
  }
  if (m_errors) {
    auto* mark = new QCPItemStraightLine(m_plot);
    mark->setPen(QPen(shadesFor(palette()).axis, 1.4));
    mark->point1->setCoords(100 * markedSparsity(), 1);
    mark->point2->setCoords(100 * markedSparsity(), 2);
  }
  setAccessibleDescription(m_errors ? tr("At %1: %2").arg(percent(markedSparsity(), 0), names.join("; "))
                                    : QString());
  m_plot->replot(QCustomPlot::rpQueuedReplot);
}

QStringList MatrixErrorChart::legendTexts() const {
  QStringList texts;
  for (int c = 0; c < m_plot->graphCount(); ++c) texts << m_plot->graph(c)->name();
  return texts;
}

QString MatrixErrorChart::csv() const {
  QString out = QStringLiteral("matrix,method,sparsity,error\n");
  if (!m_errors) return out;
  for (const auto& curve : m_errors->curves)
    for (size_t i = 0; i < m_errors->sparsities.size(); ++i)
      out += QStringLiteral("\"%1\",\"%2\",%3,%4\n")
                 .arg(text(m_errors->matrix), text(curve.name))
                 .arg(m_errors->sparsities[i])
                 .arg(std::isnan(curve.errors[i]) ? QString() : QString::number(curve.errors[i], 'g', 9));
  return out;
}

QString MatrixErrorChart::exportTo(const QString& file) const {
  return exportPlot(*m_plot, csv(), file);
}

void MatrixErrorChart::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) draw();
}

}  // namespace espalier
