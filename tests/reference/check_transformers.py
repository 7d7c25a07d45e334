#!/usr/bin/env python3
"""Compares espalier-cli with the Hugging Face transformers library itself.

    python3 tests/reference/check_transformers.py --cli build/release/app/espalier-cli [--only WORD] [--work FOLDER] PART...

PART: models (random weights of every family in many configurations, in the layouts that transformers 4 and 5 write,
run, pruned, exported and loaded back), folders (--model FOLDER...: pruned, exported and loaded), tokenizers, pictures.
Needs torch and transformers 5 (checked with 5.12.1), which Debian 12 does not have; says so and ends where they lack.
Prints a line for each difference and ends with status 1 if there was one.
"""
import argparse
import copy
import json
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

try:
    import torch
    import transformers as hf
except ImportError as missing:
    sys.exit(f"skipped: {missing.name} is not installed")
from safetensors.torch import load_file, save_file
from tokenizers import processors
from transformers.image_utils import load_image

hf.logging.set_verbosity_error()
hf.logging.disable_progress_bar()
torch.set_grad_enabled(False)

# tokenizers 0.23 renamed a parameter that transformers 5.12 passes by name.
roberta = processors.RobertaProcessing
processors.RobertaProcessing = lambda sep, cls, **k: roberta(sep, cls, **k)

TESTS = Path(__file__).resolve().parent.parent
NEW_TOKENS, BEAMS = 8, 3
problems = []


def wrong(text):
    problems.append(text)
    print("DIFFERS", text, flush=True)


class Cli:
    def __init__(self, program):
        self.program = program

    def __call__(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(map(str, arguments))}: {(done.stderr or done.stdout).strip()}")
        return done.stdout


# ---- What transformers makes of a call of espalier-cli forward


def expand_pictures(ids, mask, labels, token, patches, pad):
    """A token for each patch, as newer processors write them; rows filled up at the left, or at the right if some row
    ends with padding."""
    if (ids == token).sum() % patches == 0 and (ids == token).sum(1).max() >= patches:
        return ids, mask, labels
    rows = []
    for row, seen, label in zip(ids, mask, labels):
        each = [(i, s, l) for i, s, l in zip(row.tolist(), seen.tolist(), label.tolist())]
        rows.append([e for x in each for e in ([(token, 1, -100)] * patches if x[0] == token else [x])])
    longest, left = max(map(len, rows)), not (ids[:, -1] == pad).any()
    rows = [[(pad, 0, -100)] * (longest - len(r)) * left + r + [(pad, 0, -100)] * (longest - len(r)) * (not left) for r in rows]
    return tuple(torch.tensor([[x[n] for x in r] for r in rows]) for n in range(3))


def prepared(model, call, inputs):
    """The inputs as transformers 5 takes them, and how many leading tokens of the outputs are pictures'."""
    inputs, name, c = dict(inputs), type(model).__name__, model.config
    if name == "LlavaForConditionalGeneration" and "input_ids" in inputs:
        ids = inputs["input_ids"]
        mask = inputs.get("attention_mask", torch.ones_like(ids))
        pad = c.text_config.pad_token_id if getattr(c, "pad_token_id", None) is None else c.pad_token_id
        labels = ids.masked_fill((ids == c.image_token_index) | (mask == 0), -100)
        side = (c.vision_config.image_size // c.vision_config.patch_size) ** 2 + (c.vision_feature_select_strategy == "full")
        inputs["input_ids"], inputs["attention_mask"], labels = expand_pictures(
            ids, mask, labels, c.image_token_index, side, -1 if pad is None else pad)
        inputs["input_ids"] = inputs["input_ids"].clamp_min(0)
        if call.startswith("text_loss"):
            inputs["labels"] = labels
    if name == "Blip2ForConditionalGeneration":
        if c.image_token_index is None:
            c.image_token_index = c.text_config.vocab_size - 1
        token, queries = c.image_token_index, c.num_query_tokens
        ids = inputs.get("input_ids", torch.full((len(inputs["pixel_values"]), 1), getattr(c.text_config, "bos_token_id", 0)))
        mask = inputs.get("attention_mask", torch.ones_like(ids))
        if not (ids == token).any():
            front = torch.full((len(ids), queries), token)
            ids, mask = torch.cat([front, ids], 1), torch.cat([torch.ones_like(front), mask], 1)
        inputs["input_ids"], inputs["attention_mask"] = ids, mask
    if name in ("LlamaForCausalLM", "OPTForCausalLM") and set(inputs) == {"input_ids"}:
        inputs["labels"] = inputs["input_ids"]
    return inputs


def generated(model, inputs, beams):
    options = {"max_new_tokens": NEW_TOKENS, "do_sample": False, "num_beams": beams, "return_dict_in_generate": True}
    out = model.generate(**inputs, **options, output_logits=True, output_scores=True)
    if beams > 1:
        return {"sequences": out.sequences, "scores": out.sequences_scores}
    return {"sequences": out.sequences, "step_logits": torch.stack(out.logits, 1)}


def outputs(model, call, given, beams=1):
    name, inputs = type(model).__name__, prepared(model, call, given)
    if call.startswith("generate"):
        out = generated(model, inputs, beams)
        if name == "Blip2ForConditionalGeneration" and not model.config.text_config.is_encoder_decoder:
            new = out["sequences"][:, inputs["input_ids"].shape[1]:]  # the prompt stays with whoever asked
            out["sequences"] = torch.cat([torch.full((len(new), 1), model.config.text_config.bos_token_id), new], 1)
        if name == "LlavaForConditionalGeneration":
            new = out["sequences"][:, inputs["input_ids"].shape[1]:]
            out["sequences"] = torch.cat([given["input_ids"], new], 1)
        return out
    values = {}
    if name == "CLIPModel":
        square = len(inputs["pixel_values"]) == len(inputs["input_ids"])
        out = model(**inputs, return_loss=square)
        values = {n: out[n] for n in ("logits_per_image", "logits_per_text", "image_embeds", "text_embeds")}
        for tower in ("vision", "text"):
            values[f"{tower}.last_hidden_state"] = out[f"{tower}_model_output"].last_hidden_state
    elif name == "BlipForImageTextRetrieval":
        out = model(**inputs, use_itm_head=call.startswith("itm"))
        values = {"itm_score" if call.startswith("itm") else "itc_score": out.itm_score, "question_embeds": out.question_embeds}
        out.loss = None
    elif name == "BlipForQuestionAnswering":
        caught = []
        hook = model.text_decoder.register_forward_hook(lambda m, a, o: caught.append(o))
        out = model(**inputs)
        hook.remove()
        values["decoder_logits"] = caught[0].logits
    elif name == "BertModel":
        out = model(**inputs)
        values = {"last_hidden_state": out.last_hidden_state, "pooler_output": out.pooler_output}
        out.loss = None
    else:
        hidden = name in ("LlamaForCausalLM", "OPTForCausalLM", "ViTForImageClassification")
        out = model(**inputs, **({"output_hidden_states": True} if hidden else {}))
        values["logits"] = out.logits
        if hidden:
            values.update({f"hidden_states.{n}": h for n, h in enumerate(out.hidden_states)})
        if name == "Blip2ForConditionalGeneration":
            values["qformer.last_hidden_state"] = out.qformer_outputs.last_hidden_state
            values["vision.last_hidden_state"] = out.vision_outputs.last_hidden_state
            if not model.config.text_config.is_encoder_decoder and "labels" in given:
                values["logits"] = values["logits"][:, -given["labels"].shape[1]:]
        if name == "LlavaForConditionalGeneration":
            values["merged_attention_mask"] = inputs["attention_mask"]
    if getattr(out, "loss", None) is not None:
        values["loss"] = out.loss
    return values


# ---- Comparing


def meaningful(value, call, io):
    """Where a value means something: padding gets numbers too, but nobody reads them."""
    for mask in ("out/merged_attention_mask", "in/decoder_attention_mask", "in/attention_mask"):
        m = io.get(f"{call}/{mask}")
        if m is not None and value.dim() >= 2 and value.shape[:2] == m.shape:
            return m.bool().view(*m.shape, *[1] * (value.dim() - 2))
    return None


def steps_before_end(sequences, steps, ends):
    new = sequences[:, sequences.shape[1] - steps:]
    ended = sum((new == e).long() for e in ends)
    return (ended.cumsum(1) - ended == 0)[..., None]


def compare(title, io, noise, got, ends):
    """Every value of io's <call>/out/<value> with what espalier-cli gave; noise: float32's distance from float64."""
    for name, want in io.items():
        call, kind, value = name.split("/", 2)
        if kind != "out":
            continue
        if name not in got:
            wrong(f"{title}: {name} is missing")
            continue
        have = got[name]
        if have.shape != want.shape:
            wrong(f"{title}: {name} is {list(have.shape)}, transformers gives {list(want.shape)}")
            continue
        difference = (have.double() - want.double()).abs()
        if value == "step_logits":
            difference = difference * steps_before_end(io[f"{call}/out/sequences"], want.shape[1], ends)
        elif (where := meaningful(want, call, io)) is not None:
            difference = difference * where
        tolerance = max(1e-5 * max(1.0, want.abs().max().item()), 10 * noise.get(name, 0)) if want.is_floating_point() else 0
        if not difference.max() <= tolerance:
            wrong(f"{title}: {name} differs by {difference.max().item():.3g}, {tolerance:.2g} would do")


def forget_lengths(model):
    """5.12 keeps the frequencies of the longest text seen, so that a shorter one would be read by them too."""
    for module in model.modules():
        if hasattr(module, "original_inv_freq"):
            module.inv_freq = module.original_inv_freq.clone()


def run_calls(model, calls):
    io = {}
    for call, inputs in calls.items():
        forget_lengths(model)
        beams = BEAMS if call.startswith("generate_beams") else 1
        io.update({f"{call}/in/{k}": v for k, v in inputs.items()})
        io.update({f"{call}/out/{k}": v.contiguous().clone() for k, v in outputs(model, call, inputs, beams).items()})
    return io


def check_forward(title, folder, model, calls, cli, work):
    """model: what transformers made of the folder, in float32."""
    io = run_calls(model, calls)
    double = {c: {k: v.double() if v.is_floating_point() else v for k, v in i.items()} for c, i in calls.items()}
    exact = run_calls(model.double(), {c: i for c, i in double.items() if not c.startswith("generate")})
    model.float()
    noise = {n: (io[n].double() - v).abs().max().item() for n, v in exact.items() if v.is_floating_point()}
    got = {}
    for beams in (1, BEAMS):
        mine = {n: v.clone() for n, v in io.items() if "/in/" in n and n.startswith("generate_beams") == (beams > 1)}
        if mine:
            save_file(mine, work / "in.safetensors")
            cli("forward", folder, "--inputs", work / "in.safetensors", "--out", work / "out.safetensors",
                "--max-new-tokens", NEW_TOKENS, "--beams", beams)
            got.update(load_file(work / "out.safetensors"))
    compare(title, io, noise, got, end_tokens(model))
    write_io(folder, io, noise)


def write_io(folder, io, noise):
    """In the fixtures' format, so that a folder can become one."""
    calls = {}
    for name, value in io.items():
        call, kind, what = name.split("/", 2)
        how = f"transformers {hf.__version__}" + (f", num_beams={BEAMS}" if call.startswith("generate_beams") else "")
        entry = calls.setdefault(call, {"name": call, "inputs": {}, "outputs": {}, "how": how})
        if kind == "in":
            entry["inputs"][what] = list(value.shape)
        else:
            entry["outputs"][what] = {"shape": list(value.shape), "absmax": value.abs().max().item()}
            if name in noise:
                entry["outputs"][what]["max_abs_diff_vs_float64"] = noise[name]
    (folder / "io.json").write_text(json.dumps({"calls": list(calls.values())}, indent=1) + "\n")
    save_file({n: v.clone() for n, v in io.items()}, folder / "io.safetensors")


def end_tokens(model):
    c = model.config
    text = getattr(c, "text_config", None)
    if type(model).__name__.startswith("Blip") and not type(model).__name__.startswith("Blip2"):
        return [text.sep_token_id]
    ends = []
    for source in (getattr(model, "generation_config", None), c, text):
        ends = ends or getattr(source, "eos_token_id", None) or []
    return ends if isinstance(ends, list) else [ends]


# ---- Models with random weights


def clip_vision(**k):
    return dict(hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3, image_size=24, patch_size=8) | k


def bert_text(**k):
    return dict(hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3, vocab_size=90,
                max_position_embeddings=40, bos_token_id=3, sep_token_id=4, eos_token_id=4, pad_token_id=0) | k


def llama_text(**k):
    return dict(hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, vocab_size=90,
                max_position_embeddings=64, eos_token_id=2, pad_token_id=0) | k


def opt_text(**k):
    return dict(hidden_size=24, ffn_dim=40, num_hidden_layers=2, num_attention_heads=3, vocab_size=90, word_embed_proj_dim=24,
                max_position_embeddings=64) | k


def t5_text(**k):
    return dict(d_model=24, d_kv=10, d_ff=40, num_layers=2, num_heads=3, vocab_size=90, decoder_start_token_id=0) | k


def clip(vision={}, text={}, **k):
    text = dict(hidden_size=20, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, vocab_size=90,
                max_position_embeddings=16, bos_token_id=0, eos_token_id=89, pad_token_id=1) | text
    return hf.CLIPModel, hf.CLIPConfig(text_config=text, vision_config=clip_vision(**vision), projection_dim=12, **k)


def blip(kind, vision={}, text={}, **k):
    return kind, hf.BlipConfig(text_config=bert_text(**text), vision_config=clip_vision(**vision), image_text_hidden_size=10, **k)


def blip2(text, vision={}, qformer={}, **k):
    qformer = dict(hidden_size=20, intermediate_size=32, num_hidden_layers=3, num_attention_heads=2, vocab_size=50) | qformer
    return hf.Blip2ForConditionalGeneration, hf.Blip2Config(
        text_config=text, vision_config=clip_vision(**vision), qformer_config=qformer, **({"num_query_tokens": 4} | k))


def vit(**k):
    return hf.ViTForImageClassification, hf.ViTConfig(**(clip_vision() | k))


def t5(**k):
    return hf.T5ForConditionalGeneration, hf.T5Config(**t5_text(**k))


def llama(**k):
    return hf.LlamaForCausalLM, hf.LlamaConfig(**llama_text(**k))


def opt(**k):
    return hf.OPTForCausalLM, hf.OPTConfig(**opt_text(**k))


def llava(vision={}, text={}, **k):
    vision = clip_vision(num_hidden_layers=3, model_type="clip_vision_model") | vision
    return hf.LlavaForConditionalGeneration, hf.LlavaConfig(
        vision_config=vision, text_config=llama_text(model_type="llama") | text, image_token_index=88, **k)


LLAMA3 = dict(rope_type="llama3", rope_theta=500.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=16)
MODELS = {
    "clip-quick-gelu": lambda: clip(),
    "clip-gelu-eos-2": lambda: clip({"hidden_act": "gelu", "image_size": 40}, {"hidden_act": "gelu", "eos_token_id": 2}),
    "clip-wide-patch": lambda: clip({"image_size": 32, "patch_size": 16, "hidden_size": 32, "num_attention_heads": 4},
                                    {"hidden_act": "gelu_new", "layer_norm_eps": 1e-3}),
    "vit": lambda: vit(num_labels=5),
    "vit-no-bias": lambda: vit(num_labels=3, qkv_bias=False, hidden_act="gelu_pytorch_tanh", image_size=32, patch_size=16),
    "vit-wide": lambda: vit(num_labels=3, image_size=[16, 40], layer_norm_eps=1e-6),
    "bert": lambda: (hf.BertModel, hf.BertConfig(**bert_text(type_vocab_size=3))),
    "t5": lambda: t5(feed_forward_proj="relu", tie_word_embeddings=True),
    "t5-1.1": lambda: t5(feed_forward_proj="gated-gelu", tie_word_embeddings=False, num_layers=3, num_decoder_layers=2),
    "t5-tied-gated": lambda: t5(feed_forward_proj="gated-silu", relative_attention_num_buckets=8, relative_attention_max_distance=12),
    "llama": lambda: llama(),
    "llama-gqa-tied": lambda: llama(num_key_value_heads=2, tie_word_embeddings=True, attention_bias=True),
    "llama-llama3": lambda: llama(rope_parameters=LLAMA3, head_dim=10, num_key_value_heads=1, mlp_bias=True, eos_token_id=[2, 5]),
    "llama-linear": lambda: llama(rope_parameters=dict(rope_type="linear", rope_theta=200.0, factor=2.5)),
    "llama-dynamic": lambda: llama(rope_parameters=dict(rope_type="dynamic", rope_theta=1e4, factor=4.0), max_position_embeddings=8),
    "llama-theta": lambda: llama(rope_parameters=dict(rope_type="default", rope_theta=321.0), rms_norm_eps=1e-3, hidden_act="gelu"),
    "opt": lambda: opt(),
    "opt-post-norm-proj": lambda: opt(do_layer_norm_before=False, word_embed_proj_dim=12),
    "opt-untied-no-bias": lambda: opt(enable_bias=False, tie_word_embeddings=False, activation_function="gelu"),
    "opt-no-affine": lambda: opt(layer_norm_elementwise_affine=False),
    "opt-no-final-norm": lambda: opt(_remove_final_layer_norm=True),
    "blip-caption": lambda: blip(hf.BlipForConditionalGeneration, text={"label_smoothing": 0.1}),
    "blip-caption-untied": lambda: blip(hf.BlipForConditionalGeneration, text={"tie_word_embeddings": False, "hidden_size": 32,
                                                                             "num_attention_heads": 4}, tie_word_embeddings=False),
    "blip-vqa": lambda: blip(hf.BlipForQuestionAnswering, {"image_size": 32, "patch_size": 16}, {"hidden_act": "gelu_new"}),
    "blip-retrieval": lambda: blip(hf.BlipForImageTextRetrieval, text={"hidden_size": 16, "num_attention_heads": 2}),
    "blip2-t5": lambda: blip2(hf.T5Config(**t5_text(feed_forward_proj="gated-gelu", tie_word_embeddings=False)), image_token_index=89),
    "blip2-t5-tied": lambda: blip2(hf.T5Config(**t5_text()), {"hidden_act": "gelu_new"}, image_token_index=89),
    "blip2-opt": lambda: blip2(hf.OPTConfig(**opt_text()), {}, {"cross_attention_frequency": 1, "use_qformer_text_input": False},
                               image_token_index=89),
    "blip2-opt-post-norm": lambda: blip2(hf.OPTConfig(**opt_text(do_layer_norm_before=False)), {"qkv_bias": False},
                                         {"num_hidden_layers": 2}, image_token_index=89, num_query_tokens=3),
    "llava": lambda: llava(),
    "llava-full-tied": lambda: llava(text={"tie_word_embeddings": True, "num_key_value_heads": 2}, vision_feature_layer=-1,
                                     vision_feature_select_strategy="full"),
    "llava-layers": lambda: llava({"hidden_act": "gelu"}, {"rope_parameters": LLAMA3}, vision_feature_layer=[-3, 1, -1],
                                  multimodal_projector_bias=False, projector_hidden_act="gelu_pytorch_tanh"),
}


def untied(model):
    """T5 1.1 has a head of its own, which transformers 5 knows only once it is there."""
    t5 = getattr(model, "language_model", model)
    if isinstance(t5, hf.T5ForConditionalGeneration) and not t5.config.scale_decoder_outputs:
        t5.lm_head.weight = torch.nn.Parameter(torch.empty_like(t5.lm_head.weight))
        for m in (model, t5):
            for name in ("lm_head.weight", "language_model.lm_head.weight"):
                m.all_tied_weights_keys.pop(name, None)
    return model


def fill(model, seed):
    """Numbers large enough for every layer to matter, small enough for float32 to keep them apart."""
    rng = torch.Generator().manual_seed(seed)
    for name, p in sorted(model.named_parameters()):
        t = torch.randn(p.shape, generator=rng)
        norm = ("norm" in name.lower() or "layrnorm" in name) and name.endswith("weight")
        scale = 0.5 if "embed" in name or p.dim() < 2 else 1.4 / p[0].numel() ** 0.5
        p.copy_(1 + 0.2 * t if norm else t * scale)
    return model.eval()


def calls_of(model, rng):
    """Calls like those of the fixtures (tests/data/fixtures/INDEX.md), with inputs of their own."""
    name, c = type(model).__name__, model.config
    text, vision = getattr(c, "text_config", c), getattr(c, "vision_config", c)
    vocabulary = getattr(text, "vocab_size", 0)

    def ids(rows, length, below=None):
        return torch.randint(5, (below or vocabulary) - 2, (rows, length), generator=rng)

    def pixels(rows):
        sides = vision.image_size if isinstance(vision.image_size, (list, tuple)) else [vision.image_size] * 2
        return torch.randn(rows, 3, *sides, generator=rng)

    def padded(rows, length, left, spare=3):
        mask = torch.ones(rows, length, dtype=torch.long)
        for r in range(rows):
            n = r * spare
            mask[r, slice(0, n) if left else slice(length - n, length)] = 0
        return mask

    def text_of(rows, length, left=False):
        mask = padded(rows, length, left)
        pad = getattr(text, "pad_token_id", None) or 0
        return {"input_ids": ids(rows, length).masked_fill(mask == 0, pad), "attention_mask": mask}

    def labels_of(t):
        return t["input_ids"].masked_fill(t["attention_mask"] == 0, -100)

    if name == "CLIPModel":
        def ended(rows, length):
            t = text_of(rows, length)
            for r, n in enumerate(t["attention_mask"].sum(1)):
                t["input_ids"][r, n - 1] = vocabulary - 1
            return t
        return {"forward": ended(3, 11) | {"pixel_values": pixels(4)},
                "contrastive_nomask": {"input_ids": ended(3, 9)["input_ids"], "pixel_values": pixels(3)}}
    if name == "ViTForImageClassification":
        return {"forward_labels": {"pixel_values": pixels(3), "labels": torch.tensor([0, 2, 1])}}
    if name == "BertModel":
        t = text_of(3, 10)
        return {"forward": t | {"token_type_ids": (torch.arange(10) > 4).long().expand(3, 10).clone()}}
    if name == "T5ForConditionalGeneration":
        labels = ids(3, 7)
        labels[1, 5:] = -100
        start = ids(3, 7)
        start[:, 0] = 0
        t = text_of(3, 12)
        return {"forward_labels": t | {"labels": labels}, "generate": t, "generate_beams": text_of(3, 9),
                "forward_decmask": t | {"decoder_input_ids": start, "decoder_attention_mask": padded(3, 7, False, 2)}}
    if name in ("LlamaForCausalLM", "OPTForCausalLM"):
        right, left = text_of(3, 14), text_of(3, 10, True)
        # Dynamic scaling turns kept keys and new ones by other angles; the reference does so for the batch at once.
        calls = {"forward_right_padded": right | {"labels": labels_of(right)}, "forward_nomask": {"input_ids": ids(3, 9)},
                 "forward_left_padded": left}
        return calls | {"generate_left_padded": left, "generate_beams": text_of(2, 6, True)}
    if name == "LlavaForConditionalGeneration":
        def with_picture(rows, length, left):
            t = text_of(rows, length, left)
            t["input_ids"][:, 4 if left else 1] = c.image_token_index
            return t | {"pixel_values": pixels(rows)}
        left = with_picture(2, 9, True)
        return {"forward_left_padded": left, "forward_right_padded": with_picture(2, 9, False), "generate_left_padded": left,
                "text_loss": with_picture(2, 9, False), "generate_beams": with_picture(2, 8, True)}
    if name == "Blip2ForConditionalGeneration":
        seq2seq = text.is_encoder_decoder
        t = text_of(3, 8) | {"pixel_values": pixels(3)}
        calls = {"forward_labels": t | {"labels": ids(3, 6) if seq2seq else labels_of(t)},
                 "generate": text_of(3, 8, not seq2seq) | {"pixel_values": pixels(3)},
                 "generate_beams": text_of(2, 6, not seq2seq) | {"pixel_values": pixels(2)}}
        if not seq2seq:
            calls["generate_noprompt"] = {"pixel_values": pixels(3)}
        if c.image_token_index is None:  # before 4.46: pictures stand before the text
            return calls
        front = torch.full((3, c.num_query_tokens), c.image_token_index)
        u = text_of(3, 8, not seq2seq)
        placed = {"input_ids": torch.cat([front, u["input_ids"]], 1),
                  "attention_mask": torch.cat([torch.ones_like(front), u["attention_mask"]], 1), "pixel_values": pixels(3)}
        return calls | {"generate_placed": placed}
    if name == "BlipForConditionalGeneration":
        t = text_of(3, 8)
        return {"forward_labels": t | {"pixel_values": pixels(3), "labels": labels_of(t)}, "generate": {"pixel_values": pixels(3)},
                "generate_prompt": text_of(1, 5) | {"pixel_values": pixels(1)}, "generate_beams": {"pixel_values": pixels(2)}}
    if name == "BlipForQuestionAnswering":
        t, answer = text_of(3, 9) | {"pixel_values": pixels(3)}, text_of(3, 6)
        # 5.12 drops the question's mask on the way to the decoder; 4.36 does not (a fixture has it with padding).
        whole = {"input_ids": ids(3, 9), "attention_mask": torch.ones(3, 9, dtype=torch.long), "pixel_values": pixels(3)}
        return {"forward_labels": whole | {"decoder_input_ids": answer["input_ids"], "decoder_attention_mask": answer["attention_mask"],
                                       "labels": labels_of(answer)}, "generate": t, "generate_beams": t}
    t = text_of(3, 9) | {"pixel_values": pixels(3)}
    return {"itm": t, "itc": t}


def usable(io):
    """Whether no generated token hangs on rounding."""
    margins = [v.topk(2, -1).values for n, v in io.items() if n.endswith("step_logits")]
    return all((m[..., 0] - m[..., 1]).min() > 0.02 for m in margins)


def check_models(arguments, cli):
    for name, make in MODELS.items():
        if arguments.only not in name:
            continue
        kind, config = make()
        for seed in range(zlib.crc32(name.encode()), 2**32):
            model = fill(untied(kind(config)), seed)
            calls = calls_of(model, torch.Generator().manual_seed(seed))
            if usable(run_calls(model, calls)):
                break
        work = arguments.work / name
        shutil.rmtree(work, ignore_errors=True)
        for layout, write in LAYOUTS.items():
            folder, title = work / layout, f"{name} ({layout})"
            folder.mkdir(parents=True)
            held = write(copy.deepcopy(model), folder)
            if held is None:
                continue
            try:
                check_forward(title, folder, held, calls, cli, work)
                if layout in EXPORTED:
                    check_export(title, folder, work / (layout + "-pruned"), kind, calls, cli, work)
            except RuntimeError as e:
                wrong(f"{title}: {e}")
        print("checked", name, flush=True)


# ---- Layouts: each writes a folder and returns what it holds, in float32; None where it makes no difference


def write_5(model, folder):
    model.save_pretrained(folder)
    return model


def write_5_inner_names(model, folder):
    """The names of the library's own modules, as a program that saves state_dict() writes them."""
    model.save_pretrained(folder, save_original_format=False)
    return model


def rounded(model, dtype):
    """Parameters as they come back from half precision; what a model computes for itself stays as it is."""
    for p in model.parameters():
        p.copy_(p.to(dtype))
    return copy.deepcopy(model).to(dtype)


def write_5_sharded_bf16(model, folder):
    rounded(model, torch.bfloat16).save_pretrained(folder, max_shard_size="20KB")
    return model


def as_4(value):
    """What 4.36 wrote: only what is not the default, and older keys."""
    if not isinstance(value, dict):
        return value
    value = {k: as_4(v) for k, v in value.items()}
    rope = value.pop("rope_parameters", None)
    if rope:
        value["rope_theta"] = rope.pop("rope_theta")
        kind = rope.pop("rope_type")
        if kind != "default":
            value["rope_scaling"] = {"rope_type" if kind == "llama3" else "type": kind} | rope
    if "scale_decoder_outputs" in value:
        value["tie_word_embeddings"] = value.pop("scale_decoder_outputs")
    if "dtype" in value:
        value["torch_dtype"] = value.pop("dtype")
    return value | ({"transformers_version": "4.36.2"} if "transformers_version" in value else {})


def names_4(model):
    state = model.state_dict()  # tied weights under each of their names
    if isinstance(model, hf.LlavaForConditionalGeneration):
        places = {"model.language_model.": "language_model.model.", "model.vision_tower.": "vision_tower.vision_model.",
                  "model.multi_modal_projector.": "multi_modal_projector.", "lm_head.": "language_model.lm_head."}
        state = {next(new + n[len(old):] for old, new in places.items() if n.startswith(old)): t for n, t in state.items()}
    if isinstance(model, hf.ViTForImageClassification):
        for old, new in {"vit.layers.": "vit.encoder.layer.", "attention.q_proj": "attention.attention.query",
                         "attention.k_proj": "attention.attention.key", "attention.v_proj": "attention.attention.value",
                         "attention.o_proj": "attention.output.dense", "mlp.fc1": "intermediate.dense",
                         "mlp.fc2": "output.dense"}.items():
            state = {n.replace(old, new): t for n, t in state.items()}
    return state


def write_4_half_state_dict(model, folder):
    half = rounded(model, torch.float16)
    config = as_4(json.loads(half.config.to_json_string(use_diff=True)))
    config["architectures"] = [type(model).__name__]
    (folder / "config.json").write_text(json.dumps(config))
    torch.save(names_4(half), folder / "pytorch_model.bin")
    return model


def write_4_without_head(model, folder):
    """As OPT was published: saved from the decoder."""
    if not isinstance(model, hf.OPTForCausalLM) or not model.config.tie_word_embeddings:
        return None
    model.model.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(as_4(config) | {"architectures": ["OPTForCausalLM"]}))
    return model


LAYOUTS = {"5": write_5, "5-inner": write_5_inner_names, "5-sharded-bf16": write_5_sharded_bf16,
           "4-half-state-dict": write_4_half_state_dict, "4-without-head": write_4_without_head}
EXPORTED = ["5-inner", "5-sharded-bf16", "4-half-state-dict", "4-without-head"]


# ---- Exports


def zeros_of(tensors):
    return sum((t == 0).sum().item() for t in {t.data_ptr(): t for t in tensors if t.is_floating_point()}.values())


def check_export(title, folder, export, kind, calls, cli, work, prune=(), data=TESTS.parent / "resources/sample/calibration"):
    """Prunes, loads the export with from_pretrained and compares what both programs make of it."""
    title, prune = f"{title}, pruned {' '.join(prune)}", list(prune) or ["--criterion", "magnitude"]
    scores, plan = work / "scores.json", work / "plan.json"
    cli("score", folder, "--method", "magnitude", "--data", data, "--out", scores)
    cli("allocate", scores, "--allocator", "uniform", "--target", 0.5, "--out", plan)
    cli("prune", folder, "--plan", plan, "--data", data, "--out", export, *prune)
    model, info = kind.from_pretrained(export, dtype=torch.float32, output_loading_info=True)
    for what, names in info.items():
        if names:
            wrong(f"{title}: {what} {sorted(map(str, names))[:3]}")
    stored = {}
    for file in export.glob("*.safetensors"):
        stored.update(load_file(file))
    matrices = [m for g in json.loads(plan.read_text())["groups"] for m in g["matrices"]]
    share = sum((stored[m] == 0).sum().item() for m in matrices) / sum(stored[m].numel() for m in matrices)
    if abs(share - 0.5) > 0.03:
        wrong(f"{title}: {share:.3f} of the matrices' weights are zero, not half")
    inside, outside = zeros_of(dict(model.named_parameters()).values()), sum((t == 0).sum().item() for t in unique(stored))
    if inside != outside:
        wrong(f"{title}: {outside} zeros in the files, {inside} in the model that transformers made")
    check_forward(title, export, model.eval(), calls, cli, work)


def unique(tensors):
    """Tied weights, which an export writes under each name, once."""
    kept = []
    for t in tensors.values():
        if t.is_floating_point() and not any(t.shape == k.shape and torch.equal(t, k) for k in kept):
            kept.append(t)
    return kept


# ---- Whole folders: tokenizer and processor as transformers 5 saves them


def tokenizer(name):
    return hf.AutoTokenizer.from_pretrained(TESTS / "data/tokenizers" / name)


def with_picture_token(name):
    t = tokenizer(name)
    t.add_special_tokens({"additional_special_tokens": ["<image>"]})
    return t


def square(kind, **k):
    return kind(size={"height": 24, "width": 24}, **k)


def whole_folders():
    """name: ((class, configuration), processor or tokenizer). The vocabularies are the published ones."""
    bert, t5_, opt_, llama_ = (tokenizer(n) for n in ("bert", "t5", "opt", "llama"))
    t5_image, opt_image, llama_image = (with_picture_token(n) for n in ("t5", "opt", "llama"))
    blip_tokens = {"vocab_size": 30524, "bos_token_id": 30522, "sep_token_id": 102, "eos_token_id": 102}
    blips = {"blip-caption": hf.BlipForConditionalGeneration, "blip-vqa": hf.BlipForQuestionAnswering,
             "blip-retrieval": hf.BlipForImageTextRetrieval}
    folders = {n: (blip(kind, text=blip_tokens), hf.BlipProcessor(square(hf.BlipImageProcessor), bert)) for n, kind in blips.items()}
    for name, text, t in (("blip2-t5", hf.T5Config(**t5_text(vocab_size=len(t5_image), d_kv=8)), t5_image),
                          ("blip2-opt", hf.OPTConfig(**opt_text(vocab_size=len(opt_image))), opt_image)):
        folders[name] = (blip2(text, image_token_index=t.convert_tokens_to_ids("<image>")),
                         hf.Blip2Processor(square(hf.BlipImageProcessorPil), t, num_query_tokens=4))
    clips = hf.CLIPImageProcessorPil(size={"shortest_edge": 24}, crop_size={"height": 24, "width": 24})
    folders["llava"] = (llava(text={"vocab_size": len(llama_image)}), hf.LlavaProcessor(
        clips, llama_image, patch_size=8, vision_feature_select_strategy="default", chat_template="{{ messages }}"))
    folders["llava"][0][1].image_token_index = llama_image.convert_tokens_to_ids("<image>")
    return folders | {"t5": (t5(vocab_size=len(t5_), d_kv=8), t5_), "llama": (llama(vocab_size=len(llama_)), llama_),
                      "opt": (opt(vocab_size=len(opt_)), opt_), "vit": (vit(num_labels=5), square(hf.ViTImageProcessorPil))}


PRUNINGS = [["--criterion", "wanda"], ["--criterion", "wanda", "--pattern", "2:4"], ["--criterion", "sparsegpt"]]
CAPTIONS = ["a photo of two dogs, one brown", "Wo ist der Ball?  (rot)", "\u4e2d\u6587 caf\u00e9 \U0001f642"]


def check_words_and_pictures(title, folder, cli, work, data):
    """What transformers loads beside the weights does what espalier-cli makes of the same files."""
    names = {f.name for f in folder.iterdir()}
    if names & {"tokenizer.json", "tokenizer_config.json"}:
        (work / "lines.txt").write_text("\n".join(CAPTIONS) + "\n")
        ids = [json.loads(line) for line in cli("tokenize", folder, "--text-file", work / "lines.txt").splitlines()]
        if ids != hf.AutoTokenizer.from_pretrained(folder)(CAPTIONS)["input_ids"]:
            wrong(f"{title}: tokens differ")
    if names & {"processor_config.json", "preprocessor_config.json"}:
        pictures = sorted(data.glob("*.png"))[:3]
        cli("preprocess", folder, *pictures, "--out", work / "pixels.safetensors")
        processor = hf.AutoImageProcessor.from_pretrained(folder, backend="pil")
        for path, have in load_file(work / "pixels.safetensors").items():
            want = processor(load_image(path), return_tensors="pt")["pixel_values"][0]
            if have.shape != want.shape or (have - want).abs().max() > 1e-5:
                wrong(f"{title}: {path} is given to the model otherwise")


def check_folder(name, folder, kind, arguments, cli):
    work, data = arguments.work / "folders" / name, TESTS.parent / "resources/sample/calibration"
    model = kind.from_pretrained(folder, dtype=torch.float32).eval()
    calls = calls_of(model, torch.Generator().manual_seed(zlib.crc32(name.encode())))
    try:
        check_words_and_pictures(name, folder, cli, work, data)
        for prune in PRUNINGS:
            export = work / "-".join(p.strip("-").replace(":", "") for p in prune)
            check_export(name, folder, export, kind, calls, cli, work, prune, data)
            check_words_and_pictures(name + " exported", export, cli, work, data)
    except RuntimeError as e:
        wrong(f"{name}: {e}")
    print("checked", name, flush=True)


def check_folders(arguments, cli):
    shutil.rmtree(arguments.work / "folders", ignore_errors=True)
    for name, ((kind, config), processor) in whole_folders().items():
        if arguments.only in name:
            folder = arguments.work / "folders" / name / "dense"
            fill(kind(config), zlib.crc32(name.encode())).to(torch.bfloat16).save_pretrained(folder)
            processor.save_pretrained(folder)
            check_folder(name, folder, kind, arguments, cli)
    for folder in [TESTS.parent / "resources/sample/model", TESTS.parent / "resources/sample-clip/model", *arguments.model]:
        name = "-".join(folder.parts[-2:])
        if arguments.only in name:
            (arguments.work / "folders" / name).mkdir(parents=True)
            kind = getattr(hf, json.loads((folder / "config.json").read_text())["architectures"][0])
            check_folder(name, folder, kind, arguments, cli)


PARTS = {"models": check_models, "folders": check_folders}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/check_transformers"))
    parser.add_argument("--only", default="")
    parser.add_argument("--model", type=Path, action="append", default=[])
    parser.add_argument("part", nargs="+", choices=PARTS)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    for part in arguments.part:
        PARTS[part](arguments, Cli(arguments.cli))
    print(f"transformers {hf.__version__}: {len(problems)} differences")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
