#include "ui/base/icons.h"

#include <QApplication>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QSvgRenderer>

static void loadIconResources() {
  Q_INIT_RESOURCE(icons);
}

namespace espalier {

namespace {

// Draws the SVG anew in the colour that fits the mode, so nothing is cached in a colour that no longer fits.
class LineIconEngine : public QIconEngine {
 public:
  explicit LineIconEngine(QByteArray svg) : m_svg(std::move(svg)) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
    const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
    const auto role = mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::ButtonText;
    QByteArray svg = m_svg;
    svg.replace("currentColor", QApplication::palette().color(group, role).name().toLatin1());
    QSvgRenderer(svg).render(painter, rect);
  }

  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    QPixmap out(size);
    out.fill(Qt::transparent);
    QPainter painter(&out);
    paint(&painter, QRect(QPoint(), size), mode, state);
    return out;
  }

  QIconEngine* clone() const override { return new LineIconEngine(m_svg); }

 private:
  QByteArray m_svg;
};

}  // namespace

QIcon programIcon() {
  loadIconResources();
  return QIcon(QStringLiteral(":/icons/espalier.svg"));
}

QIcon lineIcon(const QString& name) {
  loadIconResources();
  QFile file(":/icons/" + name + ".svg");
  const bool found = file.open(QIODevice::ReadOnly);
  Q_ASSERT_X(found, "lineIcon", qPrintable(name));
  return found ? QIcon(new LineIconEngine(file.readAll())) : QIcon();
}

}  // namespace espalier
