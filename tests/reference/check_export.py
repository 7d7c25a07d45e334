#!/usr/bin/env python3
"""Checks an exported model folder as transformers would look at it, by code of its own.

    python3 tests/reference/check_export.py ORIGINAL EXPORT EXPECTED.json

ORIGINAL is the folder as it was, with its weights as safetensors; EXPECTED.json has, under "matrices", the sparsity
of each matrix that was pruned. Reads safetensors by the published format (8 bytes length, JSON header, data), with the
standard library alone. Prints what is wrong, a line each, and ends with status 1; silent otherwise.
"""
import json
import struct
import sys
from pathlib import Path

SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
SINGLE, INDEX = "model.safetensors", "model.safetensors.index.json"
# What from_pretrained looks for before or beside safetensors, or loads on top of them.
MISLEADING = (".bin", ".pth", ".pt", ".ckpt", ".h5", ".msgpack", ".onnx", ".gguf", ".ot", ".bin.index.json",
              ".h5.index.json", ".msgpack.index.json")

problems = []


def wrong(text):
    problems.append(text)


def read_safetensors(path):
    """Metadata and, by name, (dtype, shape, bytes)."""
    blob = path.read_bytes()
    (length,) = struct.unpack("<Q", blob[:8])
    if blob[8:9] != b"{" or 8 + length > len(blob):
        raise ValueError(f"{path} has no header")
    header = json.loads(blob[8 : 8 + length])
    metadata, data = header.pop("__metadata__", {}), blob[8 + length :]
    if any(not isinstance(v, str) for v in metadata.values()):
        wrong(f"{path}: metadata that is no text")
    end, tensors = 0, {}
    for name, t in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, stop = t["data_offsets"]
        if begin != end:
            wrong(f"{path}: a hole before {name}")
        elements = 1
        for n in t["shape"]:
            elements *= n
        if stop - begin != elements * SIZES[t["dtype"]]:
            wrong(f"{path}: {name} has {stop - begin} bytes for {t['shape']} of {t['dtype']}")
        tensors[name] = (t["dtype"], t["shape"], data[begin:stop])
        end = stop
    if end != len(data):
        wrong(f"{path}: {len(data) - end} bytes after the last tensor")
    return metadata, tensors


def read_folder(folder, exported):
    """All tensors, found as from_pretrained finds them."""
    tensors, files = {}, [SINGLE]
    if not (folder / SINGLE).exists():
        index = json.loads((folder / INDEX).read_text())
        files = sorted(set(index["weight_map"].values()))
    elif (folder / INDEX).exists():
        wrong(f"{folder}: both {SINGLE} and {INDEX}")
    for file in files:
        metadata, found = read_safetensors(folder / file)
        if exported and metadata.get("format") != "pt":
            wrong(f"{file}: metadata format is {metadata.get('format')!r}, not 'pt'")
        for name in found:
            if name in tensors:
                wrong(f"{file}: {name} stands in two shards")
        tensors.update(found)
        if files != [SINGLE]:
            for name in found:
                if index["weight_map"].get(name) != file:
                    wrong(f"{INDEX}: {name} is in {file}, not {index['weight_map'].get(name)}")
    if files != [SINGLE]:
        for name in set(index["weight_map"]) - set(tensors):
            wrong(f"{INDEX}: {name} is in no shard")
        total = sum(len(t[2]) for t in tensors.values())
        if exported and index["metadata"]["total_size"] != total:
            wrong(f"{INDEX}: total_size is {index['metadata']['total_size']}, the tensors have {total} bytes")
    if exported:
        stray = {f.name for f in folder.glob("*.safetensors")} - set(files)
        if stray:
            wrong(f"{folder}: weights that belong to nothing: {sorted(stray)}")
    return tensors


def is_zero(element, dtype):
    """Of either sign."""
    return not any(element[:-1]) and (element[-1] & (0x7F if dtype in ("F64", "F32", "F16", "BF16") else 0xFF)) == 0


def main(original, export, expected):
    before, after = read_folder(original, False), read_folder(export, True)
    if set(before) != set(after):
        wrong(f"tensors gone: {sorted(set(before) - set(after))}; new: {sorted(set(after) - set(before))}")
    sparsities = json.loads(expected.read_text())["matrices"]
    for name in sorted(set(before) & set(after)):
        dtype, shape, old = before[name]
        if after[name][:2] != (dtype, shape):
            wrong(f"{name}: {after[name][:2]} instead of {(dtype, shape)}")
            continue
        new, size = after[name][2], SIZES[dtype]
        if name not in sparsities:
            # A tied tensor changes with the one it is tied to; nothing prunable is tied.
            if new != old:
                wrong(f"{name}: was not pruned, yet it changed")
            continue
        zeros = 0
        for i in range(0, len(old), size):
            if is_zero(new[i : i + size], dtype):
                zeros += 1
            elif new[i : i + size] != old[i : i + size]:
                wrong(f"{name}: element {i // size} is neither what it was nor pruned")
                break
        elements = len(old) // size
        if elements and abs(zeros / elements - sparsities[name]) > 1.5 / elements:
            wrong(f"{name}: {zeros} of {elements} are zero; a sparsity of {sparsities[name]} was expected")
    for name in set(sparsities) - set(after):
        wrong(f"{name} was pruned, but is not there")

    config = json.loads((export / "config.json").read_text())
    if config != json.loads((original / "config.json").read_text()):
        wrong("config.json changed")
    for f in original.iterdir():
        weights = f.name.endswith((".safetensors", INDEX) + MISLEADING)
        if f.is_file() and not weights and f.name != "io.json":
            if not (export / f.name).exists() or (export / f.name).read_bytes() != f.read_bytes():
                wrong(f"{f.name} was not copied")
    for f in export.iterdir():
        if f.name.endswith(MISLEADING) or f.name == "adapter_config.json":
            wrong(f"{f.name} would mislead from_pretrained")
        if not (original / f.name).exists() and not f.name.endswith((".safetensors", INDEX)) and f.name != "espalier-recipe.json":
            wrong(f"{f.name} is new")
    json.loads((export / "espalier-recipe.json").read_text())


if __name__ == "__main__":
    main(*(Path(a) for a in sys.argv[1:4]))
    for p in problems:
        print(p)
    sys.exit(1 if problems else 0)
