#pragma once

#include <QWidget>

#include "ui/controllers/explain_controller.h"

class QComboBox;
class QLabel;

namespace espalier {

class MessageBar;
class PictureLens;
class ExplainedPicture;
class Session;
class TokenStrip;

// One pair large: the answer token by token with its probability in the dense and the pruned model, the
// likeliest other tokens, and where the chosen token comes from: in the picture and in the words, dense,
// pruned and their difference. It follows the pruned model, and so a bar that is dragged. A window of its own
// beside the main window.
class ExplanationWindow : public QWidget {
  Q_OBJECT

 public:
  explicit ExplanationWindow(Session& session, QWidget* parent);

  void showPair(qint64 pair);
  ExplainController& controller() { return m_controller; }
  TokenStrip* tokens() const { return m_tokens; }
  TokenStrip* words() const { return m_words; }
  QComboBox* method() const { return m_method; }
  QComboBox* answer() const { return m_answer; }
  QList<ExplainedPicture*> views() const { return {m_denseView, m_prunedView, m_differenceView}; }
  QLabel* others() const { return m_others; }
  QString csv() const;  // what the pictures show: map,row,column,dense,pruned,difference

 private:
  enum Method { Occlusion, Attention, Similarity };
  QWidget* makeBar();
  void ask();
  void refresh();
  void listMethods();
  void showTokens();
  void showRelevance();
  void showWords(const SaidToken* dense, const SaidToken* pruned);
  const PictureMap* mapOf(const std::optional<Explanation>& of) const;
  const SaidToken* chosenOf(const std::optional<Explanation>& of) const;
  void copyPicture();
  void savePicture();

  Session& m_session;
  ExplainController m_controller;
  PictureLens* m_lens;
  MessageBar* m_messages;
  QLabel *m_question, *m_others, *m_written, *m_wordsTitle;
  QComboBox *m_method, *m_answer;
  TokenStrip *m_tokens, *m_words;
  ExplainedPicture *m_denseView, *m_prunedView, *m_differenceView;
  QWidget* m_views;
};

}  // namespace espalier
