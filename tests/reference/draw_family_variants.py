#!/usr/bin/env python3
"""Writes models of today's families in settings drawn at random, many keys at once, with what transformers makes of them.

    python3 tests/reference/draw_family_variants.py --families FOLDER --out VARIANTS --count 37 --seed 1
    ESPALIER_FAMILIES=VARIANTS build/release/tests/bin/core.model.families_test

make_family_variants.py changes a few keys of a fixture at a time; this draws sizes, heads, windows, rotations, norms, layers, dtype
and shards together, round after round through the families. Needs torch and transformers 5, as that does. The same seed draws the
same models.
"""
import argparse
import copy
import json
import random
import shutil
import zlib
from pathlib import Path

import make_family_variants as maker

DECODERS_WITH_HEAD_WIDTH = {"llama", "mistral", "qwen3", "qwen3_moe", "gemma", "gemma2", "gemma3_text", "qwen3_vl_text", "qwen3_5_text"}


def one_of(rng, *values):
    return rng.choice(values)


def divisor(rng, n):
    return rng.choice([d for d in range(1, n + 1) if n % d == 0])


# ---- Rotation


def scaled_rotation(rng, longest):
    """Settings of a scaled rotation of the usual kinds."""
    kind = one_of(rng, "default", "default", "linear", "dynamic", "llama3", "yarn")
    rope = dict(rope_type=kind, rope_theta=one_of(rng, 50.0, 1e3, 1e4, 5e5, 1e6))
    if kind in ("linear", "dynamic"):
        rope["factor"] = one_of(rng, 1.5, 2.0, 8.0)
    if kind == "llama3":
        rope |= dict(factor=one_of(rng, 4.0, 32.0), low_freq_factor=1.0, high_freq_factor=4.0,
                     original_max_position_embeddings=one_of(rng, 8, 32))
    if kind == "yarn":
        rope |= dict(factor=one_of(rng, 2.0, 4.0), original_max_position_embeddings=longest // 4)
        if rng.random() < 0.5:
            rope |= dict(beta_fast=one_of(rng, 8.0, 32.0), beta_slow=one_of(rng, 1.0, 3.0))
        if rng.random() < 0.3:
            rope["attention_factor"] = 1.1
    return rope


def long_rotation(rng, width, trained):
    part = one_of(rng, 1.0, 0.5)
    count = int(width * part) // 2
    return dict(rope_type="longrope", rope_theta=1e4, partial_rotary_factor=part, original_max_position_embeddings=trained,
                short_factor=[round(1 + 0.2 * i + rng.random() * 0.1, 3) for i in range(count)],
                long_factor=[round(1.5 + 0.5 * i + rng.random(), 3) for i in range(count)])


def sections(rng, frequencies, interleaved):
    """Three numbers that add up to the frequencies; where they interleave, rows and columns fit into every third place."""
    most = (frequencies + 1) // 3
    while True:
        a, b = rng.randint(1, frequencies - 2), rng.randint(1, frequencies - 2)
        if a + b < frequencies and (not interleaved or (a <= most and b <= most)):
            return [frequencies - a - b, a, b]


# ---- Texts


def draw_text(rng, c, multimodal):
    """Changes a text's configuration in place."""
    kind = c["model_type"]
    heads = one_of(rng, 1, 2, 3, 4, 6)
    c["num_attention_heads"], c["num_key_value_heads"] = heads, divisor(rng, heads)
    if kind in DECODERS_WITH_HEAD_WIDTH:
        c["head_dim"] = one_of(rng, 6, 8, 10, 16)
        c["hidden_size"] = heads * -(-one_of(rng, 20, 30, 48) // heads)  # the library wants a multiple, whatever head_dim is
        if kind == "qwen3_moe":
            c["hidden_size"] = one_of(rng, 24, 48)  # its product of grouped matrices wants lines of 16 bytes
    else:
        c.pop("head_dim", None)
        c["hidden_size"] = heads * one_of(rng, 8, 12, 16)
    width = c.get("head_dim") or c["hidden_size"] // heads
    c["num_hidden_layers"] = layers = one_of(rng, 1, 2, 3, 5)
    c["intermediate_size"] = one_of(rng, 20, 41, 64)
    c["rms_norm_eps"] = one_of(rng, 1e-6, 1e-5)
    if "hidden_activation" in c:
        c["hidden_activation"] = one_of(rng, "gelu_pytorch_tanh", "gelu")
    else:
        c["hidden_act"] = one_of(rng, "silu", "silu", "gelu", "gelu_pytorch_tanh", "relu")
    for key in ("attention_bias", "mlp_bias"):
        if key in c:
            c[key] = rng.random() < 0.5
    kinds = ("full_attention", "sliding_attention")
    windowed = kind in ("qwen2", "qwen3", "mistral", "smollm3", "phi3", "gemma2", "gemma3_text", "qwen2_vl_text", "qwen2_5_vl_text")
    if windowed:
        c["sliding_window"] = one_of(rng, 2, 3, 5, 9)
    if kind in ("mistral", "phi3") and rng.random() < 0.3:
        c["sliding_window"] = None
    if kind in ("qwen2", "qwen3", "smollm3", "qwen2_vl_text", "qwen2_5_vl_text", "qwen3_moe"):
        c["use_sliding_window"] = rng.random() < 0.6
        c["max_window_layers"] = one_of(rng, 0, 1, 2)
        if not c["use_sliding_window"]:
            c["sliding_window"] = None
        elif kind == "qwen3_moe":
            c["sliding_window"] = 4
    if "layer_types" in c and kind != "qwen3_5_text":
        c["layer_types"] = None if rng.random() < 0.4 or not windowed or c.get("sliding_window") is None else [
            rng.choice(kinds) for _ in range(layers)]
    if kind == "smollm3":
        c["no_rope_layers"] = one_of(rng, None, [rng.randint(0, 1) for _ in range(layers)])
        c["no_rope_layer_interval"] = one_of(rng, 2, 3)
    if kind in ("gemma2", "gemma3_text"):
        c["query_pre_attn_scalar"] = one_of(rng, 7, 16, 24)
    if kind in ("gemma2", "gemma3_text"):
        c["attn_logit_softcapping"], c["final_logit_softcapping"] = one_of(rng, None, 4.0, 20.0), one_of(rng, None, 7.0)
    if kind == "qwen3_moe":
        experts = one_of(rng, 3, 5, 8)
        c |= dict(num_local_experts=experts, num_experts_per_tok=rng.randint(1, experts), decoder_sparse_step=one_of(rng, 1, 2),
                  mlp_only_layers=[i for i in range(layers) if rng.random() < 0.25], norm_topk_prob=rng.random() < 0.5,
                  moe_intermediate_size=one_of(rng, 12, 20))
    draw_rotation(rng, c, kind, width, layers)
    if not multimodal and "tie_word_embeddings" in c:
        c["tie_word_embeddings"] = rng.random() < 0.5


def draw_rotation(rng, c, kind, width, layers):
    c["max_position_embeddings"] = longest = one_of(rng, 32, 64, 256)
    if kind == "phi3":
        c["original_max_position_embeddings"] = trained = one_of(rng, 8, 64)
        c["rope_parameters"] = one_of(rng, long_rotation(rng, width, trained), dict(
            rope_type="default", rope_theta=1e3, partial_rotary_factor=one_of(rng, 0.5, 1.0)))
        if c["rope_parameters"]["rope_type"] == "default":
            c["original_max_position_embeddings"] = 4096
    elif kind == "gemma3_text":
        c["rope_parameters"] = dict(full_attention=scaled_rotation(rng, longest),
                                    sliding_attention=dict(rope_type="default", rope_theta=one_of(rng, 100.0, 1e4)))
    elif kind in ("qwen2_vl_text", "qwen2_5_vl_text"):
        c["rope_parameters"] = dict(rope_type="default", rope_theta=one_of(rng, 20.0, 1e4),
                                    mrope_section=sections(rng, width // 2, False))
    elif kind == "qwen3_vl_text":
        c["head_dim"] = width = one_of(rng, 8, 12, 16)
        c["rope_parameters"] = dict(rope_type="default", rope_theta=one_of(rng, 50.0, 5e6), mrope_interleaved=True,
                                    mrope_section=sections(rng, width // 2, True))
    elif kind == "qwen3_5_text":
        c["head_dim"] = width = one_of(rng, 16, 24)
        part = one_of(rng, 0.5, 1.0)
        c["partial_rotary_factor"] = part
        c["rope_parameters"] = dict(rope_type="default", rope_theta=one_of(rng, 50.0, 1e4), mrope_interleaved=True,
                                    partial_rotary_factor=part, mrope_section=sections(rng, int(width * part) // 2, True))
        c["layer_types"] = [one_of(rng, "linear_attention", "full_attention") for _ in range(layers)]
        keys = one_of(rng, 1, 2, 3)
        c |= dict(linear_num_key_heads=keys, linear_num_value_heads=keys * one_of(rng, 1, 2), linear_key_head_dim=one_of(rng, 6, 8),
                  linear_value_head_dim=one_of(rng, 6, 10), linear_conv_kernel_dim=one_of(rng, 2, 3, 4))
    else:
        c["rope_parameters"] = scaled_rotation(rng, longest)


# ---- Towers


def draw_tower(rng, v, family):
    heads = one_of(rng, 1, 2, 3)
    qwen = family.startswith("qwen")
    width = heads * (one_of(rng, 8, 12) if qwen or family == "dinov3_vit" else one_of(rng, 8, 10, 14))
    depth = one_of(rng, 1, 2, 3, 4)
    v["depth" if qwen else "num_hidden_layers"] = depth
    v["num_heads" if qwen else "num_attention_heads"] = heads
    v["embed_dim" if family == "qwen2_vl" else "hidden_size"] = width
    if "intermediate_size" in v:
        v["intermediate_size"] = one_of(rng, 30, 45)
    if "hidden_act" in v:
        v["hidden_act"] = one_of(rng, "gelu", "gelu_pytorch_tanh", "quick_gelu", v["hidden_act"])
    if "layer_norm_eps" in v:
        v["layer_norm_eps"] = one_of(rng, 1e-6, 1e-5)
    if qwen:
        v["patch_size"], v["temporal_patch_size"] = one_of(rng, 3, 4, 6), one_of(rng, 1, 2)
        if "num_position_embeddings" in v:
            v["num_position_embeddings"] = one_of(rng, 9, 25, 64)
        if "deepstack_visual_indexes" in v:
            v["deepstack_visual_indexes"] = rng.sample(range(depth), rng.randint(0, depth))
        if "fullatt_block_indexes" in v:
            v["fullatt_block_indexes"] = [i for i in range(depth) if rng.random() < 0.5]
            v["window_size"] = v["patch_size"] * v["spatial_merge_size"] * one_of(rng, 1, 2, 3) + one_of(rng, 0, 1)
        if "mlp_ratio" in v:
            v["mlp_ratio"] = one_of(rng, 2, 3, 4)
    return width


def draw_picture(rng, family, v):
    """Sizes of pictures and patches, of towers whose inputs are not cut for one size."""
    if family in ("gemma3", "paligemma", "siglip", "clip_vision_model", "siglip_vision_model", "llava"):
        v["patch_size"], sides = one_of(rng, (3, (12, 24)), (4, (16, 24, 32)), (7, (14, 28)))
        v["image_size"] = one_of(rng, *sides)
    if family == "internvl":
        v["patch_size"], v["image_size"] = [4, 4], one_of(rng, [16, 16], [32, 32], [48, 48])  # squares: the library asks for them
    if family in ("llava_next", "llava_onevision"):
        v["patch_size"] = one_of(rng, 2, 3, 4, 6)
    if family == "siglip2":
        v["num_patches"] = one_of(rng, 9, 16, 36)
    if family.startswith("dinov2"):
        v["image_size"] = one_of(rng, 21, 28, 42)


TOWERS_OF_LAYERS = ("llava", "llava_next", "llava_onevision")


def draw_layers_read(rng, c, clip):
    """Which of the tower's layers the projector reads, and whether the class token is one of the patches."""
    depth = c["vision_config"]["num_hidden_layers"]
    if c["model_type"] == "llava_onevision":
        c["vision_feature_layer"] = -rng.randint(1, depth)
    else:
        c["vision_feature_layer"] = one_of(rng, -rng.randint(1, depth), [-rng.randint(1, depth) for _ in range(2)])
    c["vision_feature_select_strategy"] = one_of(rng, "default", "full") if c["model_type"] == "llava" and clip else (
        "default" if clip else "full")
    c["projector_hidden_act"] = one_of(rng, "gelu", "silu", "relu")
    c["multimodal_projector_bias"] = rng.random() < 0.5


def draw(rng, base, config):
    """The fixture's configuration with as much of it drawn anew as its inputs allow."""
    c = copy.deepcopy(config)
    family = c["model_type"]
    if "vision_config" in c:
        width = draw_tower(rng, c["vision_config"], family)
        draw_picture(rng, family, c["vision_config"])
    if "text_config" not in c and "vision_config" not in c:
        if "rms_norm_eps" in c:
            draw_text(rng, c, False)
        else:
            draw_tower(rng, c, family)
            draw_picture(rng, family, c)
        draw_tower_alone(rng, c)
        return c
    t, v = c["text_config"], c["vision_config"]
    if family in ("siglip", "siglip2"):
        heads = one_of(rng, 1, 2, 4)
        t |= dict(num_attention_heads=heads, hidden_size=heads * one_of(rng, 8, 12), num_hidden_layers=one_of(rng, 1, 3),
                  projection_size=width, intermediate_size=one_of(rng, 20, 50), hidden_act=one_of(rng, "gelu", "gelu_pytorch_tanh"))
        return c
    draw_text(rng, t, True)
    if family.startswith("qwen"):
        v["hidden_size" if family == "qwen2_vl" else "out_hidden_size"] = t["hidden_size"]
        if "deepstack_visual_indexes" in v:
            v["deepstack_visual_indexes"] = v["deepstack_visual_indexes"][:t["num_hidden_layers"]]
    if family in TOWERS_OF_LAYERS:
        draw_layers_read(rng, c, v["model_type"] == "clip_vision_model")
    if family == "internvl":
        v |= dict(use_qk_norm=rng.random() < 0.5, attention_bias=rng.random() < 0.5, norm_type=one_of(rng, "layer_norm", "rms_norm"),
                  use_mean_pooling=rng.random() < 0.5, use_absolute_position_embeddings=rng.random() < 0.7)
        c["vision_feature_layer"] = -rng.randint(1, v["num_hidden_layers"])
        c["downsample_ratio"] = one_of(rng, 0.5, 0.25, 1.0)  # of 4 x 4 patches or more
    if family == "gemma3":
        side = v["image_size"] // v["patch_size"]
        c["mm_tokens_per_image"] = one_of(rng, *(n * n for n in range(1, side + 1) if side % n == 0))
    if family in ("idefics3", "smolvlm"):
        c["scale_factor"] = divisor(rng, v["image_size"] // v["patch_size"])
    if family == "paligemma":
        c["hidden_size"] = c["projection_dim"] = v["projection_dim"] = t["hidden_size"]
    c["tie_word_embeddings"] = rng.random() < 0.5
    if "tie_word_embeddings" in t:
        t["tie_word_embeddings"] = c["tie_word_embeddings"]
    return c


def draw_tower_alone(rng, c):
    if c["model_type"].startswith("dinov2"):
        c |= dict(qkv_bias=rng.random() < 0.5, mlp_ratio=one_of(rng, 2, 3, 4), use_swiglu_ffn=rng.random() < 0.5,
                  layerscale_value=one_of(rng, 0.3, 1.0))
    if c["model_type"] == "dinov3_vit":
        c |= dict(use_gated_mlp=rng.random() < 0.5, mlp_bias=rng.random() < 0.5, key_bias=rng.random() < 0.5,
                  query_bias=rng.random() < 0.5, value_bias=rng.random() < 0.5, proj_bias=rng.random() < 0.5,
                  rope_theta=one_of(rng, 20.0, 100.0))
    for key in ("num_register_tokens",):
        if key in c:
            c[key] = one_of(rng, 0, 1, 4) if c["model_type"] == "dinov3_vit" else one_of(rng, 1, 3)
    if "projection_dim" in c:
        c["projection_dim"] = one_of(rng, 10, 24)
    # Names of stages follow from the number of layers.
    for key in ("stage_names", "out_features", "out_indices"):
        c.pop(key, None)


def stored(model, rng, target):
    """Saves the model, in shards or in half the bytes at times; what it computes is of the numbers as they are stored."""
    options = {}
    if rng.random() < 0.4:
        options["max_shard_size"] = "40KB"
    model.save_pretrained(target, **options)


def halved(model, rng):
    """bfloat16 or float16, as published checkpoints are: the numbers rounded, computed with in float32."""
    dtype = one_of(rng, None, None, maker.torch.bfloat16, maker.torch.float16)
    if dtype is not None:
        for p in model.parameters():
            p.copy_(p.to(dtype).float())
    return dtype


def rewrite(target, dtype):
    """The stored files in that dtype, and config.json says so."""
    if dtype is None:
        return
    for file in target.glob("model*.safetensors"):
        tensors = {n: t.to(dtype) if t.is_floating_point() else t for n, t in maker.load_file(file).items()}
        maker.save_file(tensors, file, metadata={"format": "pt"})
    for name in ("config.json", "config_published.json"):
        if (target / name).exists():
            config = json.loads((target / name).read_text())
            config["dtype" if "dtype" in config or name == "config.json" else "torch_dtype"] = str(dtype).split(".")[1]
            (target / name).write_text(json.dumps(config, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=37)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="of the fixture that the settings of are drawn anew")
    arguments = parser.parse_args()
    bases = sorted(p.name for p in (arguments.families / "models").iterdir() if arguments.only in p.name)
    bases = [b for b in bases if (arguments.families / "models" / b / "io.json").exists() and not b.startswith("instructblip")]
    for i in range(arguments.count):
        base = bases[i % len(bases)]
        name = f"{base}-{arguments.seed}-{i // len(bases)}"
        rng = random.Random(zlib.crc32(name.encode()))
        folder = arguments.families / "models" / base
        config = draw(rng, base, json.loads((folder / "config.json").read_text()))
        try:
            maker.make(name, arguments.families, arguments.out, base, config, finish=lambda m: halved(m, rng),
                       store=lambda m, target: stored(m, rng, target), after=rewrite)
            print("made", name, flush=True)
        except Exception as e:  # what the library refuses or breaks on is no model
            shutil.rmtree(arguments.out / "models" / name, ignore_errors=True)
            print("NOT MADE", name, type(e).__name__, str(e).splitlines()[0][:200], flush=True)


if __name__ == "__main__":
    main()
