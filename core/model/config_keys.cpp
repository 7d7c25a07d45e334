#include "core/model/config_keys.h"

#include <map>
#include <string_view>

#include "core/base/json_text.h"
#include "core/model/model.h"

namespace espalier {

namespace {

thread_local ConfigReads* t_reads = nullptr;

struct Harmless {
  const char* reason;
  const char* keys;  // between blanks
};

constexpr Harmless kHarmless[] = {
    {"describes the model",
     " architectures model_type transformers_version torch_dtype dtype id2label label2id tokenizer_class "
     "license "
     "task_specific_params auto_map finetuning_task problem_type name_or_path num_labels language datasets "
     "model_name pipeline_tag library_name tags custom_pipelines "},
    {"is of use in training alone",
     " attention_dropout attention_probs_dropout_prob hidden_dropout_prob hidden_dropout dropout "
     "dropout_rate "
     "activation_dropout classifier_dropout classifier_dropout_prob embd_pdrop resid_pdrop attn_pdrop "
     "projection_dropout drop_path_rate layerdrop encoder_layerdrop decoder_layerdrop initializer_range "
     "initializer_factor init_std logit_scale_init_value layerscale_value layer_scale_init_value "
     "qformer_dropout pos_embed_shift pos_embed_jitter pos_embed_rescale mask_ratio use_mask_token "
     "ignore_index "
     "router_aux_loss_coef router_jitter_noise aux_loss_coef output_router_logits gradient_checkpointing "
     "semantic_loss_ignore_index label_smoothing z_loss "},
    {"is about how the reference runs, not about what it computes",
     " use_cache output_attentions output_hidden_states output_scores return_dict return_dict_in_generate "
     "torchscript use_bfloat16 chunk_size_feed_forward attn_implementation use_flash_attn "
     "use_flash_attention "
     "use_flash_attention_2 tf_legacy_loss pretraining_tp is_composition pruned_heads "
     "keys_to_ignore_at_inference "
     "cache_implementation fused_norm mlp_only_torch "},
    {"chooses how text is generated, which the program's own options do",
     " max_length min_length do_sample early_stopping num_beams num_beam_groups diversity_penalty "
     "temperature "
     "top_k top_p typical_p repetition_penalty length_penalty no_repeat_ngram_size "
     "encoder_no_repeat_ngram_size num_return_sequences max_new_tokens exponential_decay_length_penalty "
     "bad_words_ids suppress_tokens begin_suppress_tokens forced_bos_token_id forced_eos_token_id "
     "remove_invalid_values "},
    {"names tokens that the tokenizer and the other token keys tell",
     " bos_token_id cls_token_id sep_token_id mask_token_id unk_token_id prefix boi_token_id eoi_token_id "
     "image_token image_token_index image_token_id image_start_token_id image_end_token_id boi_token_index "
     "eoi_token_index vision_token_id vision_start_token_id vision_end_token_id audio_token_id "
     "decoder_start_token_id eos_token_id pad_token_id newline_token_id "},
    {"is about videos or sound, which are not read",
     " video_token_id video_token_index tokens_per_second video_seq_length use_video audio_config "
     "temporal_patch_size num_frames "},
    {"was left by another version or program, and the reference reads it nowhere",
     " n_positions output_past in_chans spatial_patch_size is_llama_config rope_interleaved "
     "max_sequence_length sliding_window_size num_positions neftune_noise_alpha perceiver_config "
     "pixel_shuffle_factor qk_layer_norms use_resampler use_base_siglip size transformers.js_config "
     "use_image_newline_parameter directionality pooler_fc_size pooler_num_attention_heads "
     "pooler_num_fc_layers pooler_size_per_head pooler_type attn_output_gate mamba_ssm_dtype "
     "max_dynamic_patch "},
    {"is of layers that guess further tokens, which the reference leaves out, too",
     " mtp_num_hidden_layers mtp_use_dedicated_embeddings "},
    {"follows from other keys",
     " no_rope_layer_interval encoder_hidden_size is_encoder_decoder use_decoder_only_language_model "
     "num_image_tokens hidden_sizes "
     "mrope_interleaved vision_use_head num_features vocab_size_per_layer_input projection_size is_vl_model "
     "num_hidden_layers n_embed image_seq_length torch_compile "},
    {"is of heads or outputs that are left aside",
     " image_text_hidden_size projection_dim is_decoder encoder_stride out_features out_indices stage_names "
     "apply_layernorm reshape_hidden_states "
     "add_cross_attention cross_attention_hidden_size tie_encoder_decoder use_qformer_text_input "
     "cross_attention_layers loss_type summary_type summary_use_proj summary_activation "
     "summary_first_dropout summary_last_dropout "},
    {"sets what the family has no use for as it is",
     " sliding_window max_window_layers use_sliding_window layer_types rope_theta rope_scaling "
     "rope_parameters "
     "original_max_position_embeddings max_position_embeddings partial_rotary_factor head_dim pooler_act "
     "pooler_output_size tie_word_embeddings "},
    {"is about a picture's preparation, which the processor's file tells",
     " image_aspect_ratio image_grid_pinpoints vision_aspect_ratio max_image_size image_mean image_std "
     "pretrained_cfg do_image_splitting "},
};

}  // namespace

void noteConfigKey(const char* key) {
  if (t_reads) t_reads->m_keys.insert(key);
}

ConfigReads::ConfigReads() : m_before(t_reads) {
  t_reads = this;
}
ConfigReads::~ConfigReads() {
  t_reads = m_before;
}

std::string whyHarmless(const std::string& key) {
  for (const auto& [reason, keys] : kHarmless)
    if (std::string_view(keys).find(" " + key + " ") != std::string_view::npos) return reason;
  return {};
}

std::vector<std::string> unknownKeys(const nlohmann::json& config, const ConfigReads& reads) {
  std::vector<std::string> out;
  for (const auto& [key, value] : config.items()) {
    if (value.is_null() || key.starts_with('_') || !whyHarmless(key).empty()) continue;
    if (!reads.has(key)) {
      out.push_back(key);
    } else if (value.is_object()) {
      for (const auto& inner : unknownKeys(value, reads)) out.push_back(key + "." + inner);
    }
  }
  return out;
}

std::vector<std::string> unknownKeys(const Checkpoint& checkpoint) {
  const ConfigReads reads;
  Model::fromCheckpoint(checkpoint);
  return unknownKeys(checkpoint.config(), reads);
}

std::vector<std::string> unheededGeneration(const nlohmann::json& generation) {
  static const std::map<std::string, nlohmann::json> kAsIfAbsent{
      {"bad_words_ids", nullptr},
      {"begin_suppress_tokens", nullptr},
      {"constraints", nullptr},
      {"diversity_penalty", 0.0},
      {"dola_layers", nullptr},
      {"encoder_no_repeat_ngram_size", 0},
      {"encoder_repetition_penalty", 1.0},
      {"exponential_decay_length_penalty", nullptr},
      {"force_words_ids", nullptr},
      {"forced_bos_token_id", nullptr},
      {"forced_decoder_ids", nullptr},
      {"forced_eos_token_id", nullptr},
      {"guidance_scale", 1.0},
      {"min_length", 0},
      {"min_new_tokens", nullptr},
      {"no_repeat_ngram_size", 0},
      {"num_beam_groups", 1},
      {"penalty_alpha", nullptr},
      {"repetition_penalty", 1.0},
      {"sequence_bias", nullptr},
      {"stop_strings", nullptr},
      {"suppress_tokens", nullptr},
      {"token_healing", false},
      {"watermarking_config", nullptr}};
  std::vector<std::string> out;
  if (!generation.is_object()) return out;
  for (const auto& [key, absent] : kAsIfAbsent)
    if (const auto it = generation.find(key);
        it != generation.end() && !it->is_null() && *it != absent && !(it->is_array() && it->empty()))
      out.push_back("\"" + key + "\": " + jsonText(*it).substr(0, 100));
  return out;
}

}  // namespace espalier
