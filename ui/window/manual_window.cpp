#include "ui/window/manual_window.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QScrollBar>
#include <QShortcut>
#include <QSplitter>
#include <QTextBlock>
#include <QTextBrowser>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/base/theme.h"

static void loadManualResources() {
  Q_INIT_RESOURCE(manual);
}

namespace espalier {

namespace {

constexpr int kPictureWidth = 660, kBlockRole = Qt::UserRole + 1;

// Pages are Markdown, pictures no wider than the text of the window as it opens.
class ManualPage : public QTextBrowser {
 protected:
  QVariant loadResource(int type, const QUrl& name) override {
    const QVariant loaded = QTextBrowser::loadResource(type, name);
    if (type != QTextDocument::ImageResource) return loaded;
    const QImage image = loaded.canConvert<QImage>() && !loaded.value<QImage>().isNull()
                             ? loaded.value<QImage>()
                             : QImage::fromData(loaded.toByteArray());
    return image.width() > kPictureWidth ? image.scaledToWidth(kPictureWidth, Qt::SmoothTransformation)
                                         : image;
  }
  void doSetSource(const QUrl& name, QTextDocument::ResourceType type) override {
    QTextBrowser::doSetSource(name, name.path().endsWith(".md") ? QTextDocument::MarkdownResource : type);
  }
};

}  // namespace

ManualWindow::ManualWindow(QWidget* parent)
    : QDialog(parent),
      m_page(new ManualPage),
      m_contents(new QListWidget),
      m_search(new QLineEdit),
      m_found(new QLabel) {
  loadManualResources();
  setObjectName("manual");
  setWindowTitle(tr("Manual"));
  setWindowFlags(Qt::Window);
  resize(980, 720);
  m_search->setPlaceholderText(tr("Search this page"));
  m_search->setAccessibleName(tr("Search this page"));
  m_search->setWhatsThis(tr("Return goes to the next place, Shift+Return to the one before"));
  m_search->setToolTip(m_search->whatsThis());
  m_search->setClearButtonEnabled(true);
  m_contents->setAccessibleName(tr("Headings"));
  m_contents->setWhatsThis(tr("The headings of this page; choose one to go there"));
  m_contents->setToolTip(m_contents->whatsThis());
  m_contents->setFrameShape(QFrame::NoFrame);
  m_contents->setWordWrap(true);
  m_page->setAccessibleName(tr("Page of the manual"));
  m_page->setWhatsThis(tr("The manual; Alt+Left goes back to the page before"));
  m_page->setFrameShape(QFrame::NoFrame);
  m_page->setOpenExternalLinks(true);
  m_page->document()->setDocumentMargin(18);

  auto* back = new QToolButton;
  back->setText(tr("Back"));
  back->setToolTip(tr("The page before (Alt+Left)"));
  back->setWhatsThis(back->toolTip());
  back->setAccessibleName(back->text());
  back->setEnabled(false);
  connect(back, &QToolButton::clicked, m_page, &QTextBrowser::backward);
  connect(m_page, &QTextBrowser::backwardAvailable, back, &QWidget::setEnabled);
  auto* guide = new QToolButton;
  guide->setText(tr("Guide"));
  guide->setToolTip(tr("The first page"));
  guide->setWhatsThis(guide->toolTip());
  guide->setAccessibleName(guide->text());
  const QUrl first("qrc:/manual/guide.md");
  connect(guide, &QToolButton::clicked, this, [this, first] { m_page->setSource(first); });
  auto* bar = new QHBoxLayout;
  bar->addWidget(back);
  bar->addWidget(guide);
  bar->addWidget(m_search, 1);
  bar->addWidget(m_found);
  auto* split = new QSplitter;
  split->addWidget(m_contents);
  split->addWidget(m_page);
  split->setStretchFactor(1, 1);
  split->setSizes({230, 750});
  auto* layout = new QVBoxLayout(this);
  layout->addLayout(bar);
  layout->addWidget(split, 1);

  connect(m_page, &QTextBrowser::sourceChanged, this, [this] {
    listHeadings();
    markAll();
  });
  connect(m_contents, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
    if (!item) return;
    QTextCursor cursor(m_page->document()->findBlockByNumber(item->data(kBlockRole).toInt()));
    m_page->verticalScrollBar()->setValue(m_page->verticalScrollBar()->value() +
                                          m_page->cursorRect(cursor).top() - 8);
  });
  connect(m_search, &QLineEdit::textChanged, this, [this] {
    markAll();
    findNext();
  });
  connect(m_search, &QLineEdit::returnPressed, this,
          [this] { findNext(QGuiApplication::keyboardModifiers() & Qt::ShiftModifier); });
  auto* find = new QShortcut(QKeySequence::Find, this);
  connect(find, &QShortcut::activated, m_search, qOverload<>(&QWidget::setFocus));
  m_page->setSource(first);
  m_search->setFocus();
}

void ManualWindow::listHeadings() {
  m_contents->clear();
  for (QTextBlock block = m_page->document()->begin(); block.isValid(); block = block.next()) {
    const int level = block.blockFormat().headingLevel();
    if (level < 1 || level > 3) continue;
    auto* item = new QListWidgetItem(QString(2 * (level - 1), ' ') + block.text(), m_contents);
    item->setData(kBlockRole, block.blockNumber());
  }
}

void ManualWindow::markAll() {
  QList<QTextEdit::ExtraSelection> marks;
  const QString wanted = m_search->text();
  if (!wanted.isEmpty())
    for (QTextCursor at = m_page->document()->find(wanted); !at.isNull();
         at = m_page->document()->find(wanted, at)) {
      QTextEdit::ExtraSelection mark;
      mark.cursor = at;
      mark.format.setBackground(shadesFor(palette()).warningFill);
      marks.append(mark);
    }
  m_page->setExtraSelections(marks);
  m_found->setText(wanted.isEmpty()  ? QString()
                   : marks.isEmpty() ? tr("not found")
                                     : tr("%n places", nullptr, int(marks.size())));
}

void ManualWindow::findNext(bool backwards) {
  if (m_search->text().isEmpty()) return;
  const auto flags = backwards ? QTextDocument::FindBackward : QTextDocument::FindFlags();
  if (m_page->find(m_search->text(), flags)) return;
  QTextCursor cursor(m_page->document());
  if (backwards) cursor.movePosition(QTextCursor::End);
  m_page->setTextCursor(cursor);
  m_page->find(m_search->text(), flags);
}

}  // namespace espalier
