#pragma once

#include <QLabel>

namespace espalier {

// One line of text that is shortened in the middle where it does not fit, with the whole of it as a tooltip
// then.
class ElidedLabel : public QLabel {
  Q_OBJECT

 public:
  explicit ElidedLabel(QWidget* parent = nullptr);
  explicit ElidedLabel(const QString& text, QWidget* parent = nullptr);

  // Hides QLabel's: this one keeps what was set, whole.
  void setText(const QString& text);
  // What the tooltip says, whether or not the text is shortened.
  void setHint(const QString& hint);
  QString fullText() const { return m_text; }

  QSize minimumSizeHint() const override;
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void updateToolTip();

  QString m_text, m_hint;
};

}  // namespace espalier
