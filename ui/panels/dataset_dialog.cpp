#include "ui/panels/dataset_dialog.h"

#include <QApplication>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>

#include "core/engine/elsewhere.h"
#include "ui/base/format.h"
#include "ui/base/last_folder.h"
#include "ui/base/theme.h"
#include "ui/panels/column_chooser.h"
#include "ui/panels/dataset_titles.h"
#include "ui/panels/entry_table.h"
#include "ui/panels/remote_folder_dialog.h"
#include "ui/panels/section.h"

namespace espalier {

namespace {

constexpr size_t kShownProblems = 2000;

QString localPathIn(const QMimeData* data) {
  if (!data->hasUrls() || data->urls().size() != 1) return {};
  const QString path = data->urls().first().toLocalFile();
  return QFileInfo::exists(path) ? path : QString();
}

// Where data can be dropped, as long as there are none.
class DropArea : public QWidget {
 public:
  using QWidget::QWidget;

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Shades& shades = shadesFor(palette());
    painter.setPen(QPen(shades.axis, 1.5, Qt::DashLine));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
    painter.setPen(shades.muted);
    painter.drawText(rect().adjusted(20, 20, -20, -20), Qt::AlignCenter | Qt::TextWordWrap,
                     DatasetDialog::tr("Drop a folder or a file here"));
  }
};

}  // namespace

// Long: the widgets, their places and their connections.
DatasetDialog::DatasetDialog(ModelPtr model, Use offered, QWidget* parent)
    : QDialog(parent),
      m_model(std::move(model)),
      m_where(new QLabel),
      m_headline(new QLabel),
      m_notes(new QLabel),
      m_entriesTitle(sectionTitle(tr("First entries"))),
      m_problemsTitle(sectionTitle({})),
      m_formats(new QComboBox),
      m_splits(new QComboBox),
      m_formatsTitle(new QLabel(tr("Take it as"))),
      m_splitsTitle(new QLabel(tr("Split"))),
      m_columns(new ColumnChooser),
      m_entries(new EntryTable(m_model ? elsewhereOf(*m_model) : nullptr)),
      m_problems(new QPlainTextEdit),
      m_dropArea(new DropArea),
      m_calibrate(new QPushButton(tr("Use for &Calibration"))),
      m_test(new QPushButton(tr("Use as &Test Pairs"))) {
  setObjectName("datasetDialog");
  setWindowTitle(offered == Use::Test ? tr("Test Pairs") : tr("Calibration Pairs"));
  setAcceptDrops(true);
  resize(760, 620);

  auto* folder = new QPushButton(tr("&Folder\u2026"));
  auto* file = new QPushButton(tr("F&ile\u2026"));
  folder->setToolTip(
      tr("Pictures with captions beside them, folders of classes, a data set as it was unpacked"));
  file->setToolTip(tr("COCO, Karpathy, VQA or GQA as .json; entries as .jsonl, .csv or .tsv; text as .txt"));
  for (auto* button : {folder, file}) button->setAutoDefault(false);
  m_where->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_where->setWordWrap(true);
  m_headline->setWordWrap(true);
  m_headline->setObjectName("headline");
  m_notes->setWordWrap(true);
  QFont large = m_headline->font();
  large.setPointSizeF(large.pointSizeF() * 1.2);
  large.setBold(true);
  m_headline->setFont(large);

  m_problems->setWhatsThis(tr("Every entry that was left out, with file, line and reason"));
  m_problems->setToolTip(m_problems->whatsThis());
  m_problems->setReadOnly(true);
  m_problems->setTabChangesFocus(true);
  m_problems->setLineWrapMode(QPlainTextEdit::NoWrap);
  m_problems->setAccessibleName(tr("Entries left out"));
  m_problems->setMaximumHeight(140);

  auto* choose = new QHBoxLayout;
  choose->addWidget(m_where, 1);
  choose->addWidget(folder);
  choose->addWidget(file);
  auto* buttons = new QDialogButtonBox;
  auto* cancel = buttons->addButton(QDialogButtonBox::Cancel);
  cancel->setAutoDefault(false);
  cancel->setToolTip(tr("Keep the data there are"));
  m_calibrate->setToolTip(tr("Scoring and pruning run these through the model"));
  m_test->setToolTip(
      tr("The model answers these before and after pruning. Keep them apart from the calibration data"));
  for (auto* button : {folder, file, static_cast<QPushButton*>(cancel), m_calibrate, m_test})
    button->setWhatsThis(button->toolTip());
  buttons->addButton(m_calibrate, QDialogButtonBox::ActionRole);
  buttons->addButton(m_test, QDialogButtonBox::ActionRole);
  m_calibrate->setAutoDefault(false);
  m_test->setAutoDefault(false);
  (offered == Use::Test ? m_test : m_calibrate)->setDefault(true);
  auto* layout = new QVBoxLayout(this);
  layout->setSpacing(8);
  layout->addLayout(choose);
  layout->addWidget(sectionRule());
  layout->addWidget(m_headline);
  layout->addWidget(m_notes);
  layout->addWidget(makeChoices());
  layout->addWidget(m_columns);
  layout->addWidget(m_dropArea, 1);
  layout->addWidget(m_entriesTitle);
  layout->addWidget(m_entries, 1);
  layout->addWidget(m_problemsTitle);
  layout->addWidget(m_problems);
  layout->addStretch(0);
  layout->addWidget(buttons);

  connect(folder, &QPushButton::clicked, this, &DatasetDialog::chooseFolder);
  connect(file, &QPushButton::clicked, this, &DatasetDialog::chooseFile);
  connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
  connect(m_calibrate, &QPushButton::clicked, this, [this] { use(Use::Calibration); });
  connect(m_test, &QPushButton::clicked, this, [this] { use(Use::Test); });
  connect(&m_runner, &JobRunner::failed, this,
          [this](const JobError& error) { say(tr("This cannot be used"), error.message, true); });
  m_where->setText(tr("Choose a folder or a file, or drop one here."));
  say(tr("No data chosen yet"), tr("Pictures with captions or questions, pictures by class, or text. This "
                                   "dialog shows what it found before anything uses it."));
}

void DatasetDialog::say(const QString& headline, const QString& more, bool failed) {
  m_dataset = {};
  m_failed = failed;
  m_headline->setText(headline);
  m_notes->setText(more);
  m_notes->setVisible(!more.isEmpty());
  m_dropArea->show();
  for (QWidget* w : std::initializer_list<QWidget*>{m_entriesTitle, m_entries, m_problemsTitle, m_problems})
    w->hide();
  m_calibrate->setEnabled(false);
  m_test->setEnabled(false);
  applyTheme();
}

// A folder or a file on the machine of an engine elsewhere.
bool DatasetDialog::chooseElsewhere() {
  const auto engine = m_model ? elsewhereOf(*m_model) : nullptr;
  if (!engine) return false;
  const auto begin = m_path.isEmpty() ? infoOf(*m_model).folder.parent_path() : toPath(m_path).parent_path();
  auto* dialog =
      new RemoteFolderDialog(engine, RemoteFolderDialog::Wanted::Data, windowTitle(), text(begin), {}, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &RemoteFolderDialog::chosen, this, qOverload<const QString&>(&DatasetDialog::look));
  dialog->open();
  return true;
}

void DatasetDialog::chooseFolder() {
  if (chooseElsewhere()) return;
  const QString folder =
      QFileDialog::getExistingDirectory(this, tr("A Folder of Data"), lastFolder(FolderOf::Data));
  if (!folder.isEmpty()) look(folder);
}

void DatasetDialog::chooseFile() {
  if (chooseElsewhere()) return;
  const QString file = QFileDialog::getOpenFileName(
      this, tr("A File of Data"), lastFolder(FolderOf::Data),
      tr("Data sets (*.json *.jsonl *.ndjson *.csv *.tsv *.txt);;All files (*)"));
  if (!file.isEmpty()) look(file);
}

QWidget* DatasetDialog::makeChoices() {
  m_formats->setAccessibleName(tr("Take it as"));
  m_formats->setToolTip(tr("More than one format fits. The first fits the model best"));
  m_splits->setAccessibleName(tr("Split"));
  m_splits->setToolTip(tr("Which split: calibrate with data from training, test with held-out data"));
  auto* row = new QWidget;
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  for (auto [title, box] : {std::pair{m_formatsTitle, m_formats}, std::pair{m_splitsTitle, m_splits}}) {
    title->setBuddy(box);
    box->setWhatsThis(box->toolTip());
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    layout->addWidget(title);
    layout->addWidget(box);
    layout->addSpacing(12);
    title->hide();
    box->hide();
  }
  layout->addStretch(1);
  connect(m_formats, &QComboBox::activated, this, [this] {
    DataOptions options;  // splits are of a format
    options.format = m_formats->currentData().toString().toStdString();
    look(m_path, options);
  });
  connect(m_splits, &QComboBox::activated, this, [this] {
    DataOptions options;
    if (m_choices.formats.size() > 1) options.format = m_choices.format;
    options.split = m_splits->currentData().toString().toStdString();
    if (m_columnsChosen) options.columns = m_columns->columns();
    look(m_path, options);
  });
  connect(m_columns, &ColumnChooser::chosen, this, [this](const DataColumns& columns) {
    DataOptions options;
    options.split = m_choices.split;
    options.columns = columns;
    look(m_path, options);
  });
  return row;
}

void DatasetDialog::showChoices(const DataChoices& choices) {
  m_choices = choices;
  m_formats->clear();
  for (const auto& format : dataFormats())
    if (std::find(choices.formats.begin(), choices.formats.end(), format.name) != choices.formats.end()) {
      m_formats->addItem(formatTitle(format.name), QString::fromStdString(format.name));
      m_formats->setItemData(m_formats->count() - 1, text(format.summary), Qt::ToolTipRole);
    }
  m_formats->setCurrentIndex(m_formats->findData(QString::fromStdString(choices.format)));
  m_splits->clear();
  for (const auto& split : choices.splits) m_splits->addItem(text(split), text(split));
  m_splits->setCurrentIndex(m_splits->findData(text(choices.split)));
  m_columns->setChoices(choices);
  for (QWidget* w : std::initializer_list<QWidget*>{m_formats, m_formatsTitle})
    w->setVisible(m_formats->count() > 1);
  for (QWidget* w : std::initializer_list<QWidget*>{m_splits, m_splitsTitle})
    w->setVisible(m_splits->count() > 1);
}

void DatasetDialog::look(const QString& path) {
  showChoices({});
  look(path, {});
}

void DatasetDialog::look(const QString& path, const DataOptions& options) {
  m_path = path;
  if (!m_model || !elsewhereOf(*m_model)) rememberFolder(FolderOf::Data, path);
  m_where->setText(QDir::toNativeSeparators(path));
  say(tr("Looking at %1\u2026").arg(QFileInfo(path).fileName()), {});
  m_runner.start(tr("Looking at %1").arg(QFileInfo(path).fileName()),
                 [this, path, options, model = m_model](const JobContext&) {
                   try {
                     Dataset dataset = model ? openDatasetFor(*model, toPath(path), options)
                                             : openDataset(toPath(path), options);
                     return JobDone([this, dataset = std::move(dataset)] { present(dataset); });
                   } catch (const UnknownColumns& e) {
                     return JobDone([this, why = text(std::string(e.what())), choices = e.choices()] {
                       presentUnknown(why, choices);
                     });
                   }
                 });
}

void DatasetDialog::presentUnknown(const QString& why, const DataChoices& choices) {
  say(tr("Which column holds what?"),
      tr("The columns have names of their own. Choose below which one holds the pictures, and which the "
         "texts."));
  m_notes->setToolTip(why);
  showChoices(choices);
}

void DatasetDialog::present(const Dataset& dataset) {
  m_dataset = dataset;
  m_failed = false;
  showChoices(dataset.choices);
  m_columnsChosen = dataset.options.columns.any();
  m_headline->setText(QString("%1: %2").arg(kindTitle(dataset.kind), countsOf(dataset)));
  QStringList notes{tr("Recognised as: %1.").arg(text(dataset.format))};
  // What a flag of the command line would choose stands below to be chosen.
  bool aboutColumns = false;
  for (const auto& note : dataset.notes) {
    const bool isAboutColumns = note.find("--columns") != std::string::npos;
    aboutColumns = aboutColumns || isAboutColumns;
    if (note.find("--split") == std::string::npos && !isAboutColumns) notes << text(note);
  }
  if (!dataset.choices.unread.empty())
    notes << tr("%1 was not read, as its columns have names of their own. Choose below which one holds the "
                "pictures, and which the texts.")
                 .arg(text(dataset.choices.unread));
  else if (aboutColumns && !dataset.choices.columns.empty())
    notes << tr("No column was taken for the pictures. If one names them, choose it below.");
  else if (aboutColumns)
    notes << tr("Several tables were not read. Open the one that is meant instead of the folder.");
  if (dataset.problems.empty()) notes << tr("Every entry can be used.");
  if (!m_model) notes << tr("Open a model to use them.");
  m_notes->setText(notes.join(' '));
  m_notes->show();
  m_dropArea->hide();
  m_entriesTitle->show();
  m_entries->showEntries(dataset);
  m_entriesTitle->setText(size_t(m_entries->rowCount()) < dataset.samples.size()
                              ? tr("The first %1 of %2")
                                    .arg(m_entries->rowCount())
                                    .arg(exactCount(qint64(dataset.samples.size())))
                              : tr("All entries"));
  QStringList lines;
  for (size_t i = 0; i < std::min(kShownProblems, dataset.problems.size()); ++i)
    lines << QString("%1: %2").arg(text(dataset.problems[i].place), text(dataset.problems[i].what));
  if (dataset.problems.size() > kShownProblems)
    lines << tr("\u2026 and %1 more").arg(exactCount(qint64(dataset.problems.size() - kShownProblems)));
  m_problemsTitle->setText(tr("%1 left out").arg(tr("%Ln entries", nullptr, int(dataset.problems.size()))));
  m_problems->setPlainText(lines.join('\n'));
  m_problemsTitle->setVisible(!lines.isEmpty());
  m_problems->setVisible(!lines.isEmpty());
  m_calibrate->setEnabled(m_model != nullptr);
  m_test->setEnabled(m_model != nullptr);
  applyTheme();
}

void DatasetDialog::use(Use use) {
  const Dataset dataset = m_dataset;
  accept();
  Q_EMIT chosen(use, dataset);
}

void DatasetDialog::dragEnterEvent(QDragEnterEvent* event) {
  if (m_model && elsewhereOf(*m_model)) return;  // what can be dragged here lies on this machine
  if (!localPathIn(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void DatasetDialog::dropEvent(QDropEvent* event) {
  const QString path = localPathIn(event->mimeData());
  if (path.isEmpty()) return;
  event->acceptProposedAction();
  look(path);
}

void DatasetDialog::changeEvent(QEvent* event) {
  QDialog::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) applyTheme();
}

void DatasetDialog::applyTheme() {
  QPalette notes = palette();
  const Shades& shades = shadesFor(palette());
  notes.setColor(QPalette::WindowText, m_failed ? shades.wrong : shades.muted);
  m_notes->setPalette(notes);
  QPalette muted = palette();
  muted.setColor(QPalette::WindowText, shades.muted);
  m_where->setPalette(m_path.isEmpty() ? muted : palette());
}

}  // namespace espalier
