"""What transformers makes of the calls of espalier-cli forward (tests/data/fixtures/INDEX.md)."""
import torch
import transformers as hf

NEW_TOKENS, BEAMS = 8, 3


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


def prepared(name, c, call, inputs):
    """The inputs as transformers 5 takes them: with a token for each place of a picture."""
    inputs = dict(inputs)
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
        ids = inputs.get("input_ids", torch.full((len(inputs["pixel_values"]), 1), getattr(c.text_config, "bos_token_id", None) or 0))
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
    name = type(model).__name__
    inputs = prepared(name, model.config, call, given)
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
        hidden = name in ("LlamaForCausalLM", "OPTForCausalLM", "ViTForImageClassification") and not hasattr(model, "of_timm")
        out = model(**inputs, **({"output_hidden_states": True} if hidden else {}))
        values["logits"] = out.logits
        if hidden:
            values.update({f"hidden_states.{n}": h for n, h in enumerate(out.hidden_states)})
        if name == "Blip2ForConditionalGeneration":
            values["qformer.last_hidden_state"] = out.qformer_outputs.last_hidden_state
            values["vision.last_hidden_state"] = out.vision_outputs.last_hidden_state
            if not model.config.text_config.is_encoder_decoder and "labels" in given:
                values["logits"] = values["logits"][:, -given["labels"].shape[1]:]
        if name == "InstructBlipForConditionalGeneration":
            values["vision.last_hidden_state"] = out.vision_outputs.last_hidden_state
        if name == "LlavaForConditionalGeneration":
            values["merged_attention_mask"] = inputs["attention_mask"]
    if getattr(out, "loss", None) is not None:
        values["loss"] = out.loss
    return values


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


def end_tokens(model):
    c = model.config
    text = getattr(c, "text_config", None)
    if type(model).__name__.startswith("Blip") and not type(model).__name__.startswith("Blip2"):
        return [text.sep_token_id]
    ends = []
    for source in (getattr(model, "generation_config", None), c, text):
        ends = ends or getattr(source, "eos_token_id", None) or []
    return ends if isinstance(ends, list) else [ends]


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
        calls = {"forward_labels": t | {"labels": labels},
                 "forward_decmask": t | {"decoder_input_ids": start, "decoder_attention_mask": padded(3, 7, False, 2)}}
        if c.num_decoder_layers > c.num_layers:  # 5.12 makes its cache for as many layers as the encoder has
            return calls
        return calls | {"generate": t, "generate_beams": text_of(3, 9)}
    if name in ("LlamaForCausalLM", "OPTForCausalLM"):
        right, left = text_of(3, 14), text_of(3, 10, True)
        # Dynamic scaling turns kept keys and new ones by other angles; the reference does so for the batch at once.
        calls = {"forward_right_padded": right | {"labels": labels_of(right)}, "forward_nomask": {"input_ids": ids(3, 9)},
                 "forward_left_padded": left}
        return calls | {"generate_left_padded": left, "generate_beams": text_of(2, 6, True)}
    if name == "LlavaForConditionalGeneration":
        def with_picture(rows, length, left, each=1):
            t = text_of(rows, length, left)
            t["input_ids"][:, 4 if left else 1] = c.image_token_index
            if each == 2:
                t["input_ids"][0, 7] = c.image_token_index
            return t | {"pixel_values": pixels(rows + each - 1)}

        left = with_picture(2, 9, True)
        placed = prepared(name, c, "placed", with_picture(2, 9, True))  # a token for each patch, as 5 has it
        return {"forward_left_padded": left, "forward_right_padded": with_picture(2, 9, False), "generate_left_padded": left,
                "forward_two_pictures": with_picture(2, 9, True, 2), "forward_placed": placed, "generate_placed": placed,
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
    if name == "InstructBlipForConditionalGeneration":
        seq2seq = text.is_encoder_decoder

        def asked(rows, length, left):
            front = torch.full((rows, c.num_query_tokens), c.image_token_index)
            mask = padded(rows, 7, False, 2)
            t = text_of(rows, length, left and not seq2seq)
            if left and not seq2seq:  # padding stands before the pictures' places
                t = {"input_ids": torch.cat([t["input_ids"][:, :6], front, t["input_ids"][:, 6:]], 1),
                     "attention_mask": torch.cat([t["attention_mask"][:, :6], torch.ones_like(front), t["attention_mask"][:, 6:]], 1)}
            else:
                t = {"input_ids": torch.cat([front, t["input_ids"]], 1),
                     "attention_mask": torch.cat([torch.ones_like(front), t["attention_mask"]], 1)}
            return t | {"pixel_values": pixels(rows), "qformer_attention_mask": mask,
                        "qformer_input_ids": ids(rows, 7, c.qformer_config.vocab_size).masked_fill(mask == 0, 0)}

        t = asked(3, 8, False)
        labels = ids(3, 6) if seq2seq else labels_of(t).masked_fill(t["input_ids"] == c.image_token_index, -100)
        return {"forward_labels": t | {"labels": labels}, "generate": asked(3, 9, True), "generate_beams": asked(2, 9, True)}
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
