#pragma once

#include "core/recover/recovery_method.h"

namespace espalier {

// Each in the file of its name.
const RecoveryMethod& distilMethod();
const RecoveryMethod& finetuneMethod();
const RecoveryMethod& rebuildMethod();

}  // namespace espalier
