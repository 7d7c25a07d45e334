#include "ui/items/token_shading.h"

#include <QCoreApplication>
#include <QLocale>

#include "ui/base/format.h"
#include "ui/base/theme.h"

namespace espalier {

namespace {

QString span(const QString& html, const QColor& fill) {
  return QStringLiteral("<span style=\"background-color:%1\">%2</span>").arg(fill.name(), html);
}

}  // namespace

QColor shadeOfLoss(double loss, const QPalette& palette) {
  const QColor base = palette.color(QPalette::Base), full = shadesFor(palette).wrong;
  const double share = loss <= 0 ? 0 : 0.6 * std::min(1.0, loss / kFullShade);
  const auto mix = [share](int from, int to) { return int(from + share * (to - from)); };
  return QColor(mix(base.red(), full.red()), mix(base.green(), full.green()), mix(base.blue(), full.blue()));
}

QString shadedText(const std::vector<TokenLoss>& tokens, bool numbers, const QPalette& palette) {
  QString html;
  for (const auto& token : tokens) {
    QString words = text(token.text).toHtmlEscaped();
    words.replace('\n', QStringLiteral("\u21b5<br/>"));
    if (numbers && token.loss >= 0)
      words += QStringLiteral("<sub>%1</sub>").arg(QLocale().toString(token.loss, 'f', 1));
    html += token.loss < 0 ? words : span(words, shadeOfLoss(token.loss, palette));
  }
  return html;
}

QString shadeLegend(const QPalette& palette) {
  QString html = QCoreApplication::translate("TokenShading", "Loss of a token:") + ' ';
  for (int loss = 0; loss <= int(kFullShade); loss += 2)
    html += span(QStringLiteral("\u2002%1%2\u2002").arg(loss).arg(loss == int(kFullShade) ? "+" : ""),
                 shadeOfLoss(loss, palette));
  return html;
}

}  // namespace espalier
