#include "ui/panels/message_bar.h"

#include <QAccessible>
#include <QDesktopServices>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QUrl>

#include "ui/base/icons.h"
#include "ui/base/theme.h"

namespace espalier {

namespace {

constexpr int kMost = 3;

// One message; its colour follows light and dark.
class MessageRow : public QWidget {
 public:
  MessageRow(MessageBar::Severity severity, const QString& text, const MessageAbout& about)
      : m_severity(severity), m_text(text), m_about(about) {
    using Severity = MessageBar::Severity;
    auto* sign = new QLabel(severity == Severity::Info ? QStringLiteral("\u2713") : QStringLiteral("\u26a0"));
    QFont bold = sign->font();
    bold.setBold(true);
    sign->setFont(bold);
    sign->setAccessibleName(severity == Severity::Error     ? MessageBar::tr("Error")
                            : severity == Severity::Warning ? MessageBar::tr("Warning")
                                                            : MessageBar::tr("Done"));
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setFocusPolicy(Qt::NoFocus);
    auto* close = new QToolButton;
    close->setIcon(lineIcon("close"));
    close->setAutoRaise(true);
    close->setToolTip(MessageBar::tr("Dismiss"));
    close->setAccessibleName(MessageBar::tr("Dismiss this message"));
    connect(close, &QToolButton::clicked, this, &QObject::deleteLater);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    m_layout = new QHBoxLayout(this);
    m_layout->setContentsMargins(12, 5, 6, 5);
    m_layout->setSpacing(10);
    m_layout->addWidget(sign);
    m_layout->addWidget(label, 1);
    m_layout->addWidget(close);
  }

  const QString& text() const { return m_text; }
  void addButton(QPushButton* button) { m_layout->insertWidget(m_layout->count() - 1, button); }
  bool isError() const { return m_severity == MessageBar::Severity::Error; }
  bool isErrorAbout(const QObject* who, const QString& what) const {
    return isError() && m_about.who && m_about.who == who && (m_about.what.isEmpty() || m_about.what == what);
  }
  bool asks = false;
  bool isOfFolder = false;

 protected:
  void paintEvent(QPaintEvent*) override {
    const Shades& shades = shadesFor(palette());
    QPainter(this).fillRect(rect(), m_severity == MessageBar::Severity::Error     ? shades.errorFill
                                    : m_severity == MessageBar::Severity::Warning ? shades.warningFill
                                                                                  : shades.infoFill);
  }

 private:
  MessageBar::Severity m_severity;
  QString m_text;
  MessageAbout m_about;
  QHBoxLayout* m_layout;
};

QList<MessageRow*> rowsIn(const QVBoxLayout* layout) {
  QList<MessageRow*> rows;
  for (int i = 0; i < layout->count(); ++i)
    if (auto* row = dynamic_cast<MessageRow*>(layout->itemAt(i)->widget()); row && !row->isHidden())
      rows.append(row);
  return rows;
}

}  // namespace

MessageBar::MessageBar(QWidget* parent) : QFrame(parent), m_layout(new QVBoxLayout(this)) {
  setAccessibleName(tr("Messages"));
  m_layout->setContentsMargins(0, 0, 0, 0);
  m_layout->setSpacing(1);
}

void MessageBar::post(Severity severity, const QString& text, const MessageAbout& about) {
  add(severity, text, about);
}

void MessageBar::settle(const QObject* who, const QString& what) {
  for (auto* row : rowsIn(m_layout))
    if (row->isErrorAbout(who, what)) delete row;
}

void MessageBar::postWithFolder(const QString& text, const QString& folder) {
  // The last thing that was written is what counts; a list of them would take the chart's place.
  for (auto* before : rowsIn(m_layout))
    if (before->isOfFolder) delete before;
  auto* row = static_cast<MessageRow*>(add(Severity::Info, text));
  row->isOfFolder = true;
  auto* button = new QPushButton(tr("Show Folder"));
  connect(button, &QPushButton::clicked, this,
          [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
  row->addButton(button);
}

void MessageBar::postWithChoices(Severity severity, const QString& text, const std::vector<Choice>& choices,
                                 const MessageAbout& about) {
  auto* row = static_cast<MessageRow*>(add(severity, text, about));
  row->asks = !about.who;
  for (const auto& choice : choices) {
    auto* button = new QPushButton(choice.label);
    connect(button, &QPushButton::clicked, row, [row, act = choice.act] {
      row->hide();
      row->deleteLater();
      act();
    });
    row->addButton(button);
  }
}

void MessageBar::clear() {
  for (auto* row : rowsIn(m_layout))
    if (!row->asks) delete row;
}

QStringList MessageBar::texts() const {
  QStringList out;
  for (const auto* row : rowsIn(m_layout)) out.append(row->text());
  return out;
}

QStringList MessageBar::errors() const {
  QStringList out;
  for (const auto* row : rowsIn(m_layout))
    if (row->isError()) out.append(row->text());
  return out;
}

QWidget* MessageBar::add(Severity severity, const QString& text, const MessageAbout& about) {
  for (auto* row : rowsIn(m_layout))
    if (row->text() == text) delete row;
  const auto rows = rowsIn(m_layout);
  for (int i = kMost - 1; i < rows.size(); ++i) delete rows[i];
  auto* row = new MessageRow(severity, text, about);
  m_layout->insertWidget(0, row);
  row->show();
  QAccessibleEvent alert(row, QAccessible::Alert);
  QAccessible::updateAccessibility(&alert);
  return row;
}

}  // namespace espalier
