#pragma once

#include <QWidget>
#include <vector>

namespace espalier {

// Words in a row, or several rows where they do not fit, each in a box that is filled as far as it counts.
// One can be chosen: with the mouse, with Left and Right.
class TokenStrip : public QWidget {
  Q_OBJECT

 public:
  struct Token {
    QString text;
    QString below;      // a second line: its probabilities
    double weight = 0;  // -1 ... 1: how full, orange or (below 0) blue
  };

  TokenStrip(const QString& name, bool choosable, QWidget* parent = nullptr);

  void setTokens(std::vector<Token> tokens);  // the chosen one stays where it can
  const std::vector<Token>& tokens() const { return m_tokens; }
  int chosen() const { return m_chosen; }  // -1: none
  void choose(int token);
  QRect boxOf(int token) const;

  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void chosenChanged(int token);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  std::vector<QRect> boxesFor(int width) const;

  bool m_choosable;
  std::vector<Token> m_tokens;
  std::vector<QRect> m_boxes;
  int m_chosen = -1;
};

}  // namespace espalier
