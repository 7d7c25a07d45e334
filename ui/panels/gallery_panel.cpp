#include "ui/panels/gallery_panel.h"

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QScrollBar>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/base/icons.h"
#include "ui/items/pair_delegate.h"
#include "ui/items/pair_filter.h"
#include "ui/items/pair_model.h"
#include "ui/items/picture_cache.h"
#include "ui/panels/empty_state.h"
#include "ui/panels/filter_bar.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

constexpr int kNarrowestCard = 330;

}  // namespace

GalleryPanel::GalleryPanel(Session& session, QAction* openPairs, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_model(new PairModel(this)),
      m_filter(new PairFilter(this)),
      m_pictures(new PictureCache(this)),
      m_delegate(new PairDelegate(*m_pictures, this)),
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
  m_filter->setSourceModel(m_model);
  m_search->setPlaceholderText(tr("Search questions and answers"));
  m_search->setClearButtonEnabled(true);
  m_search->setAccessibleName(tr("Search pairs"));
  m_search->addAction(lineIcon("search"), QLineEdit::LeadingPosition);
  m_search->setToolTip(tr("Shows the pairs whose question or answers contain all of these words."));
  m_search->setWhatsThis(tr("Shows the pairs whose question or answers contain all of these words."));
  m_show->addItems({tr("All answers"), tr("Flipped"), tr("Right \u2192 wrong"), tr("Wrong \u2192 right")});
  m_show->setAccessibleName(tr("Which answers"));
  m_show->setToolTip(tr("Which answers to show, by what pruning did to them"));
  m_kind->setAccessibleName(tr("Kind of question"));
  m_kind->setToolTip(tr("Which kind of question to show"));
  for (QComboBox* combo : {m_show, m_kind}) combo->setWhatsThis(combo->toolTip());
  m_count->setAccessibleName(tr("Pairs shown"));

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
  m_view->setWhatsThis(
      tr("What the model says to each pair before and after pruning. A tick is a right answer, a cross a "
         "wrong one; answers that flipped come first."));
  m_view->installEventFilter(this);

  auto* bar = new FilterBar(m_search, {m_show, m_kind}, m_count);
  auto* list = new QWidget;
  auto* listLayout = new QVBoxLayout(list);
  listLayout->setContentsMargins(0, 0, 0, 0);
  listLayout->setSpacing(0);
  listLayout->addWidget(bar);
  auto* inner = new QStackedWidget;
  inner->addWidget(m_view);
  inner->addWidget(m_noMatch);
  listLayout->addWidget(inner, 1);
  m_stack->addWidget(m_empty);
  m_stack->addWidget(list);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_stack);

  connect(m_search, &QLineEdit::textChanged, m_filter, &PairFilter::setWords);
  connect(m_show, &QComboBox::currentIndexChanged, this,
          [this](int index) { m_filter->setShow(PairFilter::Show(std::max(index, 0))); });
  connect(m_kind, &QComboBox::currentIndexChanged, this,
          [this] { m_filter->setKind(m_kind->currentData().toString()); });
  connect(m_pictures, &PictureCache::arrived, m_view->viewport(), qOverload<>(&QWidget::update));
  const auto count = [this, inner] {
    updateCount();
    inner->setCurrentIndex(m_filter->rowCount() == 0 ? 1 : 0);
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
  takePairs();
}

void GalleryPanel::focusSearch() {
  m_search->setFocus(Qt::ShortcutFocusReason);
  m_search->selectAll();
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
}

}  // namespace espalier
