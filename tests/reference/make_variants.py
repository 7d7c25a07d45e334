#!/usr/bin/env python3
"""Writes small reference models with configurations that the other reference models do not have.

    /usr/bin/python3 tests/reference/make_variants.py FOLDER

The models are written here anew in PyTorch after transformers' definitions (modeling_llama, modeling_llava,
modeling_clip, modeling_vit), so that they share no code with what they are compared with. Needs python3-torch.
Float32, the noise of which is measured against the same in float64.
"""
import json
import math
import struct
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

DTYPES = {torch.float32: "F32", torch.int64: "I64"}


def write_safetensors(path, tensors):
    header, blobs, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for name in sorted(tensors):
        t = tensors[name].contiguous()
        blob = t.numpy().tobytes()
        header[name] = {"dtype": DTYPES[t.dtype], "shape": list(t.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


ACTIVATIONS = {
    "gelu": F.gelu,
    "gelu_new": lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "silu": F.silu,
    "quick_gelu": lambda x: x * torch.sigmoid(1.702 * x),
}


def linear(w, name, x):
    y = x @ w[name + ".weight"].T
    return y + w[name + ".bias"] if name + ".bias" in w else y


def layer_norm(w, name, x, eps):
    return F.layer_norm(x, (x.shape[-1],), w[name + ".weight"], w[name + ".bias"], eps)


def attention(q, k, v, heads, mask=None):
    def split(t, n):
        return t.view(t.shape[0], t.shape[1], n, -1).transpose(1, 2)

    q = split(q, heads)
    width = q.shape[-1]
    groups = k.shape[-1] // width
    k, v = split(k, groups), split(v, groups)
    k = k.repeat_interleave(heads // groups, 1)
    v = v.repeat_interleave(heads // groups, 1)
    scores = q @ k.transpose(2, 3) / math.sqrt(width)
    if mask is not None:
        scores = scores.masked_fill(~mask, -1e30)
    return (scores.softmax(-1) @ v).transpose(1, 2).reshape(q.shape[0], q.shape[2], -1)


def vision_layers(w, c, x, layer, names, hidden):
    """Pre-norm layers; names: norm1, q, k, v, out, norm2, fc1, fc2."""
    act = ACTIVATIONS[c["hidden_act"]]
    for i in range(c["num_hidden_layers"]):
        p = layer % i
        n1, q, k, v, o, n2, f1, f2 = (p + n for n in names)
        y = layer_norm(w, n1, x, c["layer_norm_eps"])
        x = x + linear(w, o, attention(linear(w, q, y), linear(w, k, y), linear(w, v, y), c["num_attention_heads"]))
        x = x + linear(w, f2, act(linear(w, f1, layer_norm(w, n2, x, c["layer_norm_eps"]))))
        hidden.append(x)
    return x


def patches(w, name, pixels, size):
    bias = w.get(name + ".bias")
    return F.conv2d(pixels, w[name + ".weight"], bias, stride=size).flatten(2).transpose(1, 2)


# ---- LLaMA


def rope_frequencies(c, length, dtype):
    width = c.get("head_dim", c["hidden_size"] // c["num_attention_heads"])
    theta, scaling = c["rope_theta"], c.get("rope_scaling") or {}
    kind = scaling.get("rope_type", scaling.get("type", "default"))
    steps = torch.arange(0, width, 2, dtype=dtype) / width
    if kind == "dynamic":
        trained = c["max_position_embeddings"]
        if length > trained:
            theta *= (scaling["factor"] * length / trained - (scaling["factor"] - 1)) ** (width / (width - 2))
    frequencies = 1 / theta**steps
    if kind == "linear":
        frequencies = frequencies / scaling["factor"]
    if kind == "llama3":
        low, high, old = scaling["low_freq_factor"], scaling["high_freq_factor"], scaling["original_max_position_embeddings"]
        scaled = []
        for f in frequencies:
            wavelength = 2 * math.pi / f
            if wavelength < old / high:
                scaled.append(f)
            elif wavelength > old / low:
                scaled.append(f / scaling["factor"])
            else:
                smooth = (old / wavelength - low) / (high - low)
                scaled.append((1 - smooth) * f / scaling["factor"] + smooth * f)
        frequencies = torch.stack(scaled)
    return frequencies


def rotate(x, positions, frequencies, heads):
    x = x.view(x.shape[0], x.shape[1], heads, -1)
    angles = positions.to(frequencies.dtype)[..., None] * frequencies
    cos, sin = torch.cat([angles.cos()] * 2, -1)[:, :, None], torch.cat([angles.sin()] * 2, -1)[:, :, None]
    half = x.shape[-1] // 2
    turned = torch.cat([-x[..., half:], x[..., :half]], -1)
    return (x * cos + turned * sin).flatten(2)


def rms_norm(w, name, x, eps):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * w[name + ".weight"]


def llama(w, c, x, mask, positions, prefix=""):
    length = x.shape[1]
    seen = torch.ones(length, length, dtype=torch.bool).tril()[None, None] & mask.bool()[:, None, None, :]
    frequencies = rope_frequencies(c, length, x.dtype)
    act, eps, hidden = ACTIVATIONS[c["hidden_act"]], c["rms_norm_eps"], [x]
    heads, groups = c["num_attention_heads"], c["num_key_value_heads"]
    for i in range(c["num_hidden_layers"]):
        p = f"{prefix}model.layers.{i}."
        y = rms_norm(w, p + "input_layernorm", x, eps)
        q = rotate(linear(w, p + "self_attn.q_proj", y), positions, frequencies, heads)
        k = rotate(linear(w, p + "self_attn.k_proj", y), positions, frequencies, groups)
        v = linear(w, p + "self_attn.v_proj", y)
        x = x + linear(w, p + "self_attn.o_proj", attention(q, k, v, heads, seen))
        y = rms_norm(w, p + "post_attention_layernorm", x, eps)
        x = x + linear(w, p + "mlp.down_proj", act(linear(w, p + "mlp.gate_proj", y)) * linear(w, p + "mlp.up_proj", y))
        hidden.append(x)
    x = hidden[-1] = rms_norm(w, prefix + "model.norm", x, eps)
    head = prefix + ("model.embed_tokens" if c["tie_word_embeddings"] else "lm_head")
    return x @ w[head + ".weight"].T, hidden


def llama_shapes(c, prefix=""):
    h, inner, v = c["hidden_size"], c["intermediate_size"], c["vocab_size"]
    d = c.get("head_dim", h // c["num_attention_heads"])
    q, kv = d * c["num_attention_heads"], d * c["num_key_value_heads"]
    s = {prefix + "model.embed_tokens.weight": [v, h], prefix + "model.norm.weight": [h]}
    if not c["tie_word_embeddings"]:
        s[prefix + "lm_head.weight"] = [v, h]
    for i in range(c["num_hidden_layers"]):
        p = f"{prefix}model.layers.{i}."
        for name, rows, columns, bias in [
            ("self_attn.q_proj", q, h, c["attention_bias"]), ("self_attn.k_proj", kv, h, c["attention_bias"]),
            ("self_attn.v_proj", kv, h, c["attention_bias"]), ("self_attn.o_proj", h, q, c["attention_bias"]),
            ("mlp.gate_proj", inner, h, c["mlp_bias"]), ("mlp.up_proj", inner, h, c["mlp_bias"]),
            ("mlp.down_proj", h, inner, c["mlp_bias"]),
        ]:
            s[p + name + ".weight"] = [rows, columns]
            if bias:
                s[p + name + ".bias"] = [rows]
        s[p + "input_layernorm.weight"] = s[p + "post_attention_layernorm.weight"] = [h]
    return s


def next_token_loss(logits, labels):
    return F.cross_entropy(logits[:, :-1].reshape(-1, logits.shape[-1]), labels[:, 1:].reshape(-1), ignore_index=-100)


def llama_calls(c, rng):
    ids = torch.randint(3, c["vocab_size"], (3, 14), generator=rng)
    mask = torch.ones_like(ids)
    mask[1, 9:] = 0
    mask[2, 12:] = 0
    labels = ids.masked_fill(mask == 0, -100)

    def padded(w, i):
        positions = torch.arange(14)[None].expand(3, -1)
        logits, hidden = llama(w, c, w["model.embed_tokens.weight"][i["input_ids"]], i["attention_mask"], positions)
        out = {"logits": logits, "loss": next_token_loss(logits, i["labels"])}
        out.update({f"hidden_states.{n}": h for n, h in enumerate(hidden)})
        return out

    def generate(w, i):
        text, steps = i["input_ids"], []
        if c.get("rope_scaling") and (c["rope_scaling"].get("type") == "dynamic"):
            raise AssertionError("keys stay turned as they were: not what a pass without a cache computes")
        for _ in range(8):
            positions = torch.arange(text.shape[1])[None].expand(text.shape[0], -1)
            logits, _ = llama(w, c, w["model.embed_tokens.weight"][text], torch.ones_like(text), positions)
            steps.append(logits[:, -1])
            text = torch.cat([text, logits[:, -1].argmax(-1, keepdim=True)], 1)
        logits = torch.stack(steps, 1)
        top = logits.topk(2, -1).values
        return {"sequences": text, "step_logits": logits, "margin": top[..., 0] - top[..., 1]}

    calls = {"forward_right_padded": ({"input_ids": ids, "attention_mask": mask, "labels": labels}, padded)}
    if (c.get("rope_scaling") or {}).get("type") != "dynamic":
        calls["generate_one"] = ({"input_ids": ids[:1, :6], "attention_mask": mask[:1, :6]}, generate)
    return calls


# ---- ViT on pictures that are not square


def vit_shapes(c):
    h, inner, p = c["hidden_size"], c["intermediate_size"], c["patch_size"]
    rows, columns = (side // p for side in c["image_size"])
    s = {
        "vit.embeddings.cls_token": [1, 1, h], "vit.embeddings.position_embeddings": [1, rows * columns + 1, h],
        "vit.embeddings.patch_embeddings.projection.weight": [h, 3, p, p],
        "vit.embeddings.patch_embeddings.projection.bias": [h],
        "vit.layernorm.weight": [h], "vit.layernorm.bias": [h],
        "classifier.weight": [len(c["id2label"]), h], "classifier.bias": [len(c["id2label"])],
    }
    for i in range(c["num_hidden_layers"]):
        p = f"vit.encoder.layer.{i}."
        for n in ("query", "key", "value"):
            s[p + f"attention.attention.{n}.weight"] = [h, h]
        s.update({p + "attention.output.dense.weight": [h, h], p + "attention.output.dense.bias": [h],
                  p + "intermediate.dense.weight": [inner, h], p + "intermediate.dense.bias": [inner],
                  p + "output.dense.weight": [h, inner], p + "output.dense.bias": [h]})
        for n in ("before", "after"):
            s[p + f"layernorm_{n}.weight"] = s[p + f"layernorm_{n}.bias"] = [h]
    return s


def vit_calls(c, rng):
    pixels = torch.randn(3, 3, *c["image_size"], generator=rng)
    labels = torch.tensor([0, 2, 1])
    names = ["layernorm_before", "attention.attention.query", "attention.attention.key", "attention.attention.value",
             "attention.output.dense", "layernorm_after", "intermediate.dense", "output.dense"]

    def run(w, i):
        x = patches(w, "vit.embeddings.patch_embeddings.projection", i["pixel_values"], c["patch_size"])
        x = torch.cat([w["vit.embeddings.cls_token"].expand(len(x), -1, -1), x], 1) + w["vit.embeddings.position_embeddings"]
        hidden = [x]
        x = layer_norm(w, "vit.layernorm", vision_layers(w, c, x, "vit.encoder.layer.%d.", names, hidden), c["layer_norm_eps"])
        logits = linear(w, "classifier", x[:, 0])
        out = {"logits": logits, "last_hidden_state": x, "loss": F.cross_entropy(logits, i["labels"])}
        out.update({f"hidden_states.{n}": h for n, h in enumerate(hidden)})
        return out

    return {"forward_labels": ({"pixel_values": pixels, "labels": labels}, run)}


# ---- LLaVA that reads several vision layers, class token included


def llava_shapes(c):
    v, t = c["vision_config"], c["text_config"]
    h, inner, p, root = v["hidden_size"], v["intermediate_size"], v["patch_size"], "vision_tower.vision_model."
    s = {root + "embeddings.class_embedding": [h], root + "embeddings.patch_embedding.weight": [h, 3, p, p],
         root + "embeddings.position_embedding.weight": [(v["image_size"] // p) ** 2 + 1, h]}
    for n in ("pre_layrnorm", "post_layernorm"):
        s[root + n + ".weight"] = s[root + n + ".bias"] = [h]
    for i in range(v["num_hidden_layers"]):
        q = f"{root}encoder.layers.{i}."
        for name, rows, columns in [("self_attn.q_proj", h, h), ("self_attn.k_proj", h, h), ("self_attn.v_proj", h, h),
                                    ("self_attn.out_proj", h, h), ("mlp.fc1", inner, h), ("mlp.fc2", h, inner)]:
            s[q + name + ".weight"], s[q + name + ".bias"] = [rows, columns], [rows]
        for n in ("layer_norm1", "layer_norm2"):
            s[q + n + ".weight"] = s[q + n + ".bias"] = [h]
    wide = h * len(c["vision_feature_layer"])
    s["multi_modal_projector.linear_1.weight"] = [t["hidden_size"], wide]
    s["multi_modal_projector.linear_2.weight"] = [t["hidden_size"], t["hidden_size"]]
    s.update(llama_shapes(t, "language_model."))
    return s


def llava_calls(c, rng):
    v, t = c["vision_config"], c["text_config"]
    pixels = torch.randn(2, 3, v["image_size"], v["image_size"], generator=rng)
    ids = torch.randint(3, t["vocab_size"] - 1, (2, 9), generator=rng)
    ids[0, 2] = ids[1, 4] = c["image_token_index"]
    mask = torch.ones_like(ids)
    mask[1, :3] = 0
    ids[1, :3] = c["pad_token_id"]
    names = ["layer_norm1", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj", "layer_norm2",
             "mlp.fc1", "mlp.fc2"]

    def run(w, i):
        root = "vision_tower.vision_model."
        x = patches(w, root + "embeddings.patch_embedding", i["pixel_values"], v["patch_size"])
        first = w[root + "embeddings.class_embedding"].expand(len(x), 1, -1)
        x = torch.cat([first, x], 1) + w[root + "embeddings.position_embedding.weight"]
        x = layer_norm(w, root + "pre_layrnorm", x, v["layer_norm_eps"])
        hidden = [x]
        vision_layers(w, v, x, root + "encoder.layers.%d.", names, hidden)
        features = torch.cat([hidden[n] for n in c["vision_feature_layer"]], -1)  # "full": class token included
        features = linear(w, "multi_modal_projector.linear_2",
                          ACTIVATIONS[c["projector_hidden_act"]](linear(w, "multi_modal_projector.linear_1", features)))
        rows, masks = [], []
        for row, seen, picture in zip(i["input_ids"], i["attention_mask"], features):
            at = int((row == c["image_token_index"]).nonzero())
            text = w["language_model.model.embed_tokens.weight"][row]
            rows.append(torch.cat([text[:at], picture, text[at + 1:]]))
            masks.append(torch.cat([seen[:at], torch.ones(len(picture), dtype=torch.long), seen[at + 1:]]))
        embedded, merged = torch.stack(rows), torch.stack(masks)
        positions = (merged.cumsum(1) - 1).masked_fill(merged == 0, 1)
        logits, _ = llama(w, t, embedded, merged, positions, "language_model.")
        return {"image_features": features, "merged_attention_mask": merged, "merged_position_ids": positions, "logits": logits}

    return {"forward_left_padded": ({"pixel_values": pixels, "input_ids": ids, "attention_mask": mask}, run)}


LLAMA = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu", "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0, "bos_token_id": 1, "eos_token_id": [2, 88], "attention_bias": False, "mlp_bias": False,
    "tie_word_embeddings": False,
}
TEXT = {**LLAMA, "hidden_size": 24, "intermediate_size": 40, "num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": 2, "vocab_size": 90, "max_position_embeddings": 64}
MODELS = {
    # A head width of its own, biases, and texts longer than the model was trained on.
    "llama-dynamic": (
        {**LLAMA, "hidden_size": 24, "intermediate_size": 36, "num_hidden_layers": 2, "num_attention_heads": 6,
         "num_key_value_heads": 3, "head_dim": 6, "vocab_size": 90, "max_position_embeddings": 8, "hidden_act": "gelu_new",
         "attention_bias": True, "mlp_bias": True, "rope_scaling": {"type": "dynamic", "factor": 4.0}},
        llama_shapes, llama_calls),
    "llama3-tied": (
        {**LLAMA, "hidden_size": 32, "intermediate_size": 40, "num_hidden_layers": 3, "num_attention_heads": 4,
         "num_key_value_heads": 1, "head_dim": 16, "vocab_size": 95, "max_position_embeddings": 64, "tie_word_embeddings": True,
         "rope_theta": 500.0, "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                                               "high_freq_factor": 4.0, "original_max_position_embeddings": 32}},
        llama_shapes, llama_calls),
    "llama-linear": (
        {**LLAMA, "hidden_size": 20, "intermediate_size": 44, "num_hidden_layers": 2, "num_attention_heads": 2,
         "num_key_value_heads": 2, "vocab_size": 90, "max_position_embeddings": 64, "mlp_bias": True,
         "rope_scaling": {"type": "linear", "factor": 2.5}},
        llama_shapes, llama_calls),
    "vit-wide": (
        {"architectures": ["ViTForImageClassification"], "model_type": "vit", "hidden_size": 24, "intermediate_size": 40,
         "num_hidden_layers": 2, "num_attention_heads": 3, "image_size": [24, 40], "patch_size": 8, "hidden_act": "gelu_new",
         "layer_norm_eps": 1e-12, "qkv_bias": False, "id2label": {str(n): f"class {n}" for n in range(4)}},
        vit_shapes, vit_calls),
    "llava-layers-full": (
        {"architectures": ["LlavaForConditionalGeneration"], "model_type": "llava", "image_token_index": 89, "pad_token_id": 0,
         "projector_hidden_act": "gelu_new", "multimodal_projector_bias": False, "vision_feature_layer": [-3, 1, -1],
         "vision_feature_select_strategy": "full", "text_config": TEXT,
         "vision_config": {"model_type": "clip_vision_model", "hidden_size": 24, "intermediate_size": 32, "num_hidden_layers": 3,
                           "num_attention_heads": 3, "image_size": 24, "patch_size": 8, "hidden_act": "quick_gelu",
                           "layer_norm_eps": 1e-5}},
        llava_shapes, llava_calls),
}


def weights_of(shapes, rng):
    weights = {}
    for tensor, shape in shapes.items():
        t = torch.randn(shape, generator=rng)
        norm = "norm" in tensor and tensor.endswith("weight")
        scale = 0.5 if "embed" in tensor or len(shape) < 2 else 1.4 / math.sqrt(shape[1])
        weights[tensor] = 1 + 0.2 * t if norm else t * scale
    return weights


def make(config, shapes, calls, seed):
    """Weights, inputs and outputs; None where rounding could decide which token is generated."""
    rng = torch.Generator().manual_seed(seed)
    weights = weights_of(shapes(config), rng)
    double = {k: v.double() for k, v in weights.items()}
    io, index = {}, []
    for call, (inputs, run) in calls(config, rng).items():
        out = run(weights, inputs)
        exact = run(double, {k: v.double() if v.is_floating_point() else v for k, v in inputs.items()})
        if "margin" in out and out["margin"].min() < 0.02:
            return None
        info = {}
        for k, v in out.items():
            info[k] = {"shape": list(v.shape), "absmax": float(v.abs().max())}
            if v.is_floating_point():
                info[k]["max_abs_diff_vs_float64"] = float((v - exact[k]).abs().max())
        io.update({f"{call}/in/{k}": v for k, v in inputs.items()})
        io.update({f"{call}/out/{k}": v for k, v in out.items()})
        index.append({"name": call, "inputs": {k: list(v.shape) for k, v in inputs.items()}, "outputs": info,
                      "how": "tests/reference/make_variants.py"})
    return weights, io, index


def main(folder):
    for name, (config, shapes, calls) in MODELS.items():
        seed, made = 1000, None
        while made is None:
            seed, made = seed + 1, make(config, shapes, calls, seed)
        weights, io, index = made
        target = Path(folder) / name
        target.mkdir(parents=True, exist_ok=True)
        (target / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        write_safetensors(target / "model.safetensors", weights)
        write_safetensors(target / "io.safetensors", io)
        (target / "io.json").write_text(json.dumps({"calls": index}, indent=1) + "\n")
        print(name, len(weights), "tensors", sum(v.numel() for v in weights.values()), "numbers")


if __name__ == "__main__":
    with torch.no_grad():
        main(sys.argv[1])
