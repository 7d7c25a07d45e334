#pragma once

#include <c10/core/DispatchKey.h>

namespace espalier {

// The dispatch key of tensors with tangents: one that LibTorch leaves to programs.
constexpr auto kTangentKey = c10::DispatchKey::PrivateUse2;

// Tells LibTorch the derivative rules, once in a process. May be called from several threads.
void registerTangentRules();

}  // namespace espalier
