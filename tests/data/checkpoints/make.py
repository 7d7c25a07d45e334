#!/usr/bin/env python3
"""Makes the state dicts of this folder, and what is in them as safetensors. Needs PyTorch (Debian: python3-torch)."""
import collections, json, os, struct
import torch

here = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(0)
NAMES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
         torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL"}


def raw(t):
    return bytes(t.contiguous().reshape(-1).clone().storage().untyped().tolist()) if t.numel() else b""


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, t in tensors.items():
        b = raw(t)
        header[name] = {"dtype": NAMES[t.dtype], "shape": list(t.shape), "data_offsets": [len(data), len(data) + len(b)]}
        data += b
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


embedding = torch.nn.Parameter(torch.randn(5, 4))
matrix = torch.randn(3, 6)
state = collections.OrderedDict()
state["shared.weight"] = embedding                       # a parameter, and tied to the next
state["lm_head.weight"] = embedding
state["matrix"] = matrix
state["transposed"] = matrix.t()                         # another view of one storage
state["slice"] = matrix[1:3, 2:5]
state["row"] = matrix[2]
state["expanded"] = torch.arange(4).expand(3, 4)
state["position_ids"] = torch.arange(7).expand((1, -1))
state["scalar"] = torch.tensor(2.5)
state["empty"] = torch.zeros(0, 4)
state["LayerNorm.gamma"] = torch.ones(3)
for t in NAMES:
    state["type." + NAMES[t]] = (torch.randn(2, 3) * 3).to(t)
state._metadata = {"": {"version": 1}}

expected = {k.replace("LayerNorm.gamma", "LayerNorm.weight"): v.detach() for k, v in state.items()}
write_safetensors(os.path.join(here, "expected.safetensors"), expected)
torch.save(state, os.path.join(here, "zip.bin"))
torch.save(state, os.path.join(here, "legacy.pth"), _use_new_zipfile_serialization=False)
optimizer = torch.optim.Adam([embedding])
embedding.sum().backward()
optimizer.step()
write_safetensors(os.path.join(here, "expected_training.safetensors"), {k: v.detach() for k, v in expected.items()})
training = {"epoch": 3, "lr": 1e-3, "config": {"name": "x", "sizes": [1, 2], "none": None, "flag": True},
            "optimizer": optimizer.state_dict(), "model": collections.OrderedDict(("module." + k, v) for k, v in state.items())}
torch.save(training, os.path.join(here, "training.pth"))
torch.save(training, os.path.join(here, "training_legacy.pth"), _use_new_zipfile_serialization=False)
torch.save(training, os.path.join(here, "protocol4.pth"), pickle_protocol=4)
