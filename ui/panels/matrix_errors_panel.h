#pragma once

#include <QWidget>
#include <string>

#include "ui/jobs/job_runner.h"

class QComboBox;
class QLabel;
class QSlider;
class QToolButton;

namespace espalier {

class MatrixErrorChart;
class Session;

// One matrix, one slider: what kept, swapped, refitted and best possible weights lose of its output. Of a
// matrix of the model, by the calibration pairs and the dense model's inputs, or of a made-up one whose best
// weights are known. Measured while it is seen: by itself of small models, of others when asked.
class MatrixErrorsPanel : public QWidget {
  Q_OBJECT

 public:
  explicit MatrixErrorsPanel(Session& session, QWidget* parent = nullptr);

  void setMatrix(const std::string& name);  // empty: none
  JobRunner& runner() { return m_runner; }
  MatrixErrorChart* chart() const { return m_chart; }
  QSlider* slider() const { return m_slider; }
  QComboBox* choice() const { return m_choice; }
  QLabel* state() const { return m_state; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  bool isToy() const;
  void follow();   // measures what is to be seen, if that is quick
  void measure();  // or stops
  void showState();
  void showSlider();

  Session& m_session;
  JobRunner m_runner;
  std::string m_matrix;
  QString m_failure;
  QComboBox* m_choice;
  QToolButton* m_measure;
  QLabel* m_state;
  QSlider* m_slider;
  QLabel* m_at;
  MatrixErrorChart* m_chart;
};

}  // namespace espalier
