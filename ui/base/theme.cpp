#include "ui/base/theme.h"

#include <QApplication>
#include <QPainter>
#include <QProxyStyle>
#include <QSettings>
#include <QStyleFactory>
#include <QStyleOption>
#include <QToolTip>
#include <map>

namespace espalier {

namespace {

// Fusion, whose boxes to tick and round buttons are outlined by 3:1: it takes a shade of the window, which is
// lost on dark grounds.
class OutlinedStyle : public QProxyStyle {
 public:
  OutlinedStyle() : QProxyStyle(QStyleFactory::create("Fusion")) {}

  void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override {
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    const bool round = element == PE_IndicatorRadioButton;
    if ((element != PE_IndicatorCheckBox && !round) || !(option->state & State_Enabled)) return;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, round);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(shadesFor(option->palette).muted);
    if (round)
      painter->drawEllipse(QRectF(option->rect).adjusted(1, 1, -1.5, -1.5));
    else
      painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
    painter->restore();
  }
};

constexpr auto kAppearanceKey = "appearance";

QPalette lightPalette() {
  QPalette p;
  p.setColor(QPalette::Window, QColor(0xf3f4f6));
  p.setColor(QPalette::WindowText, QColor(0x1c2024));
  p.setColor(QPalette::Base, QColor(0xffffff));
  p.setColor(QPalette::AlternateBase, QColor(0xf7f8fa));
  p.setColor(QPalette::ToolTipBase, QColor(0xffffff));
  p.setColor(QPalette::ToolTipText, QColor(0x1c2024));
  p.setColor(QPalette::PlaceholderText, QColor(0x6b7280));
  p.setColor(QPalette::Text, QColor(0x1c2024));
  p.setColor(QPalette::Button, QColor(0xf8f9fb));
  p.setColor(QPalette::ButtonText, QColor(0x1c2024));
  p.setColor(QPalette::BrightText, QColor(0xffffff));
  p.setColor(QPalette::Light, QColor(0xffffff));
  p.setColor(QPalette::Midlight, QColor(0xe8eaee));
  p.setColor(QPalette::Mid, QColor(0xc6cad1));
  p.setColor(QPalette::Dark, QColor(0xa8adb6));
  p.setColor(QPalette::Shadow, QColor(0x7b818a));
  p.setColor(QPalette::Highlight, QColor(0x0b63a5));
  p.setColor(QPalette::HighlightedText, QColor(0xffffff));
  p.setColor(QPalette::Link, QColor(0x0b63a5));
  p.setColor(QPalette::LinkVisited, QColor(0x6d4a9c));
  for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    p.setColor(QPalette::Disabled, role, QColor(0x9aa0a9));
  p.setColor(QPalette::Disabled, QPalette::Highlight, QColor(0xb9c0c9));
  return p;
}

QPalette darkPalette() {
  QPalette p;
  p.setColor(QPalette::Window, QColor(0x23262b));
  p.setColor(QPalette::WindowText, QColor(0xe6e8eb));
  p.setColor(QPalette::Base, QColor(0x1a1c20));
  p.setColor(QPalette::AlternateBase, QColor(0x1f2226));
  p.setColor(QPalette::ToolTipBase, QColor(0x30343a));
  p.setColor(QPalette::ToolTipText, QColor(0xe6e8eb));
  p.setColor(QPalette::PlaceholderText, QColor(0x9aa1ab));
  p.setColor(QPalette::Text, QColor(0xe6e8eb));
  p.setColor(QPalette::Button, QColor(0x31353b));
  p.setColor(QPalette::ButtonText, QColor(0xe6e8eb));
  p.setColor(QPalette::BrightText, QColor(0xffffff));
  p.setColor(QPalette::Light, QColor(0x4a4f57));
  p.setColor(QPalette::Midlight, QColor(0x3c4047));
  p.setColor(QPalette::Mid, QColor(0x4a4f57));
  p.setColor(QPalette::Dark, QColor(0x15171a));
  p.setColor(QPalette::Shadow, QColor(0x0c0d0f));
  p.setColor(QPalette::Highlight, QColor(0x3a8fd0));
  p.setColor(QPalette::HighlightedText, QColor(0x0f1113));
  p.setColor(QPalette::Link, QColor(0x6cb6ee));
  p.setColor(QPalette::LinkVisited, QColor(0xb79be0));
  for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    p.setColor(QPalette::Disabled, role, QColor(0x747b85));
  p.setColor(QPalette::Disabled, QPalette::Highlight, QColor(0x464b53));
  return p;
}

}  // namespace

bool isDark(const QPalette& palette) {
  return palette.color(QPalette::Window).lightness() < 128;
}

void applyAppearance(QApplication& app, Appearance appearance) {
  static const bool desktopIsDark = isDark(QGuiApplication::palette());
  static const bool styled = [] {
    QApplication::setStyle(new OutlinedStyle);
    return true;
  }();
  Q_UNUSED(styled)
  const bool dark = appearance == Appearance::Dark || (appearance == Appearance::System && desktopIsDark);
  app.setPalette(dark ? darkPalette() : lightPalette());
  QToolTip::setPalette(app.palette());
}

Appearance savedAppearance() {
  const QString name = QSettings().value(kAppearanceKey).toString();
  if (name == "light") return Appearance::Light;
  if (name == "dark") return Appearance::Dark;
  return Appearance::System;
}

void saveAppearance(Appearance appearance) {
  const char* name = appearance == Appearance::Light  ? "light"
                     : appearance == Appearance::Dark ? "dark"
                                                      : "system";
  QSettings().setValue(kAppearanceKey, name);
}

QColor componentColour(const std::string& component, const QPalette& palette) {
  static const std::map<std::string, std::pair<QRgb, QRgb>> kColours{
      {"vision", {0x0072b2, 0x56b4e9}},           {"bridge", {0xcc79a7, 0xcc79a7}},
      {"projector", {0xcc79a7, 0xcc79a7}},        {"text", {0x9a7d00, 0xf0e442}},
      {"text encoder", {0xd98200, 0xe69f00}},     {"text decoder", {0x009e73, 0x1fb98c}},
      {"language", {0x009e73, 0x1fb98c}},         {"language encoder", {0xd98200, 0xe69f00}},
      {"language decoder", {0x009e73, 0x1fb98c}},
  };
  const auto it = kColours.find(component);
  if (it == kColours.end()) return palette.color(QPalette::Mid);
  return QColor(isDark(palette) ? it->second.second : it->second.first);
}

QColor seriesColour(int index, const QPalette& palette) {
  static const QRgb light[] = {0xd55e00, 0x009e73, 0x8f4fa8, 0x0072b2, 0x7a6a00, 0x1c2024};
  static const QRgb dark[] = {0xff8a4c, 0x3cc99a, 0xd79ae8, 0x6cb6ee, 0xf0e442, 0xe6e8eb};
  return QColor((isDark(palette) ? dark : light)[index % 6]);
}

QColor selectionFill(const QPalette& palette) {
  constexpr double kShare = 0.12;  // of the highlight
  const QColor base = palette.color(QPalette::Base), high = palette.color(QPalette::Highlight);
  const auto mix = [](int a, int b) { return int(a + kShare * (b - a)); };
  return QColor(mix(base.red(), high.red()), mix(base.green(), high.green()), mix(base.blue(), high.blue()));
}

QColor focusColour(const QPalette& palette) {
  return isDark(palette) ? QColor(0x9ad1ff) : QColor(0x004f9e);
}

const Shades& shadesFor(const QPalette& palette) {
  static const Shades light{QColor(0x007555), QColor(0xb84300), QColor(0x1c2024), QColor(0xb84300),
                            QColor(0xe7e9ed), QColor(0x9aa0a9), QColor(0x5f6671), QColor(0xd9dce1),
                            QColor(0xfff4d6), QColor(0xfde5da), QColor(0xe3eff9)};
  static const Shades dark{QColor(0x3cc99a), QColor(0xff8a4c), QColor(0xe6e8eb), QColor(0xff8a4c),
                           QColor(0x2d3136), QColor(0x747b85), QColor(0xa2a9b3), QColor(0x3a3e45),
                           QColor(0x4a3e1a), QColor(0x55301f), QColor(0x1f3a52)};
  return isDark(palette) ? dark : light;
}

}  // namespace espalier
