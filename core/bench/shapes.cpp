#include "core/bench/shapes.h"

#include "core/base/error.h"

namespace espalier {

namespace {

using nlohmann::json;

// Small, so that the head is to the layers about what it is in the large models.
constexpr int64_t kVocabulary = 2000;

json llama(int64_t width, int64_t inner, int64_t layers, int64_t heads, int64_t vocabulary) {
  return {{"model_type", "llama"},
          {"architectures", {"LlamaForCausalLM"}},
          {"hidden_size", width},
          {"intermediate_size", inner},
          {"num_hidden_layers", layers},
          {"num_attention_heads", heads},
          {"num_key_value_heads", heads},
          {"vocab_size", vocabulary},
          {"max_position_embeddings", 2048},
          {"rms_norm_eps", 1e-6},
          {"hidden_act", "silu"},
          {"tie_word_embeddings", false},
          {"bos_token_id", 1},
          {"eos_token_id", 2}};
}

json t5(int64_t width, int64_t inner, int64_t layers, int64_t heads, int64_t vocabulary) {
  return {{"model_type", "t5"},
          {"architectures", {"T5ForConditionalGeneration"}},
          {"d_model", width},
          {"d_kv", 64},
          {"d_ff", inner},
          {"num_layers", layers},
          {"num_decoder_layers", layers},
          {"num_heads", heads},
          {"vocab_size", vocabulary},
          {"feed_forward_proj", "gated-gelu"},
          {"tie_word_embeddings", false},
          {"decoder_start_token_id", 0},
          {"eos_token_id", 1},
          {"pad_token_id", 0}};
}

json blip2(const json& vision, const json& qformer, const json& text) {
  return {{"model_type", "blip-2"},  {"architectures", {"Blip2ForConditionalGeneration"}},
          {"num_query_tokens", 32},  {"use_decoder_only_language_model", false},
          {"vision_config", vision}, {"qformer_config", qformer},
          {"text_config", text}};
}

json blipVision(int64_t width, int64_t inner, int64_t layers, int64_t heads) {
  return {{"model_type", "blip_2_vision_model"},
          {"hidden_size", width},
          {"intermediate_size", inner},
          {"num_hidden_layers", layers},
          {"num_attention_heads", heads},
          {"image_size", 224},
          {"patch_size", 14}};
}

json qformer(int64_t width, int64_t inner, int64_t layers, int64_t heads, int64_t visionWidth) {
  return {{"model_type", "blip_2_qformer"}, {"hidden_size", width},
          {"intermediate_size", inner},     {"num_hidden_layers", layers},
          {"num_attention_heads", heads},   {"encoder_hidden_size", visionWidth}};
}

// The text of a Qwen-VL, as published.
json qwenText(int64_t width, int64_t inner, int64_t layers, int64_t heads, int64_t keyValueHeads) {
  return {{"hidden_size", width},
          {"intermediate_size", inner},
          {"num_hidden_layers", layers},
          {"num_attention_heads", heads},
          {"num_key_value_heads", keyValueHeads},
          {"vocab_size", 151936},
          {"rms_norm_eps", 1e-6},
          {"hidden_act", "silu"},
          {"bos_token_id", 151643},
          {"eos_token_id", 151645},
          {"tie_word_embeddings", true}};
}

json qwenMarks(json text) {
  text.update(
      {{"vision_start_token_id", 151652}, {"vision_end_token_id", 151653}, {"image_token_id", 151655}});
  return text;
}

json qwen2Vl() {
  auto c = qwenMarks(qwenText(1536, 8960, 28, 12, 2));
  c.update({{"model_type", "qwen2_vl"},
            {"architectures", {"Qwen2VLForConditionalGeneration"}},
            {"rope_theta", 1000000.0},
            {"rope_scaling", {{"type", "mrope"}, {"mrope_section", {16, 24, 24}}}},
            {"vision_config",
             {{"depth", 32},
              {"embed_dim", 1280},
              {"mlp_ratio", 4},
              {"num_heads", 16},
              {"hidden_size", 1536},
              {"patch_size", 14}}}});
  return c;
}

json qwen25Vl() {
  auto c = qwenMarks(qwenText(2048, 11008, 36, 16, 2));
  c.update({{"model_type", "qwen2_5_vl"},
            {"architectures", {"Qwen2_5_VLForConditionalGeneration"}},
            {"rope_theta", 1000000.0},
            {"rope_scaling", {{"type", "mrope"}, {"mrope_section", {16, 24, 24}}}},
            {"vision_config",
             {{"depth", 32},
              {"hidden_size", 1280},
              {"intermediate_size", 3420},
              {"num_heads", 16},
              {"out_hidden_size", 2048},
              {"patch_size", 14},
              {"window_size", 112},
              {"fullatt_block_indexes", {7, 15, 23, 31}}}}});
  return c;
}

json qwen3Vl() {
  auto text = qwenText(2048, 6144, 28, 16, 8);
  text.update({{"head_dim", 128},
               {"rope_theta", 5000000.0},
               {"rope_scaling",
                {{"rope_type", "default"}, {"mrope_interleaved", true}, {"mrope_section", {24, 20, 20}}}}});
  auto c = qwenMarks({{"model_type", "qwen3_vl"},
                      {"architectures", {"Qwen3VLForConditionalGeneration"}},
                      {"tie_word_embeddings", true},
                      {"text_config", text}});
  c["vision_config"] = {{"depth", 24},
                        {"hidden_size", 1024},
                        {"intermediate_size", 4096},
                        {"num_heads", 16},
                        {"out_hidden_size", 2048},
                        {"patch_size", 16},
                        {"num_position_embeddings", 2304},
                        {"deepstack_visual_indexes", {5, 11, 17}}};
  return c;
}

json llama1b() {
  auto text = llama(2048, 5632, 22, 32, 32000);
  text["num_key_value_heads"] = 4;
  return text;
}

// As published: SigLIP's base tower on tiles of 512 pixels, SmolLM2-135M.
json smolVlm256m() {
  auto text = llama(576, 1536, 30, 9, 49280);
  text.update({{"num_key_value_heads", 3},
               {"head_dim", 64},
               {"max_position_embeddings", 8192},
               {"rms_norm_eps", 1e-5},
               {"rope_theta", 100000.0},
               {"pad_token_id", 2}});
  return {{"model_type", "idefics3"},
          {"architectures", {"Idefics3ForConditionalGeneration"}},
          {"image_token_id", 49190},
          {"pad_token_id", 2},
          {"scale_factor", 4},
          {"tie_word_embeddings", false},
          {"text_config", text},
          {"vision_config",
           {{"model_type", "idefics3_vision"},
            {"hidden_size", 768},
            {"intermediate_size", 3072},
            {"num_hidden_layers", 12},
            {"num_attention_heads", 12},
            {"image_size", 512},
            {"patch_size", 16}}}};
}

// As published: SigLIP's tower of 400 million parameters, 256 tokens a picture.
json gemma34b() {
  return {{"model_type", "gemma3"},
          {"architectures", {"Gemma3ForConditionalGeneration"}},
          {"image_token_index", 262144},
          {"boi_token_index", 255999},
          {"eoi_token_index", 256000},
          {"mm_tokens_per_image", 256},
          {"text_config",
           {{"model_type", "gemma3_text"},
            {"hidden_size", 2560},
            {"intermediate_size", 10240},
            {"num_hidden_layers", 34},
            {"num_attention_heads", 8},
            {"num_key_value_heads", 4},
            {"head_dim", 256},
            {"vocab_size", 262208},
            {"sliding_window", 1024},
            {"rope_scaling", {{"factor", 8.0}, {"rope_type", "linear"}}}}},
          {"vision_config",
           {{"model_type", "siglip_vision_model"},
            {"hidden_size", 1152},
            {"intermediate_size", 4304},
            {"num_hidden_layers", 27},
            {"num_attention_heads", 16},
            {"image_size", 896},
            {"patch_size", 14}}}};
}

std::vector<BenchShape> makeShapes() {
  const json eva{{"model_type", "lavis_eva_vit"},
                 {"norm_layer_eps", 1e-6},
                 {"img_size", 224},
                 {"patch_size", 14},
                 {"use_mean_pooling", true},
                 {"embed_dim", 512},
                 {"depth", 8},
                 {"num_heads", 8},
                 {"mlp_ratio", 4.0},
                 {"qkv_bias", true},
                 {"num_classes", 1000}};
  return {
      {"llama-512", "LLaMA, 8 layers of width 512", DType::F32, true, 64, 0, 0,
       llama(512, 1376, 8, 8, kVocabulary)},
      {"t5-512", "T5 1.1, 8 + 8 layers of width 512", DType::F32, true, 64, 16, 0,
       t5(512, 1376, 8, 8, kVocabulary)},
      {"eva-512", "EVA-ViT, 8 layers of width 512", DType::F32, true, 0, 0, 224, eva},
      {"blip2-384", "BLIP-2, a third as wide and deep: ViT 12 x 384, Q-Former 4 x 256, T5 8 + 8 x 384",
       DType::F32, true, 16, 8, 224,
       blip2(blipVision(384, 1536, 12, 6), qformer(256, 1024, 4, 4, 384), t5(384, 1024, 8, 6, kVocabulary))},
      {"llama-24", "LLaMA, 24 layers of width 256", DType::F32, true, 64, 0, 0,
       llama(256, 688, 24, 4, kVocabulary)},
      {"llama-8000", "LLaMA, 8 layers of width 512, a vocabulary of 8000: the head is larger than a layer",
       DType::F32, false, 64, 0, 0, llama(512, 1376, 8, 8, 8000)},
      {"blip2-deep", "BLIP-2 as deep as FlanT5-XL and narrow, 588 matrices: for measuring the window",
       DType::F32, false, 16, 8, 224,
       blip2(blipVision(64, 256, 39, 4), qformer(64, 256, 12, 4, 64), t5(64, 160, 24, 4, kVocabulary))},
      {"llama-64", "LLaMA, 2 layers of width 64: whether every stage runs", DType::F32, false, 8, 0, 0,
       llama(64, 172, 2, 2, kVocabulary)},
      {"llama-7b", "LLaMA 7B in bf16", DType::BF16, false, 128, 0, 0, llama(4096, 11008, 32, 32, 32000)},
      {"blip2-flan-t5-xl", "BLIP-2 FlanT5-XL in bf16", DType::BF16, false, 32, 16, 224,
       blip2(blipVision(1408, 6144, 39, 16), qformer(768, 3072, 12, 12, 1408),
             t5(2048, 5120, 24, 32, 32128))},
      {"llama-1b", "LLaMA 1.1B in bf16, as TinyLlama", DType::BF16, false, 32, 0, 0, llama1b()},
      {"smolvlm-256m", "SmolVLM 256M in bf16, each picture one tile", DType::BF16, false, 32, 16, 512,
       smolVlm256m(), BenchPictures::Tiles},
      {"gemma-3-4b", "Gemma 3 4B in bf16", DType::BF16, false, 32, 16, 896, gemma34b()},
      {"qwen2-vl-2b", "Qwen2-VL 2B in bf16", DType::BF16, false, 32, 16, 224, qwen2Vl(),
       BenchPictures::Patches},
      {"qwen2.5-vl-3b", "Qwen2.5-VL 3B in bf16", DType::BF16, false, 32, 16, 224, qwen25Vl(),
       BenchPictures::Patches},
      {"qwen3-vl-2b", "Qwen3-VL 2B in bf16", DType::BF16, false, 32, 16, 224, qwen3Vl(),
       BenchPictures::Patches},
  };
}

}  // namespace

const std::vector<BenchShape>& benchShapes() {
  static const auto shapes = makeShapes();
  return shapes;
}

const BenchShape& benchShapeNamed(const std::string& name) {
  std::string known;
  for (const auto& s : benchShapes()) {
    if (s.name == name) return s;
    known += (known.empty() ? "" : ", ") + s.name;
  }
  throw Error(ErrorKind::InvalidInput, "There is no shape \"" + name + "\"; known are " + known + ".");
}

}  // namespace espalier
