#pragma once

#include <QWidget>

#include "ui/session/session.h"

class QCheckBox;
class QLabel;
class QScrollArea;
class QStackedWidget;
class QTextBrowser;

namespace espalier {

class PictureCache;
class SimilarityBars;

// One pair in full: both answers with the words marked in which they differ, the pictures a text was matched
// with, or a text with each token shaded by its loss; before and after pruning.
class PairDetail : public QWidget {
  Q_OBJECT

 public:
  PairDetail(Session& session, PictureCache& pictures, QWidget* parent = nullptr);

  // Index among the session's pairs; -1: none, and the widget hides.
  void showPair(qint64 pair);
  QSize sizeHint() const override;
  qint64 pair() const { return m_pair; }

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void refresh();
  void showMatches(const Sample& sample, const PairOutcome& outcome);
  QString promptHtml(const PairOutcome& outcome) const;
  QString answersHtml(const Sample& sample, const PairOutcome& outcome) const;
  QString tokensHtml(const PairOutcome& outcome) const;

  Session& m_session;
  qint64 m_pair = -1;
  QLabel* m_heading;
  QCheckBox* m_numbers;
  QTextBrowser* m_text;
  SimilarityBars* m_bars;
  QScrollArea* m_scroll;
  QStackedWidget* m_stack;
};

}  // namespace espalier
