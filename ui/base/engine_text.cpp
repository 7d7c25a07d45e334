#include "ui/base/engine_text.h"

#include <QCoreApplication>

namespace espalier {

namespace {

// Never read: this is where lupdate finds them. What the engine tells of its methods and options is marked
// where it stands (ENGINE_TEXT).
[[maybe_unused]] constexpr const char* kEngineTexts[] = {
    // Stages of jobs.
    QT_TRANSLATE_NOOP("Engine", "Evaluating"),
    QT_TRANSLATE_NOOP("Engine", "Calibrating"),
    QT_TRANSLATE_NOOP("Engine", "Pruning"),
    QT_TRANSLATE_NOOP("Engine", "Global pruning"),
    QT_TRANSLATE_NOOP("Engine", "Scoring"),
    QT_TRANSLATE_NOOP("Engine", "Rebuilding blocks"),
    QT_TRANSLATE_NOOP("Engine", "Distilling"),
    QT_TRANSLATE_NOOP("Engine", "Local statistics"),
    QT_TRANSLATE_NOOP("Engine", "Exporting"),
    QT_TRANSLATE_NOOP("Engine", "Exporting masks"),
    QT_TRANSLATE_NOOP("Engine", "Ranking weights"),
    QT_TRANSLATE_NOOP("Engine", "Measuring sensitivity"),
    QT_TRANSLATE_NOOP("Engine", "Improving"),
    // What a recovery measures.
    QT_TRANSLATE_NOOP("Engine", "relative error"),
    QT_TRANSLATE_NOOP("Engine", "KL divergence"),
    QT_TRANSLATE_NOOP("Engine", "loss"),
    // Methods of a sweep.
    QT_TRANSLATE_NOOP("Engine", "Global magnitude"),
    QT_TRANSLATE_NOOP("Engine", "Uniform magnitude"),
    QT_TRANSLATE_NOOP("Engine", "Uniform Wanda"),
    QT_TRANSLATE_NOOP("Engine", "Wanda, rebuilt"),
    QT_TRANSLATE_NOOP("Engine", "This plan"),
};

}  // namespace

QString engineText(const std::string& english) {
  return english.empty() ? QString() : QCoreApplication::translate("Engine", english.c_str());
}

QString engineTexts(const std::string& english) {
  QStringList out;
  for (const QString& one : QString::fromStdString(english).split(QStringLiteral(", ")))
    out << engineText(one.toStdString());
  return out.join(QStringLiteral(", "));
}

}  // namespace espalier
