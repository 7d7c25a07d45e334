#include "ui/panels/entry_table.h"

#include <QHeaderView>
#include <algorithm>
#include <utility>

#include "ui/base/format.h"
#include "ui/items/copy_rows.h"
#include "ui/items/picture_cache.h"
#include "ui/panels/dataset_dialog.h"

namespace espalier {

namespace {

constexpr size_t kShownEntries = 24;
constexpr int kThumbnail = 56;
enum EntryColumn { PictureColumn, QuestionColumn, TextColumn };

// One line of a cell; the whole as its tip.
QTableWidgetItem* entryCell(const std::string& content) {
  auto* item = new QTableWidgetItem(text(content).simplified());
  item->setToolTip(QString("<p>%1</p>").arg(text(content).left(2000).toHtmlEscaped()));
  item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
  return item;
}

}  // namespace

EntryTable::EntryTable(ElsewherePtr engine, QWidget* parent)
    : QTableWidget(0, 3, parent), m_pictures(new PictureCache(this, std::move(engine))) {
  offerCopy(*this);
  setHorizontalHeaderLabels(
      {DatasetDialog::tr("Picture"), DatasetDialog::tr("Question"), DatasetDialog::tr("Text")});
  setIconSize({kThumbnail, kThumbnail});
  verticalHeader()->hide();
  verticalHeader()->setDefaultSectionSize(kThumbnail + 8);
  horizontalHeader()->setSectionResizeMode(QuestionColumn, QHeaderView::Stretch);
  horizontalHeader()->setSectionResizeMode(TextColumn, QHeaderView::Stretch);
  setColumnWidth(PictureColumn, 180);
  setWordWrap(true);
  setTabKeyNavigation(false);
  setSelectionBehavior(QAbstractItemView::SelectRows);
  setAccessibleName(DatasetDialog::tr("First entries"));
  setWhatsThis(DatasetDialog::tr(
      "How the first entries were read: if pictures, questions or texts are in the wrong place here, "
      "the data are of another format"));
  connect(m_pictures, &PictureCache::arrived, this, &EntryTable::showPictures);
}

void EntryTable::showEntries(const Dataset& dataset) {
  const auto shown = std::min(kShownEntries, dataset.samples.size());
  bool questions = false, pictures = false, texts = false;
  setRowCount(int(shown));
  for (size_t i = 0; i < shown; ++i) {
    const Sample& s = dataset.samples[i];
    questions = questions || !s.question.empty();
    pictures = pictures || !s.image.empty();
    texts = texts || !s.answer.empty();
    auto* picture = entryCell(text(s.image.filename()).toStdString());
    picture->setData(Qt::UserRole, text(s.image));
    setItem(int(i), PictureColumn, picture);
    setItem(int(i), QuestionColumn, entryCell(s.question));
    setItem(int(i), TextColumn, entryCell(s.answer));
  }
  setColumnHidden(PictureColumn, !pictures);
  setColumnHidden(QuestionColumn, !questions);
  setColumnHidden(TextColumn, !texts);
  horizontalHeader()->setStretchLastSection(!questions && !texts);
  scrollToTop();
  showPictures();
  show();
}

void EntryTable::showPictures() {
  for (int row = 0; row < rowCount(); ++row) {
    auto* cell = item(row, PictureColumn);
    const QImage image = m_pictures->picture(cell->data(Qt::UserRole).toString());
    if (!image.isNull() && cell->icon().isNull())
      cell->setIcon(QPixmap::fromImage(
          image.scaled(kThumbnail, kThumbnail, Qt::KeepAspectRatio, Qt::SmoothTransformation)));
  }
}

}  // namespace espalier
