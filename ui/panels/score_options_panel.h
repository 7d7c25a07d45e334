#pragma once

#include <QWidget>

#include "core/engine/engine.h"

class QCheckBox;
class QDoubleSpinBox;
class QSpinBox;

namespace espalier {

class ChoiceField;
class Session;

// How the model is to be scored: method, samples, draws, seed.
class ScoreOptionsPanel : public QWidget {
  Q_OBJECT

 public:
  ScoreOptionsPanel(Session& session, const std::vector<Method>& methods, QWidget* parent = nullptr);

 private:
  void addField(QWidget* spin, const QString& title, const QString& help);
  QSpinBox* addNumber(const QString& title, const QString& help, int least, int most);
  void showOptions();
  void takeOptions();

  Session& m_session;
  ChoiceField* m_method;
  QSpinBox* m_samples;
  QSpinBox* m_batchSize;
  QSpinBox* m_draws;
  QDoubleSpinBox* m_untilStable;
  QSpinBox* m_rescore;
  QSpinBox* m_seed;
  QCheckBox* m_bridge;
  QCheckBox* m_statistics;
};

}  // namespace espalier
