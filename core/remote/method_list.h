#pragma once

#include "core/remote/methods.h"

// The methods of docs/serve.md, each in the file that its comment names.
namespace espalier::rpc_methods {

#define ESPALIER_RPC_METHOD(name) \
  nlohmann::json name(Opened& opened, const RpcParams& params, const RpcCall& call)

// open_methods.cpp
ESPALIER_RPC_METHOD(listFolder);
ESPALIER_RPC_METHOD(openModel);
ESPALIER_RPC_METHOD(openData);
ESPALIER_RPC_METHOD(pairs);
ESPALIER_RPC_METHOD(pictures);
ESPALIER_RPC_METHOD(release);
// plan_methods.cpp
ESPALIER_RPC_METHOD(score);
ESPALIER_RPC_METHOD(allocate);
ESPALIER_RPC_METHOD(globalPlan);
ESPALIER_RPC_METHOD(planLoss);
ESPALIER_RPC_METHOD(sensitivity);
ESPALIER_RPC_METHOD(sweep);
// answer_methods.cpp
ESPALIER_RPC_METHOD(prune);
ESPALIER_RPC_METHOD(evaluate);
ESPALIER_RPC_METHOD(setPlan);
ESPALIER_RPC_METHOD(exportModel);

#undef ESPALIER_RPC_METHOD

}  // namespace espalier::rpc_methods
