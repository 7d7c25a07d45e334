#include "ui/base/preferences.h"

#include <QApplication>
#include <QFont>
#include <QSettings>
#include <algorithm>

namespace espalier {

static constexpr auto kThreadsKey = "threads", kMemoryKey = "memory", kDeviceKey = "device",
                      kFontKey = "fontPercent";

int chosenThreads() {
  return std::clamp(QSettings().value(kThreadsKey, 0).toInt(), 0, 1024);
}

void chooseThreads(int threads) {
  QSettings().setValue(kThreadsKey, threads);
}

int64_t chosenMemoryLimit() {
  return std::max<int64_t>(0, QSettings().value(kMemoryKey, 0).toLongLong());
}

void chooseMemoryLimit(int64_t bytes) {
  QSettings().setValue(kMemoryKey, qlonglong(bytes));
}

QString chosenDevice() {
  return QSettings().value(kDeviceKey).toString();
}

void chooseDevice(const QString& device) {
  QSettings().setValue(kDeviceKey, device);
}

int chosenFontPercent() {
  return std::clamp(QSettings().value(kFontKey, 100).toInt(), kLeastFontPercent, kMostFontPercent);
}

void chooseFontPercent(int percent) {
  QSettings().setValue(kFontKey, percent);
}

void applyFontPercent(QApplication& app, int percent) {
  static const QFont system = QApplication::font();
  QFont font = system;
  if (font.pointSizeF() > 0)
    font.setPointSizeF(font.pointSizeF() * percent / 100);
  else
    font.setPixelSize(std::max(1, font.pixelSize() * percent / 100));
  if (font != QApplication::font()) app.setFont(font);
}

}  // namespace espalier
