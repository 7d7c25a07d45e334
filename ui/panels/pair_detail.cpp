#include "ui/panels/pair_detail.h"

#include <QCheckBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTextBrowser>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/base/format.h"
#include "ui/base/theme.h"
#include "ui/items/pair_model.h"
#include "ui/items/token_shading.h"
#include "ui/items/word_difference.h"
#include "ui/panels/similarity_bars.h"

namespace espalier {

namespace {

// Lines of text that the pane has room for at first.
constexpr int kAnswerLines = 7, kListLines = 14;

// The words of an answer, those set off that `against` does not have there.
QString markedWords(const QString& said, const QString& against) {
  const auto difference = wordDifference(said, against);
  QStringList out;
  for (qsizetype i = 0; i < difference.words.size(); ++i) {
    const QString word = difference.words[i].toHtmlEscaped();
    out << (difference.differs[size_t(i)] ? QStringLiteral("<b><u>%1</u></b>").arg(word) : word);
  }
  return out.join(' ');
}

QString signOf(bool right, const QPalette& palette) {
  const Shades& shades = shadesFor(palette);
  return QStringLiteral("<span style=\"color:%1\">%2</span>")
      .arg((right ? shades.right : shades.wrong).name(),
           right ? QStringLiteral("\u2713") : QStringLiteral("\u2717"));
}

}  // namespace

PairDetail::PairDetail(Session& session, PictureCache& pictures, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_heading(new QLabel),
      m_numbers(new QCheckBox(tr("&Numbers"))),
      m_text(new QTextBrowser),
      m_bars(new SimilarityBars(pictures)),
      m_scroll(new QScrollArea),
      m_stack(new QStackedWidget) {
  m_heading->setTextFormat(Qt::PlainText);
  m_heading->setWordWrap(true);
  m_numbers->setAccessibleName(tr("Numbers"));
  m_numbers->setToolTip(tr("Write each token's loss behind it"));
  m_numbers->setWhatsThis(m_numbers->toolTip());
  m_text->setFrameShape(QFrame::NoFrame);
  m_text->setAccessibleName(tr("Answers in full"));
  m_text->setWhatsThis(
      tr("Both answers in full, words that differ underlined; of a language model the text with each token "
         "shaded by "
         "its loss, before and after pruning."));
  m_scroll->setWidget(m_bars);
  m_scroll->setWidgetResizable(true);
  m_scroll->setFrameShape(QFrame::NoFrame);
  m_scroll->setFocusPolicy(Qt::NoFocus);
  m_stack->addWidget(m_text);
  m_stack->addWidget(m_scroll);
  auto* close = new QToolButton;
  close->setText(QStringLiteral("\u2715"));
  close->setAutoRaise(true);
  close->setAccessibleName(tr("Close the pair"));
  close->setToolTip(tr("Close"));
  auto* top = new QHBoxLayout;
  top->setContentsMargins(8, 4, 4, 0);
  top->addWidget(m_heading, 1);
  top->addWidget(m_numbers, 0, Qt::AlignTop);
  top->addWidget(close, 0, Qt::AlignTop);
  setMinimumHeight(kAnswerLines * fontMetrics().lineSpacing());
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(2);
  layout->addLayout(top);
  layout->addWidget(m_stack, 1);

  connect(m_numbers, &QCheckBox::toggled, this, &PairDetail::refresh);
  connect(close, &QToolButton::clicked, this, [this] { showPair(-1); });
  connect(&m_session, &Session::pairsChanged, this, [this] { showPair(-1); });
  connect(&m_session, &Session::evaluationChanged, this, &PairDetail::refresh);
  connect(&m_session, &Session::outcomesChanged, this, [this](const std::vector<qint64>& changed) {
    if (std::find(changed.begin(), changed.end(), m_pair) != changed.end()) refresh();
  });
}

QSize PairDetail::sizeHint() const {
  const bool list = m_stack->currentIndex() == 1 || !m_numbers->isHidden();
  return {300, (list ? kListLines : kAnswerLines) * fontMetrics().lineSpacing()};
}

void PairDetail::showPair(qint64 pair) {
  m_pair = pair;
  refresh();
  setVisible(m_pair >= 0);
}

void PairDetail::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) refresh();
  QWidget::changeEvent(event);
}

void PairDetail::refresh() {
  if (m_pair < 0 || size_t(m_pair) >= m_session.outcomes().size()) return;
  const Sample& sample = m_session.pairs().samples[size_t(m_pair)];
  const PairOutcome& outcome = m_session.outcomes()[size_t(m_pair)];
  const auto has = [&](const auto& what) {
    return (outcome.dense && what(*outcome.dense)) || (outcome.pruned && what(*outcome.pruned));
  };
  const bool matched = has([](const PairResult& r) { return !r.candidates.empty(); });
  const bool tokens = has([](const PairResult& r) { return !r.tokens.empty(); });
  m_numbers->setVisible(tokens);
  m_stack->setCurrentIndex(matched ? 1 : 0);
  if (matched) {
    showMatches(sample, outcome);
    return;
  }
  m_heading->setText(tokens                    ? tr("Loss of each token of the text")
                     : sample.question.empty() ? tr("(no question)")
                                               : text(sample.question));
  m_text->setHtml((tokens ? tokensHtml(outcome) : answersHtml(sample, outcome)) + promptHtml(outcome));
}

void PairDetail::showMatches(const Sample& sample, const PairOutcome& outcome) {
  m_heading->setText(tr("\u201c%1\u201d").arg(text(sample.answer.empty() ? sample.question : sample.answer)));
  std::vector<SimilarityBars::List> lists;
  const auto add = [&](const QString& who, const std::optional<PairResult>& result) {
    if (!result || result->candidates.empty()) return;
    SimilarityBars::List list{tr("%1 \u00b7 its picture in place %2, the picture's text in place %3")
                                  .arg(who)
                                  .arg(result->pictureRank)
                                  .arg(result->textRank),
                              {}};
    int place = 0;
    for (const auto& c : result->candidates) {
      ++place;
      const Sample& other = m_session.pairs().samples[size_t(c.sample)];
      // The last may be its own from further behind.
      const bool behind = c.own && result->pictureRank > place;
      list.rows.push_back({behind ? int(result->pictureRank) : place, text(other.image),
                           c.own ? text(sample.answer) : text(other.answer), c.similarity, c.own});
    }
    lists.push_back(std::move(list));
  };
  add(tr("Before"), outcome.dense);
  add(tr("After"), outcome.pruned);
  m_bars->setLists(std::move(lists));
}

QString PairDetail::answersHtml(const Sample& sample, const PairOutcome& outcome) const {
  const auto& [dense, pruned] = outcome;
  const QString muted = shadesFor(palette()).muted.name();
  const auto row = [&](const QString& who, const QString& html) {
    return QStringLiteral("<tr><td style=\"color:%1\">%2\u2003</td><td>%3</td></tr>").arg(muted, who, html);
  };
  const QString expected = PairModel::expectedOf(sample, outcome);
  QString html = row(tr("Expected"), expected.toHtmlEscaped());
  const auto said = [&](const std::optional<PairResult>& result, const QString& against) {
    if (!result) return QStringLiteral("\u2013");
    const QString words =
        result->answer.empty() ? tr("(nothing)") : markedWords(text(result->answer), against);
    return signOf(result->right, palette()) + ' ' + words +
           QStringLiteral(" <span style=\"color:%1\">\u00b7 %2</span>")
               .arg(muted, tr("loss %1").arg(shortNumber(result->loss)));
  };
  html += row(tr("Before"), said(dense, expected));
  html += row(tr("After"), said(pruned, dense ? text(dense->answer) : expected));
  return QStringLiteral("<table cellspacing=\"4\">%1</table>").arg(html);
}

// What the model was given of the pair's text, where that is a conversation, line for line.
QString PairDetail::promptHtml(const PairOutcome& outcome) const {
  QString prompt;
  for (const auto* result : {&outcome.pruned, &outcome.dense})
    if (prompt.isEmpty() && *result) prompt = text((*result)->prompt);
  if (prompt.isEmpty()) return {};
  return QStringLiteral("<p style=\"color:%1\">%2</p><pre style=\"white-space:pre-wrap\">%3</pre>")
      .arg(shadesFor(palette()).muted.name(),
           tr("The prompt, as the chat template writes it").toHtmlEscaped(), prompt.toHtmlEscaped());
}

QString PairDetail::tokensHtml(const PairOutcome& outcome) const {
  QString html = QStringLiteral("<p>%1</p>").arg(shadeLegend(palette()));
  const auto add = [&](const QString& who, const std::optional<PairResult>& result) {
    if (!result || result->tokens.empty()) return;
    html += QStringLiteral("<p><b>%1</b><br/>%2</p>")
                .arg(tr("%1 \u00b7 loss %2 a token").arg(who, shortNumber(result->loss)),
                     shadedText(result->tokens, m_numbers->isChecked(), palette()));
  };
  add(tr("Before"), outcome.dense);
  add(tr("After"), outcome.pruned);
  return html;
}

}  // namespace espalier
