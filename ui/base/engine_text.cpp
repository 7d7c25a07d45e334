#include "ui/base/engine_text.h"

#include <QCoreApplication>

namespace espalier {

namespace {

// Never read: this is where lupdate finds them.
[[maybe_unused]] constexpr const char* kEngineTexts[] = {
    // Stages of jobs.
    QT_TRANSLATE_NOOP("Engine", "Evaluating"),
    QT_TRANSLATE_NOOP("Engine", "Calibrating"),
    QT_TRANSLATE_NOOP("Engine", "Pruning"),
    QT_TRANSLATE_NOOP("Engine", "Scoring"),
    QT_TRANSLATE_NOOP("Engine", "Local statistics"),
    QT_TRANSLATE_NOOP("Engine", "Exporting"),
    QT_TRANSLATE_NOOP("Engine", "Exporting masks"),
    QT_TRANSLATE_NOOP("Engine", "Ranking weights"),
    QT_TRANSLATE_NOOP("Engine", "Measuring sensitivity"),
    QT_TRANSLATE_NOOP("Engine", "Improving"),
    // Allocators; those called by a name of their own are called so everywhere.
    QT_TRANSLATE_NOOP("Engine", "Uniform"),
    QT_TRANSLATE_NOOP("Engine", "Local scores"),
    // Methods of a sweep.
    QT_TRANSLATE_NOOP("Engine", "Global magnitude"),
    QT_TRANSLATE_NOOP("Engine", "Uniform magnitude"),
    QT_TRANSLATE_NOOP("Engine", "Uniform Wanda"),
    // Ways of scoring.
    QT_TRANSLATE_NOOP(
        "Engine",
        "How much the whole model's loss reacts to small random changes of a matrix (the paper's method; "
        "forward passes only)."),
    QT_TRANSLATE_NOOP(
        "Engine", "What zeroth-order estimates, exactly: the norm of the loss's gradient, block by block."),
    QT_TRANSLATE_NOOP("Engine",
                      "Sum of |weight| times |gradient|, as the paper publishes it for comparison."),
    QT_TRANSLATE_NOOP(
        "Engine",
        "Sum of weight times the norm of its input: local importance, which the paper finds misleading."),
    QT_TRANSLATE_NOOP("Engine", "Mean absolute weight; needs no data. For comparison."),
    // Criteria of pruning.
    QT_TRANSLATE_NOOP("Engine", "Weight times the norm of its input; the paper's choice"),
    QT_TRANSLATE_NOOP("Engine", "Removes weights and lets those that stay make up for them"),
    QT_TRANSLATE_NOOP("Engine", "Smallest weights first; needs no data"),
    QT_TRANSLATE_NOOP("Engine", "Weight relative to its row and column, times the root of its input's norm"),
    QT_TRANSLATE_NOOP("Engine", "Exchanges weights until each output's mean is what it was"),
};

}  // namespace

QString engineText(const std::string& english) {
  return english.empty() ? QString() : QCoreApplication::translate("Engine", english.c_str());
}

}  // namespace espalier
