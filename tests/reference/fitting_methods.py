#!/usr/bin/python3
"""What methods that fit a matrix make of the reference layers: ADMM, ALPS, swaps and refit, written down plainly.

    /usr/bin/python3 tests/reference/fitting_methods.py build/release/tests/data/fixtures/prune_layer FOLDER

For each layer's weights W and inputs X, at half and 70 % sparsity by row and in 2:4, the masks and weights of

    refit        the least squares of what Wanda keeps, solved row by row
    swaps        Wanda's mask, the best of all exchanges made until none lowers the error
    admm, alps   arXiv 2401.02938 (fixed rho, 20 steps) and arXiv 2406.07831 with the released code's schedule, by
                 the eigenvectors of the scaled matrix

in float64, with a ridge of 1 % of the mean diagonal of X^T X. Needs Debian's python3-torch.
"""
import json
import struct
import sys
from pathlib import Path

import torch

TYPES = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64, "U8": torch.uint8}
NAMES = {torch.float32: "F32", torch.uint8: "U8"}


def read_safetensors(path):
    blob = path.read_bytes()
    size = struct.unpack("<Q", blob[:8])[0]
    header = json.loads(blob[8 : 8 + size])
    header.pop("__metadata__", None)
    out = {}
    for name, info in header.items():
        begin, end = info["data_offsets"]
        data = bytearray(blob[8 + size + begin : 8 + size + end])
        out[name] = torch.frombuffer(data, dtype=TYPES[info["dtype"]]).view(info["shape"])
    return out


def write_safetensors(path, tensors):
    header, blobs, offset = {}, [], 0
    for name in sorted(tensors):
        t = tensors[name].contiguous()
        blob = t.numpy().tobytes()
        header[name] = {"dtype": NAMES[t.dtype], "shape": list(t.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def keep_greatest(score, kind):
    """bool, true = kept: of each row, or two of each four."""
    kept = torch.zeros_like(score, dtype=torch.bool)
    if kind == "2of4":
        groups = score.reshape(-1, 4)
        best = groups.sort(dim=1, stable=True).indices[:, 2:]
        kept.view(-1, 4).scatter_(1, best, True)
        return kept
    columns = score.shape[1]
    rows = score.shape[0]
    pruned = rows * columns - round((1 - float(kind)) * rows * columns)
    for r in range(rows):
        gone = (r + 1) * pruned // rows - r * pruned // rows
        order = score[r].sort(stable=True).indices
        kept[r, order[gone:]] = True
    return kept


def refit(w, gram, ridge, kept):
    out = torch.zeros_like(w)
    target = w @ gram + ridge * w
    for r in range(w.shape[0]):
        s = kept[r].nonzero().flatten()
        if len(s):
            system = gram[s][:, s] + ridge * torch.eye(len(s), dtype=w.dtype)
            out[r, s] = torch.linalg.solve(system, target[r, s])
    return out


def swaps(w, gram, kept, kind):
    kept = kept.clone()
    for r in range(w.shape[0]):
        group = torch.arange(w.shape[1]) // 4 if kind == "2of4" else torch.zeros(w.shape[1], dtype=torch.long)
        while True:
            gone_error = torch.where(kept[r], 0 * w[r], w[r])
            c = gram @ gone_error
            change = (
                (2 * w[r] * c + w[r] ** 2 * gram.diagonal())[:, None]
                + (-2 * w[r] * c + w[r] ** 2 * gram.diagonal())[None, :]
                - 2 * w[r][:, None] * w[r][None, :] * gram
            )
            # Only the 64 best of each, judged alone, are tried in pairs, as arXiv 2512.10922 allows.
            alone = (2 * w[r] * c + w[r] ** 2 * gram.diagonal()), (-2 * w[r] * c + w[r] ** 2 * gram.diagonal())
            if kind != "2of4":
                for values, open_, axis in ((alone[0], kept[r], 0), (alone[1], ~kept[r] & (w[r] != 0), 1)):
                    rank = torch.where(open_, values, torch.full_like(values, float("inf"))).sort(stable=True).indices
                    skipped = rank[64:]
                    change[skipped if axis == 0 else slice(None), skipped if axis == 1 else slice(None)] = float("inf")
            allowed = kept[r][:, None] & (~kept[r] & (w[r] != 0))[None, :] & (group[:, None] == group[None, :])
            change = torch.where(allowed, change, torch.full_like(change, float("inf")))
            best = change.argmin()
            if change.flatten()[best] >= -1e-7 * (gone_error @ c):
                break
            kept[r, best // w.shape[1]] = False
            kept[r, best % w.shape[1]] = True
    return kept


class Admm:
    def __init__(self, w, gram, ridge, dead, kind):
        self.w, self.kind, self.dead = w, kind, dead
        a = gram + ridge * torch.eye(gram.shape[0], dtype=gram.dtype)
        self.n = a.diagonal().sqrt()
        self.a = a / self.n[:, None] / self.n[None, :]
        self.values, self.vectors = torch.linalg.eigh(self.a)
        self.target = (w @ a) / self.n
        self.restart()

    def restart(self):
        self.dual = torch.zeros_like(self.w)
        self.choose(self.w * self.n)

    def choose(self, values):
        score = values.abs()
        score[:, self.dead] = 0
        score = torch.where(self.w == 0, torch.full_like(score, -1.0), score)
        self.kept = keep_greatest(score, self.kind) & (self.w != 0)
        self.z = values * self.kept

    def step(self, rho):
        right = self.target - self.dual + rho * self.z
        b = (right @ self.vectors / (self.values + rho)) @ self.vectors.T
        self.choose(b + self.dual / rho)
        self.dual = self.dual + rho * (b - self.z)


def admm(w, gram, ridge, dead, kind):
    run = Admm(w, gram, ridge, dead, kind)
    for _ in range(20):
        run.step(1.0)
    return run.kept, run.z / run.n


def alps(w, gram, ridge, dead, kind):
    run = Admm(w, gram, ridge, dead, kind)
    rho, before, ever = 0.1, run.kept, False
    for step in range(1, 301):
        run.step(rho)
        if step % 3:
            continue
        change = (run.kept != before).sum().item() / run.kept.sum().item()
        before = run.kept
        if change == 0 and ever:
            break
        ever = ever or change > 0
        rho *= 1.3 if change > 0.1 else 1.2 if change > 0.005 else 1.1 if change > 0 else 0.2
        if not ever:
            run.restart()
            before = run.kept
    return run.kept, refit(w, gram, ridge, run.kept)


def main():
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    for entry in json.loads((source / "index.json").read_text()):
        tensors = read_safetensors(source / (entry["name"] + ".safetensors"))
        w, x = tensors["W"].double(), tensors["X"].double().flatten(0, 1)
        gram = x.T @ x
        ridge = 0.01 * gram.diagonal().mean()
        dead = gram.diagonal() == 0
        out = {}
        for kind in ("0.5", "0.7", "2of4"):
            score = torch.where(w == 0, -torch.ones_like(w), w.abs() * gram.diagonal().sqrt())
            wanda = keep_greatest(score, kind) & (w != 0)
            out["wanda.mask_" + kind] = ~wanda
            out["refit.W_" + kind] = refit(w, gram, ridge, wanda)
            out["swaps.mask_" + kind] = ~swaps(w, gram, wanda, kind)
            for name, method in (("admm", admm), ("alps", alps)):
                kept, weight = method(w, gram, ridge, dead, kind)
                out[f"{name}.mask_{kind}"], out[f"{name}.W_{kind}"] = ~kept, weight
        write_safetensors(
            target / (entry["name"] + ".safetensors"),
            {k: v.to(torch.uint8) if v.dtype == torch.bool else v.float() for k, v in out.items()},
        )


main()
