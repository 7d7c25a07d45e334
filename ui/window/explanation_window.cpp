#include "ui/window/explanation_window.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "ui/base/format.h"
#include "ui/base/last_folder.h"
#include "ui/panels/message_bar.h"
#include "ui/panels/token_strip.h"
#include "ui/plot/explained_picture.h"
#include "ui/plot/plot_export.h"
#include "ui/session/session.h"

namespace espalier {

namespace {

QImage imageOf(const SeenPicture& picture) {
  if (picture.rgb.empty()) return {};
  return QImage(picture.rgb.data(), int(picture.width), int(picture.height), int(3 * picture.width),
                QImage::Format_RGB888)
      .copy();
}

// A blank that begins a token, and what has no shape, so that it can be seen.
QString visible(const std::string& token) {
  QString out = text(token);
  out.replace('\n', QStringLiteral("\u21b5"));
  return out.trimmed().isEmpty() ? QStringLiteral("\u2423") : out.trimmed();
}

double largest(const PictureMap& map) {
  double most = 0;
  for (const float v : map.values) most = std::max(most, std::abs(double(v)));
  return most;
}

PictureMap difference(const PictureMap& a, const PictureMap& b) {
  if (a.isEmpty() || a.values.size() != b.values.size()) return {};
  PictureMap out = b;
  for (size_t i = 0; i < out.values.size(); ++i) out.values[i] -= a.values[i];
  return out;
}

}  // namespace

ExplanationWindow::ExplanationWindow(Session& session, QWidget* parent)
    : QWidget(parent, Qt::Window),
      m_session(session),
      m_controller(session),
      m_lens(new PictureLens(this)),
      m_messages(new MessageBar),
      m_question(new QLabel),
      m_others(new QLabel),
      m_written(new QLabel),
      m_wordsTitle(new QLabel),
      m_method(new QComboBox),
      m_answer(new QComboBox),
      m_tokens(new TokenStrip(tr("Tokens of the answer"), true)),
      m_words(new TokenStrip(tr("Words of the question"), false)),
      m_denseView(new ExplainedPicture(tr("Dense"), *m_lens)),
      m_prunedView(new ExplainedPicture(tr("Pruned"), *m_lens)),
      m_differenceView(new ExplainedPicture(tr("Difference"), *m_lens)),
      m_views(new QWidget) {
  setObjectName("explanationWindow");
  setWindowTitle(tr("Where the Answer Comes From"));
  m_question->setTextFormat(Qt::PlainText);
  m_question->setWordWrap(true);
  for (auto* label : {m_others, m_written}) {
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  }
  m_tokens->setWhatsThis(tr(
      "The answer token by token, with the probability that the dense and the pruned model give it. Choose "
      "one to see where it comes from."));
  auto* pictures = new QHBoxLayout(m_views);
  pictures->setContentsMargins(0, 0, 0, 0);
  for (auto* view : views()) pictures->addWidget(view, 1);
  auto* content = new QVBoxLayout;
  content->setContentsMargins(10, 6, 10, 10);
  content->setSpacing(6);
  content->addWidget(m_question);
  content->addWidget(makeBar());
  content->addWidget(m_tokens);
  content->addWidget(m_others);
  content->addWidget(m_views, 1);
  content->addWidget(m_wordsTitle);
  content->addWidget(m_words);
  content->addWidget(m_written);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(m_messages);
  layout->addLayout(content, 1);
  resize(980, 620);

  connect(&m_controller, &ExplainController::explained, this, &ExplanationWindow::refresh);
  connect(&m_controller, &ExplainController::failed, this,
          [this](const QString& sentence) { m_messages->post(MessageBar::Severity::Error, sentence); });
  connect(m_tokens, &TokenStrip::chosenChanged, this, &ExplanationWindow::showRelevance);
  connect(m_method, &QComboBox::currentIndexChanged, this, &ExplanationWindow::showRelevance);
  connect(m_answer, &QComboBox::currentIndexChanged, this, &ExplanationWindow::ask);
  connect(new QShortcut(QKeySequence::Copy, this), &QShortcut::activated, this,
          &ExplanationWindow::copyPicture);
  connect(new QShortcut(QKeySequence(Qt::Key_Escape), this), &QShortcut::activated, this, &QWidget::close);
  listMethods();
  refresh();
}

QWidget* ExplanationWindow::makeBar() {
  m_method->setAccessibleName(tr("What the colours show"));
  m_method->setToolTip(
      tr("Occlusion hides a part and asks again. Attention follows what each layer looked at."));
  m_answer->setAccessibleName(tr("Whose answer"));
  m_answer->addItem(tr("Answer of the dense model"), int(ExplainController::Answer::OfDense));
  m_answer->addItem(tr("Answer of the pruned model"), int(ExplainController::Answer::OfPruned));
  m_answer->addItem(tr("Expected answer"), int(ExplainController::Answer::Expected));
  m_answer->setToolTip(tr("Both models are asked about the same answer: whose it is"));
  for (auto* combo : {m_method, m_answer}) combo->setWhatsThis(combo->toolTip());
  auto* whole = new QPushButton(tr("&Whole Picture"));
  whole->setToolTip(tr("Zoom out to the whole picture (0)"));
  auto* copy = new QPushButton(tr("&Copy"));
  copy->setToolTip(tr("Copy the pictures as they are shown (Ctrl+C)"));
  auto* save = new QPushButton(tr("&Save\u2026"));
  save->setToolTip(tr("Save the pictures as SVG, PDF or PNG, or their numbers as CSV"));
  for (auto* button : {whole, copy, save}) button->setWhatsThis(button->toolTip());
  connect(whole, &QPushButton::clicked, m_lens, &PictureLens::reset);
  connect(copy, &QPushButton::clicked, this, &ExplanationWindow::copyPicture);
  connect(save, &QPushButton::clicked, this, &ExplanationWindow::savePicture);
  auto* bar = new QWidget;
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(m_answer);
  row->addWidget(m_method);
  row->addStretch(1);
  for (auto* button : {whole, copy, save}) row->addWidget(button);
  return bar;
}

void ExplanationWindow::showPair(qint64 pair) {
  const bool known = pair >= 0 && size_t(pair) < m_session.pairs().samples.size();
  if (known) {
    const Sample& sample = m_session.pairs().samples[size_t(pair)];
    m_question->setText(text(sample.question.empty() ? sample.answer : sample.question));
  }
  if (pair != m_controller.pair()) m_lens->reset();
  m_controller.show(known ? pair : -1, ExplainController::Answer(m_answer->currentData().toInt()));
}

void ExplanationWindow::ask() {
  showPair(m_controller.pair());
}

// The similarity of patches is there for models that match alone.
void ExplanationWindow::listMethods() {
  const auto& e = m_controller.dense();
  const bool similarity = e && !e->similarity.isEmpty();
  if (m_method->count() == (similarity ? 3 : 2)) return;
  const int before = std::max(0, m_method->currentIndex());
  const QSignalBlocker quiet(m_method);
  m_method->clear();
  m_method->addItem(tr("Occlusion: what is lost where it is hidden"), Occlusion);
  m_method->addItem(tr("Attention rollout: what was looked at"), Attention);
  if (similarity) m_method->addItem(tr("Similarity of each patch with the text"), Similarity);
  m_method->setCurrentIndex(std::min(before, m_method->count() - 1));
}

void ExplanationWindow::refresh() {
  listMethods();
  const auto& dense = m_controller.dense();
  m_answer->setEnabled(!dense || !dense->matches);
  if (m_controller.pair() < 0) m_question->setText(tr("Choose a pair in the answers of the main window."));
  showTokens();
  showRelevance();
  QStringList written;
  if (!m_controller.denseText().isEmpty())
    written << tr("The dense model writes: %1").arg(m_controller.denseText());
  if (!m_controller.prunedText().isEmpty())
    written << tr("The pruned model writes: %1").arg(m_controller.prunedText());
  m_written->setText(written.join('\n'));
  m_written->setVisible(!written.isEmpty());
}

void ExplanationWindow::showTokens() {
  const auto &dense = m_controller.dense(), &pruned = m_controller.pruned();
  std::vector<TokenStrip::Token> tokens;
  if (dense)
    for (size_t i = 0; i < dense->tokens.size(); ++i) {
      const auto said = [&](const Explanation& e) {
        if (i >= e.tokens.size()) return QStringLiteral("\u2013");
        return e.matches ? shortNumber(e.tokens[i].probability) : percent(e.tokens[i].probability, 0);
      };
      QString below = said(*dense);
      if (pruned) below += QStringLiteral(" \u2192 ") + said(*pruned);
      tokens.push_back({visible(dense->tokens[i].text), below, 0});
    }
  m_tokens->setTokens(std::move(tokens));
}

const SaidToken* ExplanationWindow::chosenOf(const std::optional<Explanation>& of) const {
  const int at = m_tokens->chosen();
  return of && at >= 0 && size_t(at) < of->tokens.size() ? &of->tokens[size_t(at)] : nullptr;
}

const PictureMap* ExplanationWindow::mapOf(const std::optional<Explanation>& of) const {
  const auto* token = chosenOf(of);
  if (!token) return nullptr;
  switch (Method(m_method->currentData().toInt())) {
    case Similarity:
      return &of->similarity;
    case Attention:
      return &token->relevance.attention;
    case Occlusion:
      return &token->relevance.occlusion;
  }
  return nullptr;
}

void ExplanationWindow::showRelevance() {
  const auto &dense = m_controller.dense(), &pruned = m_controller.pruned();
  const auto *a = mapOf(dense), *b = mapOf(pruned);
  const PictureMap none;
  const double range = std::max(a ? largest(*a) : 0, b ? largest(*b) : 0);
  const QImage picture = dense ? imageOf(dense->picture) : QImage();
  QString note;
  if (dense)
    note = text(m_method->currentData().toInt() == Attention ? dense->attentionNote : dense->occlusionNote);
  m_denseView->setPicture(picture, a ? *a : none, range, note);
  m_prunedView->setPicture(picture, b ? *b : none, range, pruned ? note : tr("Prune the model to compare."));
  const auto apart = a && b ? difference(*a, *b) : none;
  m_differenceView->setPicture(picture, apart, 0, pruned ? note : QString());
  const bool pictured = !picture.isNull() || (dense && dense->withoutPicture.empty() && range > 0);
  m_views->setVisible(!dense || pictured);

  const auto *first = chosenOf(dense), *second = chosenOf(pruned);
  QStringList lines;
  const auto others = [&](const QString& who, const SaidToken* token, const std::optional<Explanation>& e) {
    if (!token) return;
    QStringList said;
    for (const auto& o : token->others) said << tr("%1 %2").arg(visible(o.text), percent(o.probability));
    QString line = said.isEmpty()
                       ? QString()
                       : tr("%1, next likeliest: %2").arg(who, said.join(QStringLiteral(" \u00b7 ")));
    const auto at = size_t(m_tokens->chosen());
    if (at < e->withoutPicture.size()) {
      const double blank = e->withoutPicture[at];
      const QString without =
          tr("with a blank picture %1").arg(e->matches ? shortNumber(blank) : percent(blank));
      line = line.isEmpty() ? tr("%1, %2").arg(who, without) : line + QStringLiteral(" \u00b7 ") + without;
    }
    if (!line.isEmpty()) lines << line;
  };
  others(tr("Dense"), first, dense);
  others(tr("Pruned"), second, pruned);
  m_others->setText(lines.join('\n'));
  showWords(first, second);
}

// Of the pruned model where there is one, with what the dense model has below.
void ExplanationWindow::showWords(const SaidToken* dense, const SaidToken* pruned) {
  const bool attention = m_method->currentData().toInt() == Attention;
  const auto wordsOf = [&](const SaidToken* t) -> const std::vector<WordShare>* {
    if (!t) return nullptr;
    return attention || t->relevance.occlusionWords.empty() ? &t->relevance.attentionWords
                                                            : &t->relevance.occlusionWords;
  };
  const auto *a = wordsOf(dense), *b = wordsOf(pruned);
  double range = 0;
  for (const auto* list : {a, b})
    if (list)
      for (const auto& w : *list) range = std::max(range, std::abs(w.value));
  std::vector<TokenStrip::Token> words;
  if (a)
    for (size_t i = 0; i < a->size(); ++i) {
      const bool both = b && i < b->size();
      const double value = both ? (*b)[i].value : (*a)[i].value;
      QString below = shortNumber((*a)[i].value);
      if (both) below += QStringLiteral(" \u2192 ") + shortNumber((*b)[i].value);
      words.push_back({text((*a)[i].word), below, range > 0 ? value / range : 0});
    }
  const bool any = !words.empty();
  const bool shares = attention || (dense && dense->relevance.occlusionWords.empty());
  m_wordsTitle->setText(shares ? tr("Words: their share of the attention rollout")
                               : tr("Words: what is lost without them"));
  m_wordsTitle->setVisible(any);
  m_words->setVisible(any);
  m_words->setTokens(std::move(words));
}

QString ExplanationWindow::csv() const {
  QString out = QStringLiteral("row,column,dense,pruned,difference\n");
  const auto *a = mapOf(m_controller.dense()), *b = mapOf(m_controller.pruned());
  if (!a) return out;
  for (size_t i = 0; i < a->values.size(); ++i) {
    const auto columns = size_t(a->columns);
    const double dense = double(a->values[i]);
    out += QStringLiteral("%1,%2,%3,").arg(i / columns + 1).arg(i % columns + 1).arg(dense, 0, 'g', 7);
    if (b && i < b->values.size()) {
      const double pruned = double(b->values[i]);
      out += QStringLiteral("%1,%2").arg(pruned, 0, 'g', 7).arg(pruned - dense, 0, 'g', 7);
    } else {
      out += ',';
    }
    out += '\n';
  }
  return out;
}

void ExplanationWindow::copyPicture() {
  QApplication::clipboard()->setPixmap(m_views->grab());
}

void ExplanationWindow::savePicture() {
  QFileDialog dialog(this, tr("Save the Pictures"), lastFolder(FolderOf::Exports),
                     tr("Pictures (*.png *.svg *.pdf *.csv)"));
  dialog.setAcceptMode(QFileDialog::AcceptSave);
  dialog.setDefaultSuffix("png");
  dialog.selectFile("where-from.png");
  if (dialog.exec() != QDialog::Accepted) return;
  const QString file = dialog.selectedFiles().value(0);
  rememberFolder(FolderOf::Exports, file);
  const QString problem = exportWidget(*m_views, csv(), file);
  if (problem.isEmpty())
    m_messages->postWithFolder(tr("The pictures are in %1.").arg(file), QFileInfo(file).absolutePath());
  else
    m_messages->post(MessageBar::Severity::Error, problem);
}

}  // namespace espalier
