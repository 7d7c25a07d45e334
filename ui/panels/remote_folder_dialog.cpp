#include "ui/panels/remote_folder_dialog.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "ui/base/format.h"

namespace espalier {

namespace {

enum RemoteColumn { NameColumn, KindColumn, SizeColumn };
constexpr int kIsFolderRole = Qt::UserRole, kIsWantedRole = Qt::UserRole + 1;

}  // namespace

RemoteFolderDialog::RemoteFolderDialog(ElsewherePtr engine, Wanted wanted, const QString& title,
                                       const QString& folder, const QString& name, QWidget* parent)
    : QDialog(parent),
      m_engine(std::move(engine)),
      m_wanted(wanted),
      m_place(new QLineEdit),
      m_name(new QLineEdit(name)),
      m_entries(new QTreeWidget),
      m_state(new QLabel),
      m_up(new QPushButton(tr("&Up"))),
      m_take(new QPushButton(wanted == Wanted::NewFolder ? tr("&Export") : tr("&Open"))) {
  setObjectName("remoteFolderDialog");
  setWindowTitle(tr("%1 \u2013 %2").arg(title, text(m_engine->place())));
  resize(640, 480);
  m_place->setAccessibleName(tr("Folder"));
  m_place->setToolTip(tr("A path on the machine of the engine; Return lists it"));
  m_up->setToolTip(tr("The folder around this one"));
  m_up->setAutoDefault(false);
  m_entries->setHeaderLabels({tr("Name"), tr("Kind"), tr("Size")});
  m_entries->setAccessibleName(tr("What is in the folder"));
  m_entries->setRootIsDecorated(false);
  m_entries->setUniformRowHeights(true);
  m_entries->header()->setStretchLastSection(false);
  m_entries->header()->setSectionResizeMode(NameColumn, QHeaderView::Stretch);
  m_state->setWordWrap(true);
  auto* top = new QHBoxLayout;
  top->addWidget(m_place, 1);
  top->addWidget(m_up);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
  buttons->addButton(m_take, QDialogButtonBox::AcceptRole);
  m_take->setDefault(true);
  auto* layout = new QVBoxLayout(this);
  layout->addLayout(top);
  layout->addWidget(m_entries, 1);
  layout->addWidget(m_state);
  if (wanted == Wanted::NewFolder) {
    auto* row = new QHBoxLayout;
    auto* label = new QLabel(tr("Folder &name:"));
    label->setBuddy(m_name);
    row->addWidget(label);
    row->addWidget(m_name, 1);
    layout->addLayout(row);
  } else {
    m_name->setParent(this);
    m_name->hide();
  }
  layout->addWidget(buttons);

  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(m_take, &QPushButton::clicked, this, &RemoteFolderDialog::take);
  connect(m_up, &QPushButton::clicked, this, [this] { list(text(toPath(m_folder).parent_path())); });
  connect(m_place, &QLineEdit::returnPressed, this, [this] { list(m_place->text().trimmed()); });
  connect(m_entries, &QTreeWidget::itemActivated, this, &RemoteFolderDialog::enter);
  connect(m_entries, &QTreeWidget::itemSelectionChanged, this, &RemoteFolderDialog::updateButton);
  connect(m_name, &QLineEdit::textChanged, this, &RemoteFolderDialog::updateButton);
  connect(&m_runner, &JobRunner::failed, this,
          [this](const JobError& error) { m_state->setText(error.message); });
  list(folder);
}

void RemoteFolderDialog::list(const QString& folder) {
  m_state->setText(tr("Looking\u2026"));
  m_take->setEnabled(false);
  m_runner.start(tr("Listing a folder"), [this, engine = m_engine, folder](const JobContext& context) {
    auto listing = listElsewhere(engine, toPath(folder), context.control());
    return [this, listing = std::move(listing)] { show(listing); };
  });
}

void RemoteFolderDialog::show(const FolderListing& listing) {
  m_folder = text(listing.folder);
  m_place->setText(m_folder);
  m_up->setEnabled(listing.folder.has_relative_path());
  m_entries->clear();
  for (const auto& e : listing.entries) {
    const bool wanted = m_wanted == Wanted::Model ? e.model : m_wanted == Wanted::Data && e.data;
    if (m_wanted == Wanted::NewFolder && !e.folder) continue;
    auto* item = new QTreeWidgetItem(m_entries);
    item->setText(NameColumn, text(e.name));
    item->setText(KindColumn, e.model    ? tr("Model")
                              : e.data   ? tr("Data set")
                              : e.folder ? tr("Folder")
                                         : tr("File"));
    if (!e.folder) item->setText(SizeColumn, fileSize(e.bytes));
    item->setData(NameColumn, kIsFolderRole, e.folder);
    item->setData(NameColumn, kIsWantedRole, wanted);
    if (wanted) {
      QFont bold = item->font(NameColumn);
      bold.setBold(true);
      item->setFont(NameColumn, bold);
    }
  }
  m_state->setText(listing.complete ? QString()
                                    : tr("Only the first %1 entries are shown; type a path for others.")
                                          .arg(exactCount(qint64(kMostListed))));
  updateButton();
}

QString RemoteFolderDialog::pathOf(const QTreeWidgetItem* item) const {
  return text(toPath(m_folder) / toPath(item->text(NameColumn)));
}

// A folder that is what is wanted is taken; into another one the dialog goes.
void RemoteFolderDialog::enter(QTreeWidgetItem* item) {
  if (item->data(NameColumn, kIsWantedRole).toBool()) return take();
  if (item->data(NameColumn, kIsFolderRole).toBool()) list(pathOf(item));
}

void RemoteFolderDialog::updateButton() {
  m_take->setEnabled(!m_folder.isEmpty() && !m_runner.isBusy() &&
                     (m_wanted != Wanted::NewFolder || !m_name->text().trimmed().isEmpty()));
}

void RemoteFolderDialog::take() {
  // What was typed goes before what is listed.
  if (m_place->text().trimmed() != m_folder) return list(m_place->text().trimmed());
  const auto selected = m_entries->selectedItems();
  QString path = m_folder;
  if (m_wanted == Wanted::NewFolder)
    path = text(toPath(selected.isEmpty() ? m_folder : pathOf(selected.first())) /
                toPath(m_name->text().trimmed()));
  else if (!selected.isEmpty())
    path = pathOf(selected.first());
  accept();
  Q_EMIT chosen(path);
}

}  // namespace espalier
