"""Models with random weights in many configurations, and the layouts that versions of transformers write them in."""
import copy
import json

import torch
import transformers as hf
from safetensors.torch import load_file
from tokenizers import processors

from unpacked import test_data

# tokenizers 0.23 renamed a parameter that transformers 5.12 passes by name.
roberta = processors.RobertaProcessing
processors.RobertaProcessing = lambda sep, cls, **k: roberta(sep, cls, **k)


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


def instructblip(text, vision={}, qformer={}, **k):
    qformer = dict(hidden_size=12, intermediate_size=16, num_hidden_layers=3, num_attention_heads=2, vocab_size=60,
                   max_position_embeddings=20) | qformer
    vision = dict(hidden_size=16, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2, image_size=16, patch_size=4) | vision
    return hf.InstructBlipForConditionalGeneration, hf.InstructBlipConfig(
        text_config=text, vision_config=vision, qformer_config=qformer, **({"num_query_tokens": 5} | k))


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
    "instructblip-t5": lambda: instructblip(t5_text(model_type="t5", d_model=16, d_kv=6, d_ff=24, feed_forward_proj="gated-gelu",
                                                    tie_word_embeddings=False), image_token_index=89),
    "instructblip-llama": lambda: instructblip(llama_text(model_type="llama", hidden_size=16, intermediate_size=24, num_attention_heads=4),
                                               image_token_index=89),
    "instructblip-opt": lambda: instructblip(opt_text(model_type="opt"), {}, {"cross_attention_frequency": 1, "hidden_act": "gelu_new"},
                                             image_token_index=89, num_query_tokens=3),
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


# ---- Whole folders: tokenizer and processor as transformers 5 saves them


def tokenizer(name):
    return hf.AutoTokenizer.from_pretrained(test_data() / "tokenizers" / name)


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
    clips = hf.LlavaImageProcessorPil(do_pad=True, size={"shortest_edge": 24}, crop_size={"height": 24, "width": 24})
    folders["llava"] = (llava(text={"vocab_size": len(llama_image)}), hf.LlavaProcessor(
        clips, llama_image, patch_size=8, vision_feature_select_strategy="default", chat_template="{{ messages }}"))
    folders["llava"][0][1].image_token_index = llama_image.convert_tokens_to_ids("<image>")
    return folders | {"t5": (t5(vocab_size=len(t5_), d_kv=8), t5_), "llama": (llama(vocab_size=len(llama_)), llama_),
                      "opt": (opt(vocab_size=len(opt_)), opt_), "vit": (vit(num_labels=5), square(hf.ViTImageProcessorPil))}


def vit_of_timm(folder):
    """The ViT that a folder of timm's holds."""
    timm = json.loads((folder / "config.json").read_text())
    state = load_file(folder / "model.safetensors")
    width, layers = state["pos_embed"].shape[-1], len({n.split(".")[1] for n in state if n.startswith("blocks.")})
    patch, side = state["patch_embed.proj.weight"].shape[-1], timm["pretrained_cfg"]["input_size"][-1]
    model = hf.ViTForImageClassification(hf.ViTConfig(
        hidden_size=width, intermediate_size=4 * width, num_hidden_layers=layers, num_attention_heads=width // 64, image_size=side,
        patch_size=patch, layer_norm_eps=1e-6, num_labels=state["head.weight"].shape[0]))
    names = {"cls_token": "vit.embeddings.cls_token", "pos_embed": "vit.embeddings.position_embeddings", "norm.": "vit.layernorm.",
             "patch_embed.proj.": "vit.embeddings.patch_embeddings.projection.", "head.": "classifier."}
    inner = {"norm1": "layernorm_before", "norm2": "layernorm_after", "attn.proj": "attention.o_proj"}
    renamed = {}
    for name, t in state.items():
        if not name.startswith("blocks."):
            renamed[next(new + name[len(old):] for old, new in names.items() if name.startswith(old))] = t
            continue
        _, layer, rest = name.split(".", 2)
        module, kind = rest.rsplit(".", 1)
        if module == "attn.qkv":
            for part, piece in zip("qkv", t.chunk(3)):
                renamed[f"vit.layers.{layer}.attention.{part}_proj.{kind}"] = piece
        else:
            renamed[f"vit.layers.{layer}.{inner.get(module, module)}.{kind}"] = t
    model.load_state_dict(renamed)
    model.of_timm = True
    return model.eval()
