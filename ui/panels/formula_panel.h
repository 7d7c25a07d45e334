#pragma once

#include <QTextBrowser>

namespace espalier {

class Session;

// The formulas behind what the window shows, with the numbers of the current block put in: how it was scored,
// how its share of the budget came about, which of its weights go, and what the interval of an accuracy is.
class FormulaPanel : public QTextBrowser {
  Q_OBJECT

 public:
  explicit FormulaPanel(Session& session, QWidget* parent = nullptr);

  QSize sizeHint() const override { return {264, 400}; }

 protected:
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void refresh();
  QString scoreHtml() const;
  QString shareHtml() const;
  QString pruneHtml() const;
  QString recoverHtml() const;
  QString resultHtml() const;

  Session& m_session;
  QString m_shown;
};

}  // namespace espalier
