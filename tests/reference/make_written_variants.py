#!/usr/bin/env python3
"""Writes models whose config.json is as a person or another program may have written it, with what transformers makes of them.

    python3 tests/reference/make_written_variants.py --families FOLDER --out VARIANTS [--only WORD]
    ESPALIER_FAMILIES=VARIANTS build/release/tests/bin/core.model.families_test

transformers writes every key, each in one place. Here keys are null, left out, in two places or of another version, texts of other
families stand among pictures, and the head is tied by one section or the other; config.json stays as it was written. Settings that
the library itself refuses or breaks on are told and left out. Needs torch and transformers 5, as make_family_variants.py does.
"""
import argparse
import json
import shutil
from pathlib import Path

import make_family_variants as maker
from make_family_variants import DYNAMIC, LINEAR, LLAMA3, TEXT, VISION, YARN, layers, of, text

ABSENT = "absent"
GEMMA1 = {"/architectures": ["GemmaForCausalLM"], "/model_type": "gemma", "/sliding_window": None, "/layer_types": None}
GEMMA = dict(head_dim=10, num_key_value_heads=1)
SECTIONS = dict(mrope_section=[4, 2, 2], mrope_interleaved=True)


def another_text(kind, **k):
    return {"/text_config": dict(model_type=kind, hidden_size=32, intermediate_size=56, num_attention_heads=4, num_hidden_layers=2,
                                 num_key_value_heads=2, vocab_size=120, bos_token_id=1, eos_token_id=2, pad_token_id=0) | k}


def longrope(count, **k):
    return dict(rope_type="longrope", rope_theta=1e4, short_factor=[1 + 0.1 * i for i in range(count)],
                long_factor=[2.0 + i for i in range(count)], original_max_position_embeddings=8) | k


# name: (fixture, changed keys)
VARIANTS = {
    "qwen2-scaling-with-theta": ("qwen2", text(rope_parameters=None, rope_theta=50.0, rope_scaling=LINEAR | dict(rope_theta=300.0))),
    "qwen2-scaling-and-parameters": ("qwen2", text(rope_parameters=dict(rope_type="default", rope_theta=50.0),
                                                   rope_scaling=dict(rope_type="linear", factor=2.0))),
    "qwen2-theta-beside": ("qwen2", text(rope_parameters=dict(rope_type="default"), rope_theta=321.0)),
    "qwen3-length-beside": ("qwen3", text(rope_parameters=YARN, max_position_embeddings=32, original_max_position_embeddings=16)),
    "qwen3-llama3-length-beside": ("qwen3", text(rope_parameters=LLAMA3, original_max_position_embeddings=8)),
    "phi3-length-inside": ("phi3", text(rope_parameters=longrope(4), max_position_embeddings=256,
                                        original_max_position_embeddings=4096)),
    "phi3-length-absent": ("phi3", text(rope_parameters=longrope(4), max_position_embeddings=256, original_max_position_embeddings=ABSENT)),
    "phi3-yarn": ("phi3", text(rope_parameters=longrope(4, rope_type="yarn"), max_position_embeddings=256,
                               original_max_position_embeddings=8)),
    "phi3-part-beside": ("phi3", text(rope_parameters=dict(rope_type="default", rope_theta=100.0), partial_rotary_factor=0.5)),
    "qwen3.5-part-beside": ("qwen3.5", of(TEXT, rope_parameters=dict(rope_type="default", rope_theta=40.0, **SECTIONS),
                                          partial_rotary_factor=1.0)),
    "qwen3.5-every-second": ("qwen3.5", of(TEXT, layer_types=None, full_attention_interval=2)),
    "gemma-two-activations": ("gemma2", GEMMA1 | text(hidden_act="relu", hidden_activation="gelu_pytorch_tanh")),
    "gemma-other-activation": ("gemma2", GEMMA1 | text(hidden_activation="relu")),
    "gemma2-two-activations": ("gemma2", text(hidden_act="relu")),
    "gemma3-text-pattern": ("gemma3-text", text(layer_types=None, sliding_window_pattern=2)),
    "gemma3-text-flat": ("gemma3-text", text(rope_parameters=None, rope_theta=5000.0, rope_local_base_freq=77.0,
                                             rope_scaling=dict(rope_type="linear", factor=3.0))),
    "gemma3-text-full-alone": ("gemma3-text", text(rope_parameters=dict(full_attention=dict(rope_type="default", rope_theta=50.0)))),
    "qwen2-vl-two-types": ("qwen2-vl", of(TEXT, rope_parameters=None, rope_theta=100.0, rope_scaling=dict(
        type="mrope", rope_type="default", mrope_section=[2, 1, 1]))),
    "qwen2.5-vl-llama3": ("qwen2.5-vl", of(TEXT, rope_parameters=LLAMA3 | dict(mrope_section=[2, 1, 1]))),
    "qwen3-vl-dynamic": ("qwen3-vl", of(TEXT, max_position_embeddings=16, rope_parameters=DYNAMIC | SECTIONS)),
    "mistral-longrope": ("mistral", text(head_dim=8, rope_parameters=longrope(4), max_position_embeddings=64)),
    "paligemma-causal": ("paligemma", of(TEXT, use_bidirectional_attention=False)),
    "idefics3-mistral": ("idefics3-padded-tied", another_text("mistral", sliding_window=5)),
    "smolvlm2-smollm3": ("smolvlm2", another_text("smollm3", num_hidden_layers=4)),
    "smolvlm2-gemma2": ("smolvlm2", another_text("gemma2", sliding_window=4, query_pre_attn_scalar=16, **GEMMA)),
    "internvl-qwen3-moe": ("internvl3", another_text("qwen3_moe", head_dim=12, num_experts=4, num_experts_per_tok=2,
                                                     moe_intermediate_size=16)),
    "llava15-gemma2": ("llava15-v5", another_text("gemma2", sliding_window=4, query_pre_attn_scalar=16, **GEMMA)),
    "llava15-gemma3-text": ("llava15-v5", another_text("gemma3_text", sliding_window=4, query_pre_attn_scalar=16,
                                                       layer_types=layers("sf"), **GEMMA)),
    "llava15-phi3": ("llava15-v5", another_text("phi3")),
    "llava-next-gemma": ("llava-next", another_text("gemma", **GEMMA)),
    "llava-onevision-qwen3": ("llava-onevision", another_text("qwen3", head_dim=12)),
    "llava-siglip-default": ("llava-siglip-qwen2", text(vision_feature_select_strategy="default")),
    "qwen3-moe-one-expert": ("qwen3-moe", text(num_experts=1, num_local_experts=1, num_experts_per_tok=1)),
    "gemma3-many-keys": ("gemma3", of(TEXT, attention_bias=True, query_pre_attn_scalar=9, hidden_activation="silu",
                                      final_logit_softcapping=3.0)),
    "siglip-activations": ("siglip", of(VISION, hidden_act="relu", layer_norm_eps=1e-3) |
                           of(TEXT, hidden_act="quick_gelu", layer_norm_eps=1e-4)),
} | {f"{base}-kv-null": (base, text(num_key_value_heads=None)) for base in ("qwen2", "qwen3", "smollm3", "phi3")} | {
    f"{base}-kv-null": (base, of(TEXT, num_key_value_heads=None)) for base in ("qwen2-vl", "qwen3-vl")} | {
    f"{base}-ties-{whole}-{inner}": (base, text(tie_word_embeddings=whole) | of(TEXT, tie_word_embeddings=inner))
    for base in ("llava15-v5", "llava-next", "llava-onevision", "gemma3", "paligemma", "idefics3-padded-tied", "internvl3", "qwen2-vl",
                 "qwen2.5-vl", "qwen3-vl", "qwen3.5")
    for whole in (True, False, ABSENT) for inner in (True, False, ABSENT)}


def changed(families, base, changes):
    config = maker.changed(families, base, {place: value for place, value in changes.items() if value != ABSENT})
    for place, value in changes.items():
        if value == ABSENT:
            *sections, key = place.strip("/").split("/")
            part = config
            for section in sections:
                part = part[section]
            part.pop(key, None)
    return config


def keeping(config):
    def write(target, finished):
        (target / "config.json").write_text(json.dumps(config, indent=1) + "\n")
        (target / "config_published.json").unlink(missing_ok=True)
    return write


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    for name, (base, changes) in VARIANTS.items():
        if arguments.only not in name:
            continue
        config = changed(arguments.families, base, changes)
        try:
            maker.make(name, arguments.families, arguments.out, base, config, after=keeping(config))
            print("made", name, flush=True)
        except Exception as e:  # a setting that the library refuses or breaks on is no variant
            shutil.rmtree(arguments.out / "models" / name, ignore_errors=True)
            print("NOT MADE", name, type(e).__name__, str(e).splitlines()[0][:200] if str(e) else "", flush=True)


if __name__ == "__main__":
    main()
