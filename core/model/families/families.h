#pragma once

#include <memory>

#include "core/model/model.h"

// The families of models, one builder each; the registry says which configuration each is for. All throw
// Error naming the key and value of the configuration that they cannot handle.
namespace espalier {

std::shared_ptr<const Model> buildBert(const ModelSource& source);
std::shared_ptr<const Model> buildBlip2(const ModelSource& source);
std::shared_ptr<const Model> buildBlipCaption(const ModelSource& source);
std::shared_ptr<const Model> buildBlipRetrieval(const ModelSource& source);
std::shared_ptr<const Model> buildBlipVqa(const ModelSource& source);
std::shared_ptr<const Model> buildClip(const ModelSource& source);
std::shared_ptr<const Model> buildClipVision(const ModelSource& source);
std::shared_ptr<const Model> buildDeit(const ModelSource& source);
std::shared_ptr<const Model> buildDinov2(const ModelSource& source);
std::shared_ptr<const Model> buildDinov2WithRegisters(const ModelSource& source);
std::shared_ptr<const Model> buildDinov3Vit(const ModelSource& source);
std::shared_ptr<const Model> buildEvaVit(const ModelSource& source);
std::shared_ptr<const Model> buildGemma3(const ModelSource& source);
std::shared_ptr<const Model> buildIdefics3(const ModelSource& source);
std::shared_ptr<const Model> buildInstructBlip(const ModelSource& source);
std::shared_ptr<const Model> buildInternVl(const ModelSource& source);
std::shared_ptr<const Model> buildLlava(const ModelSource& source);
std::shared_ptr<const Model> buildLlavaNext(const ModelSource& source);
std::shared_ptr<const Model> buildLlavaOneVision(const ModelSource& source);
std::shared_ptr<const Model> buildOpt(const ModelSource& source);
std::shared_ptr<const Model> buildPaliGemma(const ModelSource& source);
std::shared_ptr<const Model> buildQwen25Vl(const ModelSource& source);
std::shared_ptr<const Model> buildQwen2Vl(const ModelSource& source);
std::shared_ptr<const Model> buildQwen35(const ModelSource& source);
std::shared_ptr<const Model> buildQwen3Vl(const ModelSource& source);
std::shared_ptr<const Model> buildSiglip(const ModelSource& source);
std::shared_ptr<const Model> buildSiglipClassifier(const ModelSource& source);
std::shared_ptr<const Model> buildSiglip2(const ModelSource& source);
std::shared_ptr<const Model> buildSiglip2Vision(const ModelSource& source);
std::shared_ptr<const Model> buildSiglipVision(const ModelSource& source);
std::shared_ptr<const Model> buildSmolVlm(const ModelSource& source);
std::shared_ptr<const Model> buildT5(const ModelSource& source);
std::shared_ptr<const Model> buildTextDecoder(const ModelSource& source);
std::shared_ptr<const Model> buildTimmVit(const ModelSource& source);
std::shared_ptr<const Model> buildVit(const ModelSource& source);

// Family::patchVectors.
at::Tensor clipPatchVectors(const nlohmann::json& config, const Pass& pass, const at::Tensor& hidden);

}  // namespace espalier
