#include "ui/panels/column_chooser.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>

#include "ui/base/format.h"

namespace espalier {

ColumnChooser::ColumnChooser(QWidget* parent) : QWidget(parent) {
  const QString titles[] = {tr("Picture column"), tr("Question column"), tr("Text column")};
  const QString tips[] = {tr("The column that names the file of each picture"),
                          tr("The column of the questions; nothing where the texts are captions"),
                          tr("The column of the captions, or of the answers to the questions")};
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  for (int i = 0; i < 3; ++i) {
    auto* title = new QLabel(titles[i]);
    auto* box = m_boxes[i] = new QComboBox;
    title->setBuddy(box);
    box->setAccessibleName(titles[i]);
    box->setToolTip(tips[i]);
    box->setWhatsThis(tips[i]);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(8);
    layout->addWidget(title);
    layout->addWidget(box, 1);
    connect(box, &QComboBox::activated, this, [this] {
      const DataColumns now = columns();
      if (!now.text.empty() || (!now.picture.empty() && !now.question.empty())) Q_EMIT chosen(now);
    });
  }
  hide();
}

void ColumnChooser::setChoices(const DataChoices& choices) {
  const std::string taken[] = {choices.taken.picture, choices.taken.question, choices.taken.text};
  for (int i = 0; i < 3; ++i) {
    m_boxes[i]->clear();
    m_boxes[i]->addItem(tr("(none)"), QString());
    for (const auto& column : choices.columns) m_boxes[i]->addItem(text(column), text(column));
    m_boxes[i]->setCurrentIndex(std::max(0, m_boxes[i]->findData(text(taken[i]))));
  }
  setVisible(!choices.columns.empty());
}

DataColumns ColumnChooser::columns() const {
  const auto chosenIn = [&](int part) { return m_boxes[part]->currentData().toString().toStdString(); };
  return {chosenIn(0), chosenIn(1), chosenIn(2)};
}

}  // namespace espalier
