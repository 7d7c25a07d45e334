#include "ui/panels/method_dialog.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>

#include "core/document/study.h"
#include "ui/base/engine_text.h"
#include "ui/base/format.h"

namespace espalier {

namespace {

struct MethodText {
  Q_DECLARE_TR_FUNCTIONS(MethodText)
};

QComboBox* choiceOf(const std::vector<Method>& methods, const QString& name, const QString& none) {
  auto* box = new QComboBox;
  box->setAccessibleName(name);
  if (!none.isEmpty()) box->addItem(none, QString());
  for (const auto& m : methods) box->addItem(engineText(m.title), text(m.name));
  return box;
}

}  // namespace

std::string askForMethod(QWidget* parent) {
  QDialog dialog(parent);
  dialog.setWindowTitle(MethodText::tr("Add a Method"));
  auto* form = new QFormLayout(&dialog);
  const auto row = [form](const QString& name, const std::vector<Method>& methods, const QString& none) {
    auto* box = choiceOf(methods, name, none);
    form->addRow(name, box);
    return box;
  };
  auto* score = row(MethodText::tr("Scored by"), scoreMethods(), {});
  score->addItem(methodTitle("uniform"), QStringLiteral("uniform"));
  auto* criterion = row(MethodText::tr("Criterion"), pruneCriteria(), {});
  auto* refinement = row(MethodText::tr("Refined by"), pruneRefinements(), MethodText::tr("none"));
  auto* recovery = row(MethodText::tr("Recovered by"), recoveryMethods(), MethodText::tr("none"));
  auto* why = new QLabel;
  why->setWordWrap(true);
  form->addRow(why);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
  form->addRow(buttons);
  std::string name;
  QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
  QObject::connect(buttons, &QDialogButtonBox::accepted, &dialog, [&] {
    const auto chosen = [](const QComboBox* box) { return box->currentData().toString().toStdString(); };
    name = chosen(score) + " + " + chosen(criterion);
    if (!chosen(refinement).empty()) name += " + " + chosen(refinement);
    if (!chosen(recovery).empty()) name += " > " + chosen(recovery);
    try {
      studyMethodNamed(name);
      dialog.accept();
    } catch (const Error& error) {
      why->setText(QString::fromUtf8(error.what()));
    }
  });
  return dialog.exec() == QDialog::Accepted ? name : std::string();
}

}  // namespace espalier
