#include "core/document/study_methods.h"

#include <algorithm>
#include <string_view>

#include "core/engine/engine.h"
#include "core/engine/recover_model.h"

namespace espalier {

namespace {

constexpr const char* kPlanItself = "plan";  // in place of a scoring method

bool isAmong(const std::vector<Method>& methods, const std::string& name) {
  return std::any_of(methods.begin(), methods.end(), [&](const auto& m) { return m.name == name; });
}

// "<method> > <recovery methods>"
StudyMethod recoveredMethodNamed(const std::string& name, size_t at) {
  auto method = studyMethodNamed(name.substr(0, at));
  method.name = name;
  method.recovery = name.substr(at + 3);
  RecoverOptions named;
  named.methods = method.recovery;
  checkOptions(named);
  if (named.methods.empty() || isGlobal(method))
    throw Error(ErrorKind::InvalidInput,
                "The method \"" + name +
                    "\" cannot be recovered; a scoring method and a criterion, then \" > \" "
                    "and one or several of " +
                    namesOf(recoveryMethods()) + " were expected.");
  return method;
}

}  // namespace

const std::vector<StudyMethod>& studyMethods() {
  static const std::vector<StudyMethod> methods{{"Global magnitude", "global-magnitude", "magnitude", false},
                                                {"Iterative gradient", "global-gradient", "", true},
                                                {"Iterative OBD", "global-obd", "", true},
                                                {"Uniform magnitude", "uniform", "magnitude", false},
                                                {"Uniform Wanda", "uniform", "wanda", true},
                                                {"ECoFLaP + Wanda", "zeroth-order", "wanda", true},
                                                {"Wanda, rebuilt", "uniform", "wanda", true, {}, "rebuild"}};
  return methods;
}

bool StudyMethod::isSlow() const {
  return !recovery.empty() || isGlobal(*this);
}

bool isGlobal(const StudyMethod& method) {
  return isAmong(globalMethods(), method.score);
}

bool isPlanItself(const StudyMethod& method) {
  return method.score == kPlanItself;
}

StudyMethod studyMethodNamed(const std::string& name) {
  std::string known;
  for (const auto& m : studyMethods()) {
    if (m.name == name) return m;
    known += (known.empty() ? "" : ", ") + m.name;
  }
  if (name == kThisPlan) return {name, kPlanItself, "", true};
  if (const auto at = name.find(" > "); at != std::string::npos) return recoveredMethodNamed(name, at);
  constexpr std::string_view kAnd = " + ";
  if (const auto at = name.find(kAnd); at != std::string::npos) {
    const auto score = name.substr(0, at);
    auto criterion = name.substr(at + kAnd.size()), refinement = std::string();
    if (const auto second = criterion.find(kAnd); second != std::string::npos) {
      refinement = criterion.substr(second + kAnd.size());
      criterion.resize(second);
    }
    const bool known = isAmong(scoreMethods(), score) || score == "uniform" || score == "global-magnitude";
    if (known && isAmong(pruneCriteria(), criterion)) {
      canRefine(criterion, refinement);  // throws for a refinement that is not known
      return {name, score, criterion, true, refinement};
    }
  }
  throw Error(ErrorKind::InvalidInput, "There is no method \"" + name + "\"; known are " + known +
                                           ", and a scoring method and a criterion such as \"first-order + "
                                           "wanda\" or \"uniform + wanda + swaps,refit\".");
}

}  // namespace espalier
