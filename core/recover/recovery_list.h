#pragma once

#include "core/recover/recovery_method.h"

namespace espalier {

// Each in the file of its name.
const RecoveryMethod& correctMethod();
const RecoveryMethod& distilMethod();
const RecoveryMethod& finetuneMethod();
const RecoveryMethod& loraMethod();
const RecoveryMethod& rebuildMethod();
const RecoveryMethod& squareHeadMethod();

}  // namespace espalier
