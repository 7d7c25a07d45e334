#include "core/base/error.h"
#include "core/recover/recovery_list.h"

namespace espalier {

const std::vector<const RecoveryMethod*>& recoveryMethodList() {
  static const std::vector<const RecoveryMethod*> list{
      &rebuildMethod(), &distilMethod(),     &finetuneMethod(),
      &correctMethod(), &squareHeadMethod(), &loraMethod(),
  };
  return list;
}

const RecoveryMethod& recoveryMethodNamed(const std::string& name) {
  std::string known;
  for (const auto* m : recoveryMethodList()) {
    if (m->name() == name) return *m;
    known += (known.empty() ? "" : ", ") + m->name();
  }
  throw Error(ErrorKind::InvalidInput,
              "The recovery method \"" + name + "\" is not known; there are " + known + ".");
}

std::vector<const RecoveryMethod*> recoveryMethodsIn(const std::string& names) {
  std::vector<const RecoveryMethod*> methods;
  for (size_t at = 0; !names.empty() && at <= names.size();) {
    const auto end = std::min(names.find(',', at), names.size());
    methods.push_back(&recoveryMethodNamed(names.substr(at, end - at)));
    at = end + 1;
  }
  return methods;
}

}  // namespace espalier
