#pragma once

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QStackedWidget;

#include "core/inputs/prompt_form.h"

namespace espalier {

class EmptyState;
class PairDelegate;
class PairDetail;
class PairFilter;
class PairModel;
class PictureCache;
class Session;

// The sample pairs with the answers before and after pruning, those that changed first; below them the chosen
// one in full.
class GalleryPanel : public QWidget {
  Q_OBJECT

 public:
  // openPairs: what brings pairs where there are none.
  GalleryPanel(Session& session, QAction* openPairs, QWidget* parent = nullptr);

  void focusSearch();
  qint64 currentPair() const;  // the chosen one, else the first that is shown; -1: there is none
  QSize sizeHint() const override { return {420, 260}; }

 Q_SIGNALS:
  void promptWanted(espalier::PromptForm form);
  void pairChosen(qint64 pair);
  void pairActivated(qint64 pair);  // by a double click or Enter

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void takePairs();
  void takeEvaluation();
  void updateCount();
  void fitColumns();
  void tellWatched();

  Session& m_session;
  PairModel* m_model;
  PairFilter* m_filter;
  PictureCache* m_pictures;
  PairDelegate* m_delegate;
  PairDetail* m_detail;
  QLineEdit* m_search;
  QComboBox* m_show;
  QComboBox* m_kind;
  QLabel* m_count;
  QListView* m_view;
  QStackedWidget* m_stack;
  QTimer m_watch;  // tells which pairs are in view
  EmptyState* m_empty;
  EmptyState* m_noMatch;
};

}  // namespace espalier
