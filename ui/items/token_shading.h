#pragma once

#include <QColor>
#include <QPalette>
#include <QString>
#include <vector>

#include "core/engine/engine.h"

namespace espalier {

// Text with each token shaded by its loss, as rich text: the more it surprised the model, the stronger the
// shade; kFullShade and more are the same. With `numbers`, each token's loss stands behind it, small.
constexpr double kFullShade = 8;
QColor shadeOfLoss(double loss, const QPalette& palette);
QString shadedText(const std::vector<TokenLoss>& tokens, bool numbers, const QPalette& palette);
// What the shades mean: a row of them from 0 to kFullShade.
QString shadeLegend(const QPalette& palette);

}  // namespace espalier
