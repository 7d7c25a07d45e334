#include "core/model/registry.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/model/families/families.h"

namespace espalier {

namespace {

const std::vector<Family>& families() {
  static const std::vector<Family> all{
      {"bert", "bert", {"BertModel"}, buildBert},
      {"blip-caption", "blip", {"BlipForConditionalGeneration"}, buildBlipCaption},
      {"blip-retrieval", "blip", {"BlipForImageTextRetrieval"}, buildBlipRetrieval},
      {"blip-vqa", "blip", {"BlipForQuestionAnswering"}, buildBlipVqa},
      {"blip-2", "blip-2", {"Blip2ForConditionalGeneration"}, buildBlip2},
      {"clip", "clip", {"CLIPModel"}, buildClip},
      {"clip-vision",
       "clip_vision_model",
       {"CLIPVisionModel", "CLIPVisionModelWithProjection"},
       buildClipVision},
      {"deit",
       "deit",
       {"DeiTForImageClassification", "DeiTForImageClassificationWithTeacher", "DeiTModel"},
       buildDeit},
      {"dinov2", "dinov2", {"Dinov2ForImageClassification", "Dinov2Model"}, buildDinov2},
      {"dinov2-registers",
       "dinov2_with_registers",
       {"Dinov2WithRegistersForImageClassification", "Dinov2WithRegistersModel"},
       buildDinov2WithRegisters},
      {"dinov3-vit", "dinov3_vit", {"DINOv3ViTModel"}, buildDinov3Vit},
      {"eva-vit", "lavis_eva_vit", {}, buildEvaVit},
      {"gemma", "gemma", {"GemmaForCausalLM"}, buildTextDecoder},
      {"gemma2", "gemma2", {"Gemma2ForCausalLM"}, buildTextDecoder},
      {"gemma3-text", "gemma3_text", {"Gemma3ForCausalLM"}, buildTextDecoder},
      {"idefics3", "idefics3", {"Idefics3ForConditionalGeneration"}, buildIdefics3},
      {"llama", "llama", {"LlamaForCausalLM"}, buildTextDecoder},
      {"llava", "llava", {"LlavaForConditionalGeneration"}, buildLlava},
      {"mistral", "mistral", {"MistralForCausalLM"}, buildTextDecoder},
      {"opt", "opt", {"OPTForCausalLM"}, buildOpt},
      {"phi3", "phi3", {"Phi3ForCausalLM"}, buildTextDecoder},
      {"qwen2", "qwen2", {"Qwen2ForCausalLM"}, buildTextDecoder},
      {"qwen2.5-vl", "qwen2_5_vl", {"Qwen2_5_VLForConditionalGeneration"}, buildQwen25Vl},
      {"qwen2-vl", "qwen2_vl", {"Qwen2VLForConditionalGeneration"}, buildQwen2Vl},
      {"qwen3", "qwen3", {"Qwen3ForCausalLM"}, buildTextDecoder},
      {"qwen3.5", "qwen3_5", {"Qwen3_5ForConditionalGeneration"}, buildQwen35},
      {"qwen3-moe", "qwen3_moe", {"Qwen3MoeForCausalLM"}, buildTextDecoder},
      {"qwen3-vl", "qwen3_vl", {"Qwen3VLForConditionalGeneration"}, buildQwen3Vl},
      {"siglip", "siglip", {"SiglipModel"}, buildSiglip},
      {"siglip2", "siglip2", {"Siglip2Model"}, buildSiglip2},
      {"siglip2-vision", "siglip2_vision_model", {"Siglip2VisionModel"}, buildSiglip2Vision},
      {"siglip-vision", "siglip_vision_model", {"SiglipVisionModel"}, buildSiglipVision},
      {"smollm3", "smollm3", {"SmolLM3ForCausalLM"}, buildTextDecoder},
      {"smolvlm", "smolvlm", {"SmolVLMForConditionalGeneration"}, buildSmolVlm},
      {"t5", "t5", {"T5ForConditionalGeneration", "T5WithLMHeadModel"}, buildT5},
      {"timm-vit", "timm", {}, buildTimmVit},
      {"vit", "vit", {"ViTForImageClassification", "ViTModel"}, buildVit},
  };
  return all;
}

std::string listed(const std::vector<std::string>& names) {
  std::string s;
  for (const auto& n : names) s += (s.empty() ? "" : ", ") + n;
  return s;
}

std::string knownModelTypes() {
  std::vector<std::string> types;
  for (const auto& f : families())
    if (types.empty() || types.back() != f.modelType) types.push_back(f.modelType);
  return listed(types);
}

// timm's configurations have no model_type but name one of its own architectures.
std::string modelTypeOf(const nlohmann::json& config) {
  if (const auto it = config.find("model_type"); it != config.end() && it->is_string())
    return it->get<std::string>();
  if (const auto it = config.find("architecture"); it != config.end() && it->is_string()) return "timm";
  return {};
}

}  // namespace

const Family& familyOf(const nlohmann::json& config) {
  const auto type = modelTypeOf(config);
  if (type.empty())
    throw Error(ErrorKind::Unsupported,
                "config.json has no \"model_type\"; known are " + knownModelTypes() + ".");
  std::vector<std::string> named;
  if (const auto it = config.find("architectures"); it != config.end() && it->is_array())
    for (const auto& a : *it)
      if (a.is_string()) named.push_back(a.get<std::string>());
  std::vector<std::string> known;
  const Family* first = nullptr;
  for (const auto& f : families()) {
    if (f.modelType != type) continue;
    if (!first) first = &f;
    if (named.empty() || f.architectures.empty()) return *first;
    known.insert(known.end(), f.architectures.begin(), f.architectures.end());
    for (const auto& a : f.architectures)
      if (std::find(named.begin(), named.end(), a) != named.end()) return f;
  }
  if (!first)
    throw Error(ErrorKind::Unsupported,
                "config.json has \"model_type\": \"" + type + "\"; known are " + knownModelTypes() + ".");
  throw Error(ErrorKind::Unsupported, "config.json has \"architectures\": [\"" + listed(named) +
                                          "\"]; of model type " + type + " known are " + listed(known) + ".");
}

}  // namespace espalier
