#pragma once

#include <QString>
#include <cstdint>

class QApplication;

namespace espalier {

// What a person chose for the program in the preferences. Threads, memory limit and device are read when the
// program starts; the language is in translations.h, light and dark in theme.h.

int chosenThreads();  // 0: one for each core
void chooseThreads(int threads);

int64_t chosenMemoryLimit();  // bytes of resident memory; 0: set where a model needs one
void chooseMemoryLimit(int64_t bytes);

QString chosenDevice();  // "cpu", "cuda:0"; empty: the processor
void chooseDevice(const QString& device);

// The size of the type, as a part of the system's: 100 is as the system has it.
constexpr int kLeastFontPercent = 80, kMostFontPercent = 200;
int chosenFontPercent();
void chooseFontPercent(int percent);
void applyFontPercent(QApplication& app, int percent);

}  // namespace espalier
