#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "core/recover/report.h"

class QAction;
class QCheckBox;
class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace espalier {

class ElidedLabel;
class MethodOrder;
class RecoverController;
class RecoveryChart;
class Session;
struct RecoverOptions;
template <typename Options>
class OptionForm;

// The recovery of the plan's model: by which methods in which order, their options and data, start, stop and
// keep, cancel, and the losses as they come.
class RecoveryPanel : public QWidget {
  Q_OBJECT

 public:
  // recover: begins it. chooseData: asks for other calibration pairs.
  RecoveryPanel(Session& session, RecoverController& recovery, QAction* recover, QAction* chooseData,
                QWidget* parent = nullptr);
  ~RecoveryPanel() override;

  RecoveryChart* chart() const { return m_chart; }
  QSize sizeHint() const override { return {460, 260}; }

 private:
  // What belongs to one curve: a method and a block, or the whole model.
  struct Series {
    std::string method, block;
    bool operator==(const Series&) const = default;
  };
  QWidget* makeForm(QAction* chooseData);
  QWidget* makeCurves();
  void showOptions();
  void takeOptions();
  void showData();
  void showState();
  void showProgress();
  void listSeries();
  void showCurve();
  const std::vector<RecoveryPoint>& points() const;
  QString titleOf(const Series& series) const;
  const RecoveryReport* reportOf(const Series& series) const;

  Session& m_session;
  RecoverController& m_recovery;
  QPushButton* m_keep;
  QPushButton* m_cancel;
  QCheckBox* m_automatic;
  QProgressBar* m_bar;
  QLabel* m_left;
  ElidedLabel* m_state;
  MethodOrder* m_methods = nullptr;
  std::unique_ptr<OptionForm<RecoverOptions>> m_form;
  QLabel* m_data = nullptr;
  QStackedWidget* m_curves = nullptr;
  QComboBox* m_shown = nullptr;
  RecoveryChart* m_chart = nullptr;
  std::vector<Series> m_series;           // as listed
  std::vector<RecoveryPoint> m_finished;  // of the present recovery, where nothing runs
  bool m_followsNewest = true;
};

}  // namespace espalier
