#include "ui/panels/gallery_panel.h"

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/base/icons.h"
#include "ui/items/copy_rows.h"
#include "ui/items/pair_delegate.h"
#include "ui/items/pair_filter.h"
#include "ui/items/pair_model.h"
#include "ui/items/picture_cache.h"
#include "ui/panels/empty_state.h"
#include "ui/panels/filter_bar.h"
#include "ui/panels/pair_detail.h"
#include "ui/panels/prompt_field.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

constexpr int kNarrowestCard = 330;

}  // namespace

// Long: the widgets, their places and their connections.
GalleryPanel::GalleryPanel(Session& session, QAction* openPairs, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_model(new PairModel(this)),
      m_filter(new PairFilter(this)),
      m_pictures(new PictureCache(this, session.engine())),
      m_delegate(new PairDelegate(*m_pictures, this)),
      m_detail(new PairDetail(session, *m_pictures)),
      m_search(new QLineEdit),
      m_show(new QComboBox),
      m_kind(new QComboBox),
      m_count(new QLabel),
      m_view(new QListView),
      m_stack(new QStackedWidget),
      m_empty(new EmptyState(
          tr("No test pairs"),
          tr("Pictures with questions and expected answers show what pruning does to the model."),
          openPairs)),
      m_noMatch(new EmptyState(tr("No pair like that"),
                               tr("Choose another filter or search for other words."), nullptr)) {
  offerCopy(*m_view);
  m_filter->setSourceModel(m_model);
  m_search->setPlaceholderText(tr("Search questions and answers"));
  m_search->setClearButtonEnabled(true);
  m_search->setAccessibleName(tr("Search pairs"));
  m_search->addAction(lineIcon("search"), QLineEdit::LeadingPosition)->setText(m_search->placeholderText());
  m_search->setToolTip(tr("Shows the pairs whose question or answers contain all of these words."));
  m_search->setWhatsThis(tr("Shows the pairs whose question or answers contain all of these words."));
  m_show->addItems({tr("All answers"), tr("Flipped"), tr("Right \u2192 wrong"), tr("Wrong \u2192 right")});
  m_show->setAccessibleName(tr("Which answers"));
  m_show->setToolTip(tr("Which answers to show, by what pruning did to them"));
  m_kind->setAccessibleName(tr("Kind of question"));
  m_kind->setToolTip(tr("Which kind of question to show"));
  for (QComboBox* combo : {m_show, m_kind}) combo->setWhatsThis(combo->toolTip());
  m_count->setObjectName("pairsShown");
  m_count->setAccessibleDescription(tr("Pairs shown"));

  m_view->setModel(m_filter);
  m_view->setItemDelegate(m_delegate);
  m_view->setUniformItemSizes(true);
  m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_view->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
  m_view->setFrameShape(QFrame::NoFrame);
  m_view->setFlow(QListView::LeftToRight);
  m_view->setWrapping(true);
  m_view->setResizeMode(QListView::Adjust);
  m_view->setAccessibleName(tr("Sample pairs"));
  m_view->setWhatsThis(tr(
      "What the model says to each pair before and after pruning. A tick is a right answer, a cross a "
      "wrong one; answers that flipped come first. The chosen pair stands below in full: words that differ, "
      "pictures that were matched, the loss of each token."));
  m_view->installEventFilter(this);

  auto* bar = new FilterBar(m_search, {m_show, m_kind}, m_count);
  auto* list = new QWidget;
  auto* listLayout = new QVBoxLayout(list);
  listLayout->setContentsMargins(0, 0, 0, 0);
  listLayout->setSpacing(0);
  listLayout->addWidget(bar);
  auto* prompt = new PromptField(session);
  listLayout->addWidget(prompt);
  connect(prompt, &PromptField::wanted, this, &GalleryPanel::promptWanted);
  auto* inner = new QStackedWidget;
  inner->addWidget(m_view);
  inner->addWidget(m_noMatch);
  auto* splitter = new QSplitter(Qt::Vertical);
  splitter->addWidget(inner);
  splitter->addWidget(m_detail);
  m_detail->hide();
  splitter->setStretchFactor(0, 1);
  splitter->setChildrenCollapsible(false);
  listLayout->addWidget(splitter, 1);
  m_stack->addWidget(m_empty);
  m_stack->addWidget(list);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_stack);

  connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this,
          [this](const QModelIndex& now) {
            m_detail->showPair(now.isValid() ? m_filter->mapToSource(now).row() : -1);
            if (now.isValid()) Q_EMIT pairChosen(m_filter->mapToSource(now).row());
          });
  connect(m_view, &QListView::activated, this,
          [this](const QModelIndex& at) { Q_EMIT pairActivated(m_filter->mapToSource(at).row()); });
  connect(m_view, &QListView::clicked, this,
          [this](const QModelIndex& at) { m_detail->showPair(m_filter->mapToSource(at).row()); });
  connect(m_search, &QLineEdit::textChanged, m_filter, &PairFilter::setWords);
  connect(m_show, &QComboBox::currentIndexChanged, this,
          [this](int index) { m_filter->setShow(PairFilter::Show(std::max(index, 0))); });
  connect(m_kind, &QComboBox::currentIndexChanged, this,
          [this] { m_filter->setKind(m_kind->currentData().toString()); });
  connect(m_pictures, &PictureCache::arrived, m_view->viewport(), qOverload<>(&QWidget::update));
  const auto count = [this, inner] {
    updateCount();
    inner->setCurrentIndex(m_filter->rowCount() == 0 ? 1 : 0);
    m_watch.start();
  };
  connect(m_filter, &QAbstractItemModel::rowsInserted, this, count);
  connect(m_filter, &QAbstractItemModel::rowsRemoved, this, count);
  connect(m_filter, &QAbstractItemModel::modelReset, this, count);
  connect(m_filter, &QAbstractItemModel::layoutChanged, this, count);

  connect(&m_session, &Session::pairsChanged, this, &GalleryPanel::takePairs);
  connect(&m_session, &Session::outcomesChanged, this, [this](const std::vector<qint64>& changed) {
    m_model->setOutcomes(m_session.outcomes(), changed);
  });
  connect(&m_session, &Session::evaluationChanged, this, &GalleryPanel::takeEvaluation);
  connect(&m_session, &Session::staleChanged, this, [this] { m_model->setOutdated(m_session.isStale()); });
  // After the view has laid them out.
  m_watch.setSingleShot(true);
  m_watch.setInterval(0);
  connect(&m_watch, &QTimer::timeout, this, &GalleryPanel::tellWatched);
  // The pane below has taken room: what was clicked stays in view.
  connect(m_view, &QListView::clicked, this,
          [this] { QTimer::singleShot(0, this, [this] { m_view->scrollTo(m_view->currentIndex()); }); });
  const auto watch = [this] { m_watch.start(); };
  connect(m_view->verticalScrollBar(), &QScrollBar::valueChanged, this, watch);
  connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, watch);
  takePairs();
}

void GalleryPanel::focusSearch() {
  m_search->setFocus(Qt::ShortcutFocusReason);
  m_search->selectAll();
}

qint64 GalleryPanel::currentPair() const {
  const QModelIndex now = m_view->currentIndex().isValid() ? m_view->currentIndex() : m_filter->index(0, 0);
  return now.isValid() ? m_filter->mapToSource(now).row() : -1;
}

void GalleryPanel::takePairs() {
  m_model->setPairs(m_session.pairs(), m_session.outcomes());
  m_kind->clear();
  m_kind->addItem(tr("All kinds"));
  for (const QString& kind : m_model->kinds()) m_kind->addItem(kind, kind);
  m_stack->setCurrentIndex(m_session.pairs().samples.empty() ? 0 : 1);
  updateCount();
}

void GalleryPanel::takeEvaluation() {
  m_model->settle();
  updateCount();
}

void GalleryPanel::updateCount() {
  m_count->setText(tr("%1 of %2").arg(m_filter->rowCount()).arg(m_model->rowCount()));
}

// The chosen pair and those in view.
void GalleryPanel::tellWatched() {
  std::vector<int64_t> pairs;
  if (m_detail->isVisible() && m_view->currentIndex().isValid())
    pairs.push_back(m_filter->mapToSource(m_view->currentIndex()).row());
  const QRect seen = m_view->viewport()->rect();
  for (int row = 0; row < m_filter->rowCount(); ++row) {
    const auto index = m_filter->index(row, 0);
    const QRect at = m_view->visualRect(index);
    if (at.top() > seen.bottom()) break;
    if (at.intersects(seen)) pairs.push_back(m_filter->mapToSource(index).row());
  }
  m_session.setWatchedPairs(std::move(pairs));
}

bool GalleryPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_view && event->type() == QEvent::Resize) fitColumns();
  return QWidget::eventFilter(watched, event);
}

void GalleryPanel::fitColumns() {
  const int room =
      m_view->width() - m_view->style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, m_view) - 4;
  const int columns = std::max(1, room / kNarrowestCard);
  m_delegate->setCardWidth(room / columns);
  m_view->doItemsLayout();
  m_watch.start();
}

}  // namespace espalier
