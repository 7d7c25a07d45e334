// Folders and data that a person chooses in the main window, and exports.
#include <QFileDialog>
#include <QMessageBox>

#include "ui/base/format.h"
#include "ui/base/last_folder.h"
#include "ui/panels/remote_folder_dialog.h"
#include "ui/window/main_window.h"

namespace espalier {

void MainWindow::chooseFolder(const QString& title, const std::function<void(const QString&)>& take) {
  if (const auto engine = m_session.engine()) {
    const QString begin = m_session.hasModel() ? text(m_session.info().folder.parent_path()) : QString();
    auto* dialog = new RemoteFolderDialog(engine, RemoteFolderDialog::Wanted::Model, title, begin, {}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RemoteFolderDialog::chosen, this, [take](const QString& path) { take(path); });
    return dialog->open();
  }
  const QString folder = QFileDialog::getExistingDirectory(this, title, lastFolder(FolderOf::Models));
  if (folder.isEmpty()) return;
  rememberFolder(FolderOf::Exports, folder);
  take(folder);
}

void MainWindow::chooseExport() {
  if (m_session.engine()) return chooseExportElsewhere();
  QFileDialog dialog(this, tr("Export the Pruned Model to a New Folder"), lastFolder(FolderOf::Exports));
  dialog.setAcceptMode(QFileDialog::AcceptSave);
  dialog.setLabelText(QFileDialog::FileName, tr("Folder name:"));
  dialog.setOption(QFileDialog::DontConfirmOverwrite);
  // The kind of folder stands where dialogs of files ask for a file's type.
  const QString packed = tr("Packed model folder: smaller, for Espalier (*)");
  dialog.setNameFilters({tr("Model folder: for any program (*)"), packed});
  dialog.selectFile(tr("%1-pruned").arg(modelTitle(m_session.info().folder)));
  if (dialog.exec() != QDialog::Accepted) return;
  const QString folder = dialog.selectedFiles().value(0);
  rememberFolder(FolderOf::Exports, folder);
  ExportOptions options;
  options.packed = dialog.selectedNameFilter() == packed;
  m_exports.exportTo(folder, options);
}

// Nothing was written: a person decides whether such weights become the largest number of their dtype.
void MainWindow::askToClamp(const std::vector<OverflowingTensor>& tensors) {
  constexpr size_t kNamed = 4;
  int64_t weights = 0;
  QStringList lines;
  for (const auto& t : tensors) {
    weights += t.beyond;
    lines << tr("%1: %2 of %3 weights, largest %4 (%5)")
                 .arg(text(t.name), exactCount(t.beyond), exactCount(t.weights), shortNumber(t.largest),
                      text(t.dtype));
  }
  auto* question = new QMessageBox(
      QMessageBox::Warning, tr("Export the Pruned Model"),
      tr("%Ln tensors hold weights that their number format cannot hold.", nullptr, int(tensors.size())),
      QMessageBox::NoButton, this);
  question->setObjectName("clampQuestion");
  question->setAttribute(Qt::WA_DeleteOnClose);
  question->setInformativeText(tr("%1 weights are beyond its range. Nothing is written yet. Clamp writes the "
                                  "largest number of the format "
                                  "in their place.")
                                   .arg(exactCount(weights)) +
                               "\n\n" + lines.mid(0, int(kNamed)).join('\n') +
                               (tensors.size() > kNamed
                                    ? "\n" + tr("and %n more", nullptr, int(tensors.size() - kNamed))
                                    : QString()));
  if (tensors.size() > kNamed) question->setDetailedText(lines.join('\n'));
  auto* clamp = question->addButton(tr("Clamp and Export"), QMessageBox::AcceptRole);
  question->setDefaultButton(question->addButton(tr("Do Not Export"), QMessageBox::RejectRole));
  connect(question, &QMessageBox::finished, this, [this, question, clamp] {
    question->clickedButton() == clamp ? m_exports.exportClamped() : m_exports.giveUpExport();
  });
  question->open();
}

void MainWindow::showData(DatasetDialog::Use offered, const QString& path) {
  auto* dialog = new DatasetDialog(m_session.model(), offered, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &DatasetDialog::chosen, this, [this](DatasetDialog::Use use, const Dataset& dataset) {
    const bool test = use == DatasetDialog::Use::Test;
    if (!mayChangeData(test ? tr("Other Test Pairs") : tr("Other Calibration Pairs"), !test, test)) return;
    if (test)
      m_models.useAsPairs(dataset);
    else
      m_models.useForCalibration(dataset);
  });
  dialog->open();
  if (!path.isEmpty()) dialog->look(path);
}

}  // namespace espalier
