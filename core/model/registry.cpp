#include "core/model/registry.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/model/families/families.h"

namespace espalier {

const std::vector<Family>& families() {
  return familyList();
}

std::vector<Family>& familyList() {
  static std::vector<Family> all{
      {"bert", "bert", {"BertModel"}, buildBert, true},
      {"blip-caption", "blip", {"BlipForConditionalGeneration"}, buildBlipCaption},
      {"blip-retrieval", "blip", {"BlipForImageTextRetrieval"}, buildBlipRetrieval},
      {"blip-vqa", "blip", {"BlipForQuestionAnswering"}, buildBlipVqa},
      {"blip-2", "blip-2", {"Blip2ForConditionalGeneration"}, buildBlip2},
      {"clip", "clip", {"CLIPModel"}, buildClip, false, clipPatchVectors},
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
      {"gemma3", "gemma3", {"Gemma3ForConditionalGeneration"}, buildGemma3},
      {"gemma3-text", "gemma3_text", {"Gemma3ForCausalLM"}, buildTextDecoder},
      {"idefics3", "idefics3", {"Idefics3ForConditionalGeneration"}, buildIdefics3},
      {"instructblip", "instructblip", {"InstructBlipForConditionalGeneration"}, buildInstructBlip},
      {"internvl", "internvl", {"InternVLForConditionalGeneration"}, buildInternVl},
      {"llama", "llama", {"LlamaForCausalLM"}, buildTextDecoder},
      {"llava", "llava", {"LlavaForConditionalGeneration"}, buildLlava},
      {"llava-next", "llava_next", {"LlavaNextForConditionalGeneration"}, buildLlavaNext},
      {"llava-onevision", "llava_onevision", {"LlavaOnevisionForConditionalGeneration"}, buildLlavaOneVision},
      {"mistral", "mistral", {"MistralForCausalLM"}, buildTextDecoder},
      {"opt", "opt", {"OPTForCausalLM"}, buildOpt},
      {"paligemma", "paligemma", {"PaliGemmaForConditionalGeneration"}, buildPaliGemma},
      {"phi3", "phi3", {"Phi3ForCausalLM"}, buildTextDecoder},
      {"qwen2", "qwen2", {"Qwen2ForCausalLM"}, buildTextDecoder},
      {"qwen2.5-vl", "qwen2_5_vl", {"Qwen2_5_VLForConditionalGeneration"}, buildQwen25Vl},
      {"qwen2-vl", "qwen2_vl", {"Qwen2VLForConditionalGeneration"}, buildQwen2Vl},
      {"qwen3", "qwen3", {"Qwen3ForCausalLM"}, buildTextDecoder},
      {"qwen3-moe", "qwen3_moe", {"Qwen3MoeForCausalLM"}, buildTextDecoder},
      {"qwen3.5", "qwen3_5", {"Qwen3_5ForConditionalGeneration"}, buildQwen35},
      {"qwen3-vl", "qwen3_vl", {"Qwen3VLForConditionalGeneration"}, buildQwen3Vl},
      {"siglip", "siglip", {"SiglipModel"}, buildSiglip},
      {"siglip-classifier", "siglip", {"SiglipForImageClassification"}, buildSiglipClassifier},
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

namespace {

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

std::string inSmallLetters(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return name;
}

// What a model is for, by its class's name: "forcausallm". Empty for a model without a head.
std::string headOf(const std::string& architecture) {
  const auto at = architecture.rfind("For");
  return at == std::string::npos ? std::string() : inSmallLetters(architecture.substr(at));
}

// Of families of one model type the one that an architecture not in the list stands for; null: none.
const Family* aliasOf(const std::vector<const Family*>& ofType, const std::vector<std::string>& named) {
  const auto only = [&](const auto& fits) -> const Family* {
    const Family* found = nullptr;
    for (const auto* family : ofType)
      for (const auto& known : family->architectures)
        for (const auto& name : named)
          if (fits(known, name)) {
            if (found && found != family) return nullptr;
            found = family;
          }
    return found;
  };
  if (const auto* f =
          only([](const auto& a, const auto& b) { return inSmallLetters(a) == inSmallLetters(b); }))
    return f;
  if (const auto* f =
          only([](const auto& a, const auto& b) { return headOf(a) == headOf(b) && !headOf(a).empty(); }))
    return f;
  return ofType.size() == 1 && ofType.front()->takesAnyHead ? ofType.front() : nullptr;
}

}  // namespace

bool isKnownModelType(const nlohmann::json& config) {
  const auto type = modelTypeOf(config);
  return std::any_of(families().begin(), families().end(),
                     [&](const auto& f) { return f.modelType == type; });
}

std::string unknownModelType(const nlohmann::json& config) {
  const auto type = modelTypeOf(config);
  return "config.json has " +
         (type.empty() ? std::string("no \"model_type\"") : "\"model_type\": \"" + type + "\"") +
         "; known are " + knownModelTypes() + ".";
}

const Family& familyOf(const nlohmann::json& config) {
  const auto type = modelTypeOf(config);
  if (!isKnownModelType(config)) throw Error(ErrorKind::Unsupported, unknownModelType(config));
  std::vector<std::string> named;
  if (const auto it = config.find("architectures"); it != config.end() && !it->is_null()) {
    if (!it->is_array())
      throw Error(ErrorKind::Format, "config.json has \"architectures\": " + jsonText(*it).substr(0, 200) +
                                         "; a list of names was expected.");
    for (const auto& a : *it)
      if (a.is_string()) named.push_back(a.get<std::string>());
  }
  std::vector<const Family*> ofType;
  std::vector<std::string> known;
  for (const auto& f : families()) {
    if (f.modelType != type) continue;
    ofType.push_back(&f);
    if (named.empty() || f.architectures.empty()) return *ofType.front();
    known.insert(known.end(), f.architectures.begin(), f.architectures.end());
    for (const auto& a : f.architectures)
      if (std::find(named.begin(), named.end(), a) != named.end()) return f;
  }
  if (const auto* f = aliasOf(ofType, named)) return *f;
  throw Error(ErrorKind::Unsupported, "config.json has \"architectures\": [\"" + listed(named) +
                                          "\"]; of model type " + type + " known are " + listed(known) +
                                          ", and another head computes something else.");
}

}  // namespace espalier
