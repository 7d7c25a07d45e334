#!/usr/bin/env python3
"""Writes models of today's families in settings that the fixtures do not have, with what transformers makes of them.

    python3 tests/reference/make_family_variants.py --families FOLDER --out VARIANTS [--only WORD]
    ESPALIER_FAMILIES=VARIANTS build/release/tests/bin/core.model.families_test

FOLDER is laid out as tests/data/families (the whole set of fixtures, not the thinned copies, gives more calls). A variant is a
fixture with some keys of its config.json changed, random weights and inputs like the fixture's. Needs torch and transformers 5
(run with 5.12.1 of Debian sid), which Debian 12 has not; says so and ends where they lack.
"""
import argparse
import contextlib
import copy
import json
import shutil
import sys
import zlib
from pathlib import Path

try:
    import torch
    import transformers as hf
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed")
    sys.exit(0)
from safetensors.torch import load_file, save_file

hf.logging.set_verbosity_error()
hf.logging.disable_progress_bar()
torch.set_grad_enabled(False)

NEW_TOKENS = 8
TEXT, VISION = "/text_config/", "/vision_config/"
YARN = dict(rope_type="yarn", rope_theta=1e4, factor=4.0, original_max_position_embeddings=8)
LLAMA3 = dict(rope_type="llama3", rope_theta=500.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=16)
LINEAR = dict(rope_type="linear", rope_theta=200.0, factor=2.5)
DYNAMIC = dict(rope_type="dynamic", rope_theta=1e4, factor=4.0)


def layers(kinds):
    return ["full_attention" if k == "f" else "sliding_attention" for k in kinds]


def text(**k):
    return {"/" + key: value for key, value in k.items()}


def of(section, **k):
    return {section + key: value for key, value in k.items()}


# name: (fixture, changed keys)
VARIANTS = {
    "qwen2-layer-types": ("qwen2", text(layer_types=layers("fsf"), use_sliding_window=True, sliding_window=4)),
    "qwen2-window-0": ("qwen2", text(layer_types=None, use_sliding_window=True, sliding_window=3, max_window_layers=0)),
    "qwen2-yarn": ("qwen2", text(rope_parameters=YARN, max_position_embeddings=32)),
    "qwen2-yarn-full": ("qwen2", text(rope_parameters=YARN | dict(beta_fast=16.0, beta_slow=2.0, attention_factor=1.3, truncate=False))),
    "qwen2-yarn-mscale": ("qwen2", text(rope_parameters=YARN | dict(mscale=1.2, mscale_all_dim=0.8))),
    "qwen2-gelu-untied": ("qwen2", text(hidden_act="gelu_pytorch_tanh", tie_word_embeddings=False, num_key_value_heads=4)),
    "qwen3-bias-window": ("qwen3", text(attention_bias=True, use_sliding_window=True, sliding_window=4, max_window_layers=1,
                                       layer_types=None)),
    "qwen3-dynamic": ("qwen3", text(rope_parameters=DYNAMIC, max_position_embeddings=8)),
    "qwen3-linear-kv1": ("qwen3", text(rope_parameters=LINEAR, num_key_value_heads=1, head_dim=6)),
    "qwen3-llama3-tied": ("qwen3", text(rope_parameters=LLAMA3, tie_word_embeddings=True)),
    "qwen3-moe-top1": ("qwen3-moe", text(num_experts_per_tok=1, norm_topk_prob=False, mlp_only_layers=[])),
    "qwen3-moe-step-2": ("qwen3-moe", text(decoder_sparse_step=2, num_hidden_layers=4, mlp_only_layers=[], num_experts=6,
                                          num_experts_per_tok=3, attention_bias=True)),
    "qwen3-moe-window": ("qwen3-moe", text(use_sliding_window=True, sliding_window=4, norm_topk_prob=False)),
    "mistral-no-window": ("mistral", text(sliding_window=None, head_dim=None)),
    "mistral-window-3": ("mistral", text(sliding_window=3, tie_word_embeddings=True, num_key_value_heads=1, hidden_act="gelu")),
    "mistral-yarn": ("mistral", text(rope_parameters=YARN, head_dim=10)),
    "smollm3-all-rope": ("smollm3", text(no_rope_layers=[1, 1, 1, 1])),
    "smollm3-interval-2": ("smollm3", text(no_rope_layers=None, no_rope_layer_interval=2, attention_bias=True)),
    "smollm3-window": ("smollm3", text(use_sliding_window=True, sliding_window=4, layer_types=None, mlp_bias=True,
                                      tie_word_embeddings=False)),
    "phi3-partial": ("phi3", text(rope_parameters=dict(rope_type="default", rope_theta=1e4, partial_rotary_factor=0.5))),
    "phi3-longrope-short": ("phi3", text(rope_parameters=dict(rope_type="longrope", rope_theta=1e4, short_factor=[1.0, 1.1, 1.2, 1.5],
                                                            long_factor=[2.0, 3.0, 4.0, 6.0], original_max_position_embeddings=64),
                                        max_position_embeddings=256, original_max_position_embeddings=64)),
    "phi3-longrope-long": ("phi3", text(rope_parameters=dict(rope_type="longrope", rope_theta=1e4, short_factor=[1.0, 1.1, 1.2, 1.5],
                                                           long_factor=[2.0, 3.0, 4.0, 6.0], original_max_position_embeddings=8),
                                       max_position_embeddings=256, original_max_position_embeddings=8, sliding_window=None)),
    "phi3-longrope-crossing": ("phi3", text(rope_parameters=dict(rope_type="longrope", rope_theta=1e4, short_factor=[1.0, 1.3],
                                                               long_factor=[2.0, 5.0], original_max_position_embeddings=14),
                                           max_position_embeddings=256, original_max_position_embeddings=14, hidden_size=16,
                                           num_attention_heads=4, num_key_value_heads=2, num_hidden_layers=2, intermediate_size=24,
                                           sliding_window=None)),
    "phi3-tied-kv4": ("phi3", text(tie_word_embeddings=True, num_key_value_heads=4, sliding_window=4, hidden_act="gelu")),
    "gemma2-all-sliding": ("gemma2", text(layer_types=layers("ssfs"), sliding_window=3, num_key_value_heads=1)),
    "gemma2-no-caps": ("gemma2", text(attn_logit_softcapping=None, final_logit_softcapping=None, attention_bias=True)),
    "gemma2-untied": ("gemma2", text(tie_word_embeddings=False, query_pre_attn_scalar=24, hidden_activation="gelu")),
    "gemma3-text-yarn": ("gemma3-text", text(rope_parameters={"full_attention": YARN, "sliding_attention":
                                                            dict(rope_type="default", rope_theta=100.0)})),
    "gemma3-text-scaled-local": ("gemma3-text", text(rope_parameters={"full_attention": LINEAR, "sliding_attention": LINEAR})),
    "gemma3-text-bidirectional": ("gemma3-text", text(use_bidirectional_attention=True)),
    "gemma3-text-bidirectional-narrow": ("gemma3-text", text(use_bidirectional_attention=True, sliding_window=6, num_hidden_layers=2,
                                                             layer_types=layers("sf"), hidden_size=16, intermediate_size=24,
                                                             num_attention_heads=2, num_key_value_heads=1, head_dim=8)),
    "gemma3-text-caps": ("gemma3-text", text(final_logit_softcapping=4.0, attn_logit_softcapping=3.0, layer_types=layers("fssf"))),
    "gemma3-window-2": ("gemma3", of(TEXT, sliding_window=2, layer_types=layers("ssf"), num_key_value_heads=1)),
    "gemma3-all-full": ("gemma3", of(TEXT, layer_types=layers("fff")) | text(mm_tokens_per_image=4)),
    "gemma3-4-tokens": ("gemma3", text(mm_tokens_per_image=4) | of(VISION, hidden_act="gelu", image_size=24)),
    "paligemma2-window": ("paligemma2", of(TEXT, sliding_window=3, layer_types=layers("fsf"), attn_logit_softcapping=None)),
    "paligemma-wide": ("paligemma", of(VISION, hidden_size=24, num_attention_heads=3, image_size=21)),
    "qwen2-vl-merge-1": ("qwen2-vl", of(VISION, spatial_merge_size=1, temporal_patch_size=1)),
    "qwen2-vl-yarn": ("qwen2-vl", of(TEXT, rope_parameters=YARN | dict(mrope_section=[2, 1, 1]))),
    "qwen2-vl-sections": ("qwen2-vl", of(TEXT, rope_parameters=dict(rope_type="default", rope_theta=25.0, mrope_section=[1, 1, 2])) |
                          of(VISION, mlp_ratio=3, hidden_act="gelu")),
    "qwen2.5-vl-window-24": ("qwen2.5-vl", of(VISION, window_size=24, fullatt_block_indexes=[0, 2], hidden_act="gelu")),
    "qwen2.5-vl-no-full": ("qwen2.5-vl", of(VISION, fullatt_block_indexes=[], num_heads=2)),
    "qwen2.5-vl-layer-types": ("qwen2.5-vl", of(TEXT, use_sliding_window=True, sliding_window=5, layer_types=layers("sf"))),
    "qwen3-vl-deepstack-1": ("qwen3-vl", of(VISION, deepstack_visual_indexes=[2])),
    "qwen3-vl-deepstack-none": ("qwen3-vl", of(VISION, deepstack_visual_indexes=[])),
    "qwen3-vl-deepstack-3": ("qwen3-vl", of(VISION, deepstack_visual_indexes=[0, 1, 2], num_position_embeddings=16)),
    "qwen3-vl-merge-1": ("qwen3-vl", of(VISION, spatial_merge_size=1, hidden_act="silu")),
    "qwen3-vl-sections": ("qwen3-vl", of(TEXT, rope_parameters=dict(rope_type="default", rope_theta=50.0, mrope_section=[2, 3, 3],
                                                                  mrope_interleaved=True), attention_bias=True)),
    "qwen3-vl-yarn": ("qwen3-vl", of(TEXT, rope_parameters=YARN | dict(mrope_section=[4, 2, 2], mrope_interleaved=True))),
    "qwen3.5-all-full": ("qwen3.5", of(TEXT, layer_types=["full_attention"] * 4)),
    "qwen3.5-all-linear": ("qwen3.5", of(TEXT, layer_types=["linear_attention"] * 3 + ["full_attention"], linear_conv_kernel_dim=3,
                                         linear_num_key_heads=4, linear_key_head_dim=6, attention_bias=True)),
    "qwen3.5-rotary-1": ("qwen3.5", of(TEXT, rope_parameters=dict(rope_type="default", rope_theta=40.0, partial_rotary_factor=1.0,
                                                                mrope_section=[4, 2, 2], mrope_interleaved=True),
                                       linear_num_value_heads=2, linear_value_head_dim=12)),
    "idefics3-scale-1": ("idefics3-padded-tied", text(scale_factor=1) | of(TEXT, tie_word_embeddings=False) |
                         text(tie_word_embeddings=False)),
    "idefics3-llama3": ("idefics3-padded-tied", of(TEXT, rope_parameters=LLAMA3, num_key_value_heads=4, attention_bias=True,
                                                   mlp_bias=True) | of(VISION, hidden_act="gelu")),
    "smolvlm2-qwen2": ("smolvlm2", {"/text_config": dict(model_type="qwen2", hidden_size=32, intermediate_size=56, num_attention_heads=4,
                                                         num_hidden_layers=2, num_key_value_heads=1, vocab_size=120, bos_token_id=1,
                                                         eos_token_id=2, pad_token_id=0)}),
    "internvl-rms": ("internvl3", of(VISION, norm_type="rms_norm", attention_bias=False, use_mean_pooling=False)),
    "internvl-no-positions": ("internvl3", of(VISION, use_absolute_position_embeddings=False, layer_scale_init_value=0.5)),
    "internvl-full": ("internvl3", text(downsample_ratio=1.0) | of(VISION, use_mask_token=True, hidden_act="gelu_pytorch_tanh")),
    "internvl-layer": ("internvl3", text(vision_feature_layer=-2, projector_hidden_act="silu")),
    "internvl-llama": ("internvl3.5-qknorm", {"/text_config": dict(model_type="llama", hidden_size=32, intermediate_size=56,
                                                                   num_attention_heads=4, num_hidden_layers=2, num_key_value_heads=2,
                                                                   vocab_size=120, bos_token_id=1, eos_token_id=2, pad_token_id=0)}),
    "llava-siglip-layers": ("llava-siglip-qwen2", text(vision_feature_layer=[-1, -2], vision_feature_select_strategy="full",
                                                       multimodal_projector_bias=False)),
    "llava15-full": ("llava15-v5", text(vision_feature_select_strategy="full", vision_feature_layer=-1)),
    "llava15-layers": ("llava15-v5", text(vision_feature_layer=[-3, -2], projector_hidden_act="silu")),
    "llava15-mistral": ("llava15-v5", {"/text_config": dict(model_type="mistral", hidden_size=32, intermediate_size=56,
                                                            num_attention_heads=4, num_hidden_layers=2, num_key_value_heads=2,
                                                            vocab_size=120, sliding_window=5, bos_token_id=1, eos_token_id=2,
                                                            pad_token_id=0)}),
    "llava15-gemma": ("llava15-v5", {"/text_config": dict(model_type="gemma", hidden_size=32, intermediate_size=56, head_dim=10,
                                                          num_attention_heads=4, num_hidden_layers=2, num_key_value_heads=1,
                                                          vocab_size=120, bos_token_id=1, eos_token_id=2, pad_token_id=0)}),
    "llava-next-full": ("llava-next", text(vision_feature_select_strategy="full", vision_feature_layer=-1)),
    "llava-next-layers": ("llava-next", text(vision_feature_layer=[-2, -1], multimodal_projector_bias=False)),
    "llava-next-qwen2": ("llava-next", {"/text_config": dict(model_type="qwen2", hidden_size=32, intermediate_size=56,
                                                             num_attention_heads=4, num_hidden_layers=2, num_key_value_heads=2,
                                                             vocab_size=120, bos_token_id=1, eos_token_id=2, pad_token_id=0)}),
    "llava-onevision-anyres": ("llava-onevision", text(vision_aspect_ratio="anyres_max_6", multimodal_projector_bias=False)),
    "llava-onevision-max-2": ("llava-onevision", text(vision_aspect_ratio="anyres_max_2", vision_feature_layer=-2)),
    "llava-onevision-clip": ("llava-onevision", {"/vision_config": dict(model_type="clip_vision_model", hidden_size=32, image_size=12,
                                                                        intermediate_size=48, num_attention_heads=4, patch_size=4,
                                                                        num_hidden_layers=3),
                                                 "/vision_feature_select_strategy": "default", "/vision_feature_layer": -2}),
    "siglip-wide": ("siglip", of(VISION, hidden_size=48, intermediate_size=60, image_size=24) |
                    of(TEXT, projection_size=48, hidden_act="gelu")),
    "siglip-vision-no-head": ("siglip-vision", text(vision_use_head=False, hidden_act="gelu")),
    "siglip2-fixres-wide": ("siglip2-fixres-projection", of(VISION, hidden_act="gelu", patch_size=14)),
    "siglip2-naflex-grid": ("siglip2-naflex", of(VISION, num_patches=25, hidden_act="gelu")),
    "dinov2-swiglu": ("dinov2", text(use_swiglu_ffn=True, mlp_ratio=3, hidden_act="silu")),
    "dinov2-no-bias": ("dinov2", text(qkv_bias=False, mlp_ratio=3, layerscale_value=0.3, image_size=42)),
    "dinov2-registers-swiglu": ("dinov2-registers", text(use_swiglu_ffn=True, num_register_tokens=4)),
    "dinov3-gated": ("dinov3-vit", text(use_gated_mlp=True, hidden_act="silu", mlp_bias=False, num_register_tokens=0)),
    "dinov3-biases": ("dinov3-vit", text(key_bias=True, query_bias=False, value_bias=False, proj_bias=False, rope_theta=50.0)),
    "clip-vision-gelu": ("clip-vision-projection", text(hidden_act="gelu", projection_dim=12, image_size=35)),
    "qwen2-shape": ("qwen2", text(hidden_size=48, num_attention_heads=6, num_key_value_heads=3, intermediate_size=40, rms_norm_eps=1e-5)),
    "qwen3-shape": ("qwen3", text(hidden_size=40, num_attention_heads=5, num_key_value_heads=5, head_dim=6, eos_token_id=[2, 7])),
    "mistral-shape": ("mistral", text(hidden_size=48, num_attention_heads=6, num_key_value_heads=2, head_dim=14, sliding_window=6)),
    "smollm3-shape": ("smollm3", text(hidden_size=36, num_attention_heads=3, num_key_value_heads=3, rope_parameters=YARN)),
    "phi3-shape": ("phi3", text(hidden_size=48, num_attention_heads=6, num_key_value_heads=2, rms_norm_eps=1e-6,
                                rope_parameters=dict(rope_type="default", rope_theta=1e3, partial_rotary_factor=0.75))),
    "phi3-longrope-partial": ("phi3", text(rope_parameters=dict(rope_type="longrope", rope_theta=1e4, short_factor=[1.0, 1.3],
                                                              long_factor=[2.0, 5.0], original_max_position_embeddings=8,
                                                              partial_rotary_factor=0.5),
                                          max_position_embeddings=64, original_max_position_embeddings=8)),
    "phi3-longrope-mscale": ("phi3", text(rope_parameters=dict(rope_type="longrope", rope_theta=1e4, short_factor=[1.0, 1.1, 1.2, 1.5],
                                                             long_factor=[2.0, 3.0, 4.0, 6.0], original_max_position_embeddings=8,
                                                             attention_factor=1.19),
                                         max_position_embeddings=256, original_max_position_embeddings=8)),
    "gemma-shape": ("gemma2", {"/architectures": ["GemmaForCausalLM"], "/sliding_window": None, "/model_type": "gemma", "/hidden_size": 48, "/head_dim": 10,
                               "/num_attention_heads": 3, "/num_key_value_heads": 1, "/layer_types": None}),
    "gemma2-shape": ("gemma2", text(hidden_size=48, num_attention_heads=6, num_key_value_heads=3, head_dim=8, num_hidden_layers=3,
                                    layer_types=layers("sfs"), final_logit_softcapping=12.0)),
    "gemma3-text-shape": ("gemma3-text", text(hidden_size=24, num_attention_heads=2, num_key_value_heads=1, head_dim=14,
                                              num_hidden_layers=7, layer_types=layers("sssssfs"), query_pre_attn_scalar=14)),
    "gemma3-shape": ("gemma3", of(TEXT, hidden_size=48, num_attention_heads=3, num_key_value_heads=3, head_dim=10) |
                     of(VISION, hidden_size=24, num_attention_heads=2, num_hidden_layers=3, image_size=16) | text(mm_tokens_per_image=4)),
    "paligemma-shape": ("paligemma", of(TEXT, hidden_size=48, num_attention_heads=3, head_dim=10) | text(hidden_size=48, projection_dim=48) |
                        of(VISION, hidden_size=24, num_attention_heads=2, num_hidden_layers=3, projection_dim=48)),
    "paligemma2-untied": ("paligemma2", of(TEXT, tie_word_embeddings=False) | text(tie_word_embeddings=False)),
    "qwen2-vl-shape": ("qwen2-vl", of(TEXT, hidden_size=48, num_attention_heads=6, num_key_value_heads=3) |
                       of(VISION, embed_dim=24, num_heads=3, depth=3, hidden_size=48)),
    "qwen2-vl-dynamic": ("qwen2-vl", of(TEXT, rope_parameters=LINEAR | dict(mrope_section=[2, 1, 1]))),
    "qwen2.5-vl-shape": ("qwen2.5-vl", of(TEXT, hidden_size=48, num_attention_heads=6, num_key_value_heads=3) |
                         of(VISION, hidden_size=24, num_heads=3, depth=4, fullatt_block_indexes=[1, 3], out_hidden_size=48, window_size=8)),
    "qwen3-vl-shape": ("qwen3-vl", of(TEXT, hidden_size=48, num_attention_heads=3, num_key_value_heads=3, head_dim=12,
                                      rope_parameters=dict(rope_type="default", rope_theta=50.0, mrope_section=[2, 2, 2],
                                                           mrope_interleaved=True)) |
                       of(VISION, hidden_size=48, num_heads=6, depth=4, deepstack_visual_indexes=[1, 3], out_hidden_size=48,
                          num_position_embeddings=64, temporal_patch_size=1)),
    "qwen3.5-shape": ("qwen3.5", of(TEXT, hidden_size=48, num_attention_heads=3, num_key_value_heads=1, linear_num_key_heads=3,
                                    linear_num_value_heads=3, layer_types=["linear_attention", "linear_attention", "linear_attention",
                                                                           "full_attention"]) |
                      of(VISION, hidden_size=24, num_heads=2, out_hidden_size=48)),
    "smolvlm-shape": ("smolvlm-256m-like", of(TEXT, hidden_size=48, num_attention_heads=6, num_key_value_heads=3, head_dim=None) |
                      of(VISION, hidden_size=24, num_attention_heads=2, num_hidden_layers=3)),
    "internvl-shape": ("internvl3", of(TEXT, hidden_size=48, num_attention_heads=6, num_key_value_heads=3) |
                       of(VISION, hidden_size=24, num_attention_heads=3, num_hidden_layers=3, image_size=[48, 16], use_qk_norm=True)),
    "llava-next-shape": ("llava-next", of(VISION, hidden_size=24, num_attention_heads=3, num_hidden_layers=4) |
                         of(TEXT, hidden_size=48, num_attention_heads=6, head_dim=6) | text(image_grid_pinpoints=[[12, 36], [24, 24]])),
    "llava-next-siglip": ("llava-next", {"/vision_config": dict(model_type="siglip_vision_model", hidden_size=32, image_size=12,
                                                                intermediate_size=48, num_attention_heads=4, patch_size=4,
                                                                num_hidden_layers=2, vision_use_head=False),
                                         "/vision_feature_select_strategy": "full", "/vision_feature_layer": -1}),
    "llava-onevision-shape": ("llava-onevision", of(VISION, hidden_size=24, num_attention_heads=2, num_hidden_layers=3) |
                              of(TEXT, hidden_size=48, num_attention_heads=6, num_key_value_heads=3) |
                              text(image_grid_pinpoints=[[12, 24], [24, 12], [24, 24], [36, 36]])),
    "dinov2-shape": ("dinov2", text(hidden_size=24, num_attention_heads=2, num_hidden_layers=2, patch_size=14, image_size=42)),
    "dinov2-bare": ("dinov2", {"/architectures": ["Dinov2Model"]}),
    "dinov2-registers-bare": ("dinov2-registers", {"/architectures": ["Dinov2WithRegistersModel"], "/num_register_tokens": 1}),
    "dinov3-shape": ("dinov3-vit", text(hidden_size=48, num_attention_heads=3, num_hidden_layers=3, pos_embed_rescale=None)),
    "siglip-shape": ("siglip", of(VISION, num_hidden_layers=3, patch_size=16) | of(TEXT, num_hidden_layers=3, num_attention_heads=2,
                                                                                max_position_embeddings=8)),
    "siglip-classes": ("siglip-vision", {"/architectures": ["SiglipForImageClassification"], "/num_labels": 5}),
    "siglip2-naflex-shape": ("siglip2-naflex", of(VISION, hidden_size=48, num_attention_heads=6, num_patches=9, num_hidden_layers=3) |
                             of(TEXT, projection_size=48)),
}


def put(config, place, value):
    keys = place.strip("/").split("/")
    for key in keys[:-1]:
        config = config[key]
    config[keys[-1]] = value


def fill(model, seed):
    """Numbers large enough for every layer to matter, small enough for float32 to keep them apart."""
    rng = torch.Generator().manual_seed(seed)
    for name, p in sorted(model.named_parameters()):
        t = torch.randn(p.shape, generator=rng)
        if "norm" in name.lower() and name.endswith("weight"):
            around = 0.0 if abs(float(p.float().mean())) < 0.1 else 1.0
            p.copy_(around + 0.2 * t)
        elif "A_log" in name or "dt_bias" in name or "lambda" in name or "layer_scale" in name or "logit" in name:
            p.copy_(p + 0.1 * t)
        else:
            p.copy_(t * (0.5 if "embed" in name or p.dim() < 2 else 1.4 / p[0].numel() ** 0.5))
    return model.eval()


# ---- Inputs: the fixture's, with as many tokens for pictures as this model has features


def pixels(model, inputs, rng):
    """Pictures of the size this model takes."""
    value = inputs.get("pixel_values")
    if value is None or "image_grid_thw" in inputs:
        if value is not None:
            v = model.config.vision_config
            size = getattr(v, "in_channels", 3) * v.temporal_patch_size * v.patch_size ** 2
            if value.shape[1] != size:
                inputs["pixel_values"] = torch.randn(value.shape[0], size, generator=rng)
        return
    v = getattr(model.config, "vision_config", model.config)
    side = getattr(v, "image_size", None)
    if side is None or "pixel_attention_mask" in inputs:
        return
    sides = list(side) if isinstance(side, (list, tuple)) else [side, side]
    if list(value.shape[-2:]) != sides:
        inputs["pixel_values"] = torch.randn(*value.shape[:-2], *sides, generator=rng)


def feature_owner(model):
    """Whose get_image_features gives both the tower's output and what goes into the text."""
    inner = getattr(model, "model", None)
    return inner if hasattr(inner, "get_image_features") else model


def feature_counts(model, inputs):
    """How many tokens each picture, or each tile, has."""
    owner = feature_owner(model)
    names = [n for n in ("pixel_values", "image_grid_thw", "image_sizes", "pixel_attention_mask", "batch_num_images") if n in inputs]
    if "batch_num_images" in names and type(model).__name__ != "LlavaOnevisionForConditionalGeneration":
        names.remove("batch_num_images")
    features = owner.get_image_features(**{n: inputs[n] for n in names})
    features = getattr(features, "pooler_output", features)
    if isinstance(features, (list, tuple)):
        return [f.shape[0] for f in features]
    return [features.shape[1]] * features.shape[0] if features.dim() == 3 else [features.shape[0]]


def with_tokens(model, inputs, base):
    """The texts with runs of picture tokens as long as they have to be."""
    if "pixel_values" not in inputs or "input_ids" not in inputs:
        return inputs
    c = model.config
    token = getattr(c, "image_token_id", None)
    if token is None:
        return inputs
    counts = feature_counts(model, inputs)
    ids = inputs["input_ids"]
    if (ids == token).sum() == sum(counts):
        return inputs
    rows, left = [], "left" in base
    keep = [n for n in ("attention_mask", "token_type_ids", "mm_token_type_ids", "labels") if n in inputs]
    total, place = (ids == token).sum().item(), 0
    runs = []
    for r, row in enumerate(ids.tolist()):
        at = 0
        while at < len(row):
            end = at
            while end < len(row) and row[end] == token:
                end += 1
            if end > at:
                runs.append((r, at, end))
            at = max(end, at + 1)
    if len(counts) == len(runs):
        longs = counts
    else:
        assert sum(counts) * sum(e - a for _, a, e in runs) % total == 0
        longs = [(e - a) * sum(counts) // total for _, a, e in runs]
    out = {n: [] for n in ["input_ids", *keep]}
    for r in range(ids.shape[0]):
        row = {n: inputs[n][r].tolist() for n in out}
        for (owner, a, e), n in reversed(list(zip(runs, longs))):
            if owner == r:
                for name in row:
                    row[name][a:e] = [row[name][a]] * n
        for name in row:
            out[name].append(row[name])
    longest = max(map(len, out["input_ids"]))
    pad = {"input_ids": 0, "labels": -100}
    for name, rows in out.items():
        fills = [[pad.get(name, 0)] * (longest - len(r)) for r in rows]
        inputs[name] = torch.tensor([f + r if left else r + f for f, r in zip(fills, rows)])
    if ids.shape[0] > 1 and "attention_mask" not in inputs and len(set(map(len, out["input_ids"]))) > 1:
        raise AssertionError("rows differ in length without a mask")
    return inputs


def calls_of(model, folder, seed):
    io = load_file(folder / "io.safetensors")
    calls = {}
    for name, value in io.items():
        call, kind, what = name.split("/", 2)
        if kind == "in":
            calls.setdefault(call, {})[what] = value
    rng = torch.Generator().manual_seed(seed)
    for call, inputs in calls.items():
        if not call.startswith(("vision_interpolate", "forward_4", "forward_3")):
            pixels(model, inputs, rng)
        with_tokens(model, inputs, call)
    return calls


def output_names(folder):
    names = {}
    for name in load_file(folder / "io.safetensors"):
        call, kind, what = name.split("/", 2)
        if kind == "out":
            names.setdefault(call, set()).add(what)
    return names


def joined(value):
    return torch.cat(list(value)) if isinstance(value, (list, tuple)) else value


def features_of(model, inputs, wanted):
    owner = feature_owner(model)
    out = owner.get_image_features(**inputs, return_dict=True)
    found = {n: getattr(out, n) for n in ("pooler_output", "last_hidden_state") if n in wanted}
    if isinstance(model, hf.LlavaForConditionalGeneration):
        found["pooler_output"] = torch.stack(list(found["pooler_output"]))
    return {n: joined(v) for n, v in found.items()}


def siglip_values(out, wanted):
    values = {n: out[n] for n in ("logits_per_image", "text_embeds", "image_embeds", "loss") if n in wanted and n in out}
    for tower in ("text", "vision"):
        inner = out[f"{tower}_model_output"]
        for n in ("last_hidden_state", "pooler_output"):
            if f"{tower}_{n}" in wanted:
                values[f"{tower}_{n}"] = inner[n]
    return values


def outputs(model, call, inputs, wanted):
    if call.startswith("generate"):
        # With a cache 5.12 forgets the whole text where "longrope" changes, instead of reading it anew as 4.x did.
        rope = getattr(model.config, "rope_parameters", None) or {}
        options = {"use_cache": False} if rope.get("rope_type") == "longrope" else {}
        out = model.generate(**inputs, **options, max_new_tokens=NEW_TOKENS, do_sample=False, return_dict_in_generate=True,
                             output_logits=True)
        return {"sequences": out.sequences, "step_logits": torch.stack(out.logits, 1)}
    if call == "get_image_features":
        return features_of(model, inputs, wanted)
    if call == "vision_interpolate":
        out = model.vision_model(**inputs, interpolate_pos_encoding=True)
        return {n: out[n] for n in wanted}
    if "logits_per_image" in wanted:
        return siglip_values(model(**inputs, **({"return_loss": True} if "loss" in wanted else {})), wanted)
    hidden = any(n.startswith("hidden_states.") for n in wanted)
    out = model(**inputs, **({"output_hidden_states": True} if hidden else {}))
    values = {n: out[n] for n in wanted if n in out and torch.is_tensor(out[n])}
    if hidden:
        values.update({f"hidden_states.{n}": h for n, h in enumerate(out.hidden_states)})
    return values


def forget_lengths(model):
    """5.12 keeps the frequencies of the longest text seen, so that a shorter one would be read by them too."""
    for module in model.modules():
        for name in list(vars(module)) + list(module._buffers):
            if name.endswith("original_inv_freq"):
                setattr(module, name.replace("original_", ""), getattr(module, name).clone())
        if hasattr(module, "max_seq_len_cached") and hasattr(module, "original_max_seq_len"):
            module.max_seq_len_cached = module.original_max_seq_len


def run(model, calls, names):
    io = {}
    for call, inputs in calls.items():
        forget_lengths(model)
        io.update({f"{call}/in/{k}": v.contiguous().clone() for k, v in inputs.items()})
        given = {k: v for k, v in inputs.items()}
        for n, v in outputs(model, call, given, names.get(call, set())).items():
            io[f"{call}/out/{n}"] = v.contiguous().clone()
    return io


@contextlib.contextmanager
def float64_throughout():
    """What the library casts to float32 inside (norms, rotation, softmax, the delta rule) goes to float64 instead."""
    tensor, functional = torch.Tensor, torch.nn.functional
    kept = tensor.float, tensor.to, functional.softmax
    wide = lambda value: torch.float64 if value is torch.float32 else value
    tensor.float = lambda self, *a, **k: self.double()
    tensor.to = lambda self, *a, **k: kept[1](self, *map(wide, a), **{n: wide(v) for n, v in k.items()})
    functional.softmax = lambda x, *a, **k: kept[2](x, *a, **{n: wide(v) for n, v in k.items()})
    try:
        yield
    finally:
        tensor.float, tensor.to, functional.softmax = kept


def usable(io):
    margins = [v.topk(2, -1).values for n, v in io.items() if n.endswith("step_logits")]
    return all((m[..., 0] - m[..., 1]).min() > 0.02 for m in margins)


# ---- The layout of published checkpoints


def published_part(c):
    c = {k: published_part(v) if isinstance(v, dict) and k != "rope_parameters" else v for k, v in c.items()}
    rope = c.pop("rope_parameters", None)
    if rope and "full_attention" in rope:
        c["rope_local_base_freq"] = rope["sliding_attention"]["rope_theta"]
        rope = rope["full_attention"]
    if rope:
        rope = dict(rope)
        c["rope_theta"] = rope.pop("rope_theta")
        if "partial_rotary_factor" in rope:
            c["partial_rotary_factor"] = rope.pop("partial_rotary_factor")
        kind = rope["rope_type"]
        if kind in ("longrope", "linear", "dynamic"):
            rope["type"] = rope.pop("rope_type")
        if kind == "longrope":
            rope.pop("original_max_position_embeddings", None)
        c["rope_scaling"] = rope if kind != "default" or len(rope) > 1 else None
    if "dtype" in c:
        c["torch_dtype"] = c.pop("dtype")
    if "transformers_version" in c:
        c["transformers_version"] = "4.51.3"
    return c


def published(config):
    c = published_part(config)
    if c["model_type"] in ("qwen2_vl", "qwen2_5_vl"):
        inner = c.pop("text_config")
        for key in ("model_type", "layer_types"):
            inner.pop(key, None)
        c = inner | c
    return c


def same_as_published(kind, target, io, call, names):
    """Whether the library reads the published layout to the same model."""
    other = target.parent / (target.name + ".published")
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(target, other)
    config = published(json.loads((target / "config.json").read_text()))
    (other / "config.json").write_text(json.dumps(config))
    model = kind.from_pretrained(other, attn_implementation="eager").eval()
    shutil.rmtree(other)
    inputs = {n.split("/in/")[1]: v for n, v in io.items() if n.startswith(call + "/in/")}
    again = run(model, {call: inputs}, names)
    same = all(torch.equal(v.nan_to_num(), io[n].nan_to_num()) for n, v in again.items())
    if same:
        (target / "config_published.json").write_text(json.dumps(config, indent=1) + "\n")
    return same


def reread(kind, model, target):
    """5.12 halves the window of such a model each time its configuration is read, so that what it is goes by the file."""
    shutil.rmtree(target, ignore_errors=True)
    model.save_pretrained(target)
    files = {f.name: f.read_bytes() for f in target.iterdir()}
    again = kind.from_pretrained(target, attn_implementation="eager").eval()
    again.save_pretrained = lambda folder: [(Path(folder) / n).write_bytes(b) for n, b in files.items()]
    return again


def changed(families, base, changes):
    config = json.loads((families / "models" / base / "config.json").read_text())
    for place, value in changes.items():
        put(config, place, value)
    return config


def make(name, families, out, base, config, finish=lambda model: None, store=lambda model, target: model.save_pretrained(target),
         after=lambda target, finished: None):
    """finish changes the numbers of a model, store writes it, after sees the folder and what finish returned."""
    folder = families / "models" / base
    kind = getattr(hf, config["architectures"][0])
    parsed = kind.config_class.from_dict(copy.deepcopy(config))
    names = output_names(folder)
    for seed in range(zlib.crc32(name.encode()), 2**32):
        model = fill(kind._from_config(parsed, attn_implementation="eager"), seed)
        finished = finish(model)
        if config.get("use_bidirectional_attention"):
            model = reread(kind, model, out / "models" / name)
        calls = calls_of(model, folder, seed)
        io = run(model, calls, names)
        if usable(io):
            break
    target = out / "models" / name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    store(model, target)
    double = copy.deepcopy(model).double()
    exact = {}
    try:
        with float64_throughout():
            exact = run(double, {c: {k: v.double() if v.is_floating_point() else v for k, v in i.items()} for c, i in calls.items()
                                if not c.startswith("generate")}, names)
    except RuntimeError:
        pass  # some classes keep parts in float32
    entries = {}
    for key, value in io.items():
        call, what, value_name = key.split("/", 2)
        entry = entries.setdefault(call, {"name": call, "inputs": {}, "outputs": {}})
        if what == "in":
            entry["inputs"][value_name] = list(value.shape)
        else:
            entry["outputs"][value_name] = {"shape": list(value.shape)}
            if key in exact and value.is_floating_point():
                entry["outputs"][value_name]["max_abs_diff_vs_float64"] = (value.double() - exact[key]).abs().nan_to_num().max().item()
    try:
        call = next(c for c in calls if c.startswith("forward"))
        if not same_as_published(kind, target, io, call, names):
            print("published layout means another model:", name)
    except Exception as e:
        print("published layout is not read:", name, str(e).splitlines()[0][:150])
        shutil.rmtree(target.parent / (target.name + ".published"), ignore_errors=True)
    (target / "io.json").write_text(json.dumps({"calls": list(entries.values()), "transformers": hf.__version__}, indent=1) + "\n")
    save_file(io, target / "io.safetensors")
    after(target, finished)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    for name in VARIANTS:
        if arguments.only in name:
            try:
                base, changes = VARIANTS[name]
                make(name, arguments.families, arguments.out, base, changed(arguments.families, base, changes))
                print("made", name, flush=True)
            except Exception as e:  # a setting that the library refuses or breaks on is no variant
                print("NOT MADE", name, type(e).__name__, str(e).splitlines()[0][:200], flush=True)


if __name__ == "__main__":
    main()
