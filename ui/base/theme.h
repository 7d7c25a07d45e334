#pragma once

#include <QColor>
#include <QPalette>
#include <string>

class QApplication;

// Every colour of the program, for light and dark. Category colours are those of Okabe and Ito, which people
// with any kind of colour blindness can tell apart; colour is never the only sign of anything.
namespace espalier {

enum class Appearance { System, Light, Dark };

// Fusion style and the palette. System follows what the desktop had set when the program started.
void applyAppearance(QApplication& app, Appearance appearance);
Appearance savedAppearance();
void saveAppearance(Appearance appearance);

bool isDark(const QPalette& palette);

QColor componentColour(const std::string& component, const QPalette& palette);

// The colours of lines in a chart of several, by their number.
QColor seriesColour(int index, const QPalette& palette);

// What a selected row or card is filled with, opaque: every ink of Shades and the palette's Text stand out
// from it by 4.5:1, which they do not from Highlight.
QColor selectionFill(const QPalette& palette);

// Of the ring around what has the keyboard.
QColor focusColour(const QPalette& palette);

struct Shades {
  QColor right, wrong;                      // answers
  QColor target, cap;                       // lines in the chart
  QColor grid, axis;                        // of charts
  QColor muted;                             // secondary text, at least 4.5:1 on the base
  QColor hairline;                          // borders between areas
  QColor warningFill, errorFill, infoFill;  // message bars
};
const Shades& shadesFor(const QPalette& palette);

}  // namespace espalier
