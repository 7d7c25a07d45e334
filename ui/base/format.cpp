#include "ui/base/format.h"

#include <QCoreApplication>
#include <QLocale>
#include <array>
#include <cmath>

#include "core/engine/engine.h"
#include "ui/base/engine_text.h"

namespace espalier {

namespace {

struct FormatText {
  Q_DECLARE_TR_FUNCTIONS(Format)
};

}  // namespace

QString promptTitle(PromptForm form) {
  switch (form) {
    case PromptForm::Chat:
      return FormatText::tr("Chat template");
    case PromptForm::Plain:
      return FormatText::tr("Plain question");
    case PromptForm::Auto:
      break;
  }
  return FormatText::tr("Automatic");
}

QString text(const std::string& utf8) {
  return QString::fromStdString(utf8);
}

QString text(const std::filesystem::path& path) {
  return QString::fromStdString(path.string());
}

QString modelTitle(const std::filesystem::path& folder) {
  const auto clean = folder.has_filename() ? folder : folder.parent_path();
  const auto parent = clean.parent_path().filename();
  return text(clean.filename() == "model" && !parent.empty() ? parent : clean.filename());
}

QString placeTitle(const std::filesystem::path& folder) {
  const auto clean = folder.has_filename() ? folder : folder.parent_path();
  const auto parent = clean.parent_path().filename();
  return parent.empty() ? text(clean.filename()) : text(parent / clean.filename());
}

std::filesystem::path toPath(const QString& path) {
  return std::filesystem::path(path.toStdString());
}

QString percent(double fraction, int decimals) {
  return FormatText::tr("%1 %").arg(QLocale().toString(fraction * 100, 'f', decimals));
}

QString percentBelow(double fraction) {
  return percent(std::floor(fraction * 1000 + 1e-9) / 1000);
}

QString percentAbove(double fraction) {
  return percent(std::ceil(fraction * 1000 - 1e-9) / 1000);
}

QString chanceText(double probability) {
  constexpr double kLeastTold = 0.001;
  return probability < kLeastTold ? FormatText::tr("below %1").arg(percent(kLeastTold))
                                  : percent(probability);
}

QString signedPoints(double fraction, int decimals) {
  const double step = std::pow(10.0, decimals);
  const double points = std::round(fraction * 100 * step) / step;
  const QString digits = QLocale().toString(std::abs(points), 'f', decimals);
  if (points == 0) return digits;
  return (points > 0 ? QStringLiteral("+") : QStringLiteral("\u2212")) + digits;
}

QString shortCount(int64_t count) {
  static constexpr std::array<const char*, 4> kUnits{"", QT_TRANSLATE_NOOP("Format", "%1 K"),
                                                     QT_TRANSLATE_NOOP("Format", "%1 M"),
                                                     QT_TRANSLATE_NOOP("Format", "%1 B")};
  double value = double(count);
  size_t unit = 0;
  while (std::abs(value) >= 999.5 && unit + 1 < kUnits.size()) value /= 1000, ++unit;
  if (unit == 0) return exactCount(count);
  const int decimals = std::abs(value) < 9.995 ? 2 : std::abs(value) < 99.95 ? 1 : 0;
  return FormatText::tr(kUnits[unit]).arg(QLocale().toString(value, 'f', decimals));
}

QString exactCount(int64_t count) {
  return QLocale().toString(qlonglong(count));
}

QString shortNumber(double value) {
  const double size = std::abs(value);
  if (size == 0) return QLocale().toString(0);
  if (size < 1e-3 || size >= 1e5) return QLocale().toString(value, 'e', 2);
  return QLocale().toString(value, 'g', 3);
}

QString fileSize(int64_t bytes) {
  return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

QString timeLeft(double seconds) {
  if (seconds < 0) return {};
  // Coarse steps: a number that changes every moment cannot be read.
  if (seconds < 10) return FormatText::tr("a few seconds left");
  if (seconds < 55) return FormatText::tr("about %1 s left").arg(int(std::round(seconds / 5) * 5));
  if (seconds < 3300) return FormatText::tr("about %1 min left").arg(int(std::ceil(seconds / 60)));
  return FormatText::tr("about %1 h left").arg(QLocale().toString(seconds / 3600, 'f', 1));
}

QString duration(double seconds) {
  if (seconds < 10) return FormatText::tr("%1 s").arg(QLocale().toString(seconds, 'f', 1));
  if (seconds < 120) return FormatText::tr("%1 s").arg(QLocale().toString(seconds, 'f', 0));
  return FormatText::tr("%1 min").arg(QLocale().toString(seconds / 60, 'f', 1));
}

QString methodTitle(const std::string& name) {
  for (const auto* methods : {&scoreMethods(), &pruneCriteria(), &pruneRefinements()})
    for (const auto& method : *methods)
      if (method.name == name) return engineText(method.title);
  return text(name);
}

QString componentTitle(const std::string& component) {
  if (component == "vision") return FormatText::tr("Vision");
  if (component == "bridge") return FormatText::tr("Bridge");
  if (component == "text") return FormatText::tr("Text");
  if (component == "projector") return FormatText::tr("Projector");
  if (component == "text encoder") return FormatText::tr("Text encoder");
  if (component == "text decoder") return FormatText::tr("Text decoder");
  if (component == "language") return FormatText::tr("Language");
  if (component == "language encoder") return FormatText::tr("Language encoder");
  if (component == "language decoder") return FormatText::tr("Language decoder");
  return text(component);
}

QString shortComponentTitle(const std::string& component) {
  if (component == "language encoder" || component == "text encoder") return FormatText::tr("Encoder");
  if (component == "language decoder" || component == "text decoder") return FormatText::tr("Decoder");
  return componentTitle(component);
}

QString shortBlockLabel(const std::string& name) {
  const QString full = text(name);
  const auto parts = full.split('.');
  for (auto it = parts.rbegin(); it != parts.rend(); ++it) {
    bool isNumber = false;
    it->toInt(&isNumber);
    if (isNumber) return *it;
  }
  return parts.last();
}

}  // namespace espalier
