#pragma once

#include <string>
#include <vector>

#include "core/base/method.h"
#include "core/recover/recovery.h"

namespace espalier {

// One way to get accuracy back, and all there is to say about it. A method is a file here and a line in
// recovery_methods.cpp.
class RecoveryMethod {
 public:
  virtual ~RecoveryMethod() = default;
  virtual const Method& method() const = 0;
  const std::string& name() const { return method().name; }

  // Whether it goes by what the dense model makes of the data.
  virtual bool needsDense() const { return true; }
  // Whether it goes by what the data say the answers are.
  virtual bool needsAnswers() const { return false; }
  // Whether it goes by what the model predicts, which models that make features alone do not.
  virtual bool needsPredictions() const { return false; }

  // Sets recovered weights in the recovery's and adds to its reports. Zeros of prunable matrices stay zeros.
  // The results depend on neither workers nor the store. Throws Cancelled.
  virtual void recover(Recovery& recovery) const = 0;
};

const std::vector<const RecoveryMethod*>& recoveryMethodList();
const RecoveryMethod& recoveryMethodNamed(const std::string& name);  // Error (InvalidInput) otherwise
// "rebuild,distil" in order. Error (InvalidInput): an unknown one.
std::vector<const RecoveryMethod*> recoveryMethodsIn(const std::string& names);

}  // namespace espalier
