// The main window with an engine elsewhere.
#include "ui/actions/actions.h"
#include "ui/base/format.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/remote_folder_dialog.h"
#include "ui/window/main_window.h"

namespace espalier {

// Everything that is seen stays when the connection is lost. When it is there again, what ran is gone on
// with: a scoring by what the engine kept of it, the answers by the plan that stands.
void MainWindow::connectEngine() {
  const auto offer = [this](const QString& sentence) {
    m_messages->postWithChoices(MessageBar::Severity::Error,
                                tr("%1 What you see stays, and Reconnect goes on with it.").arg(sentence),
                                {{tr("Reconnect"), [this] { m_engine.reconnect(); }}},
                                {&m_engine, tr("Reconnecting")});
  };
  connect(&m_engine, &EngineController::lost, this, [this, offer](const QString& why) {
    m_scoringWasLost = m_session.isScoring();
    offer(why);
  });
  connect(&m_engine, &EngineController::failed, this, offer);
  connect(&m_engine, &EngineController::reconnected, this, [this] {
    m_messages->settle(&m_engine, tr("Reconnecting"));
    if (std::exchange(m_scoringWasLost, false)) m_scoring.score();
    if (m_session.hasModel() && !m_session.dense() && m_session.info().parameters <= kSmallParameters)
      m_results.evaluateDense();
    else
      m_results.setLive(m_results.isLive());
  });
}

// What an engine elsewhere does not do is not done here instead.
void MainWindow::disableElsewhere() {
  const Actions& a = *m_actions;
  const QString why =
      tr("Not available while the engine runs elsewhere (%1): open the model on that machine for it.")
          .arg(text(m_session.engine()->place()));
  for (QAction* action :
       {a.explain, a.recover, a.exportMasks, a.exportInteractive, a.openVlmSample, a.openEmojiSample}) {
    action->setEnabled(false);
    action->setToolTip(why);
    action->setStatusTip(why);
  }
  a.openSample->setEnabled(true);
}

void MainWindow::chooseExportElsewhere() {
  const auto begin = m_session.info().folder.parent_path();
  auto* dialog = new RemoteFolderDialog(m_session.engine(), RemoteFolderDialog::Wanted::NewFolder,
                                        tr("Export the Pruned Model to a New Folder"), text(begin),
                                        tr("%1-pruned").arg(modelTitle(m_session.info().folder)), this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &RemoteFolderDialog::chosen, this,
          [this](const QString& folder) { m_exports.exportTo(folder, {}); });
  dialog->open();
}

}  // namespace espalier
