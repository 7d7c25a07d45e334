#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/allocate/curve.h"
#include "core/allocate/plan.h"

namespace espalier {

// How much of each matrix's output a sparsity destroys: sum over the weights that go of W_ij^2 ||X_j||^2 over
// the same sum of all weights, by the unpruned model's calibration inputs. 0 ... 1.
using ErrorCurves = std::map<std::string, Curve>;

// What the loss of a plan will be, from what is known without running anything: microseconds, for as long as
// a bar is dragged. Where every group's sensitivity has been measured, their sum; else the local errors, put
// to the scale of the losses measured so far.
class LossPrediction {
 public:
  void setErrors(ErrorCurves errors) { m_errors = std::move(errors); }
  void setSensitivities(Sensitivities sensitivities) { m_sensitivities = std::move(sensitivities); }
  void setDenseLoss(double loss);
  // A plan's loss as measured on the same pairs as the dense loss. The newest count most.
  void addMeasured(const Plan& plan, double loss);
  void forgetMeasured();

  const ErrorCurves& errors() const { return m_errors; }
  const Sensitivities& sensitivities() const { return m_sensitivities; }

  struct Result {
    bool known = false;
    double loss = 0;
  };
  Result of(const Plan& plan) const;
  // Mean of the local errors over the plan's weights, 0 ... 1.
  double localError(const Plan& plan) const;

 private:
  double rawIncrease(const Plan& plan) const;

  ErrorCurves m_errors;
  Sensitivities m_sensitivities;
  double m_dense = 0;
  bool m_denseKnown = false;
  struct Measured {
    Plan plan;
    double loss = 0;
  };
  std::vector<Measured> m_measured;
};

}  // namespace espalier
