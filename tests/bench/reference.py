#!/usr/bin/python3
"""The published algorithms, written down plainly in PyTorch, on the shapes of `espalier-cli bench`.

Zeroth-order scores by two whole passes for each matrix and batch, with the noise added to and taken from the
weights in place; first-order scores by automatic differentiation of the whole model; Wanda block by block with a
sort of each row. Same shapes, samples and batches as the bench takes, random weights, float32 on the CPU.

    /usr/bin/python3 tests/bench/reference.py --bench bench.json     # of espalier-cli --json bench > bench.json

prints the times and, beside those of the bench, their ratio. Needs Debian's python3-torch, which multiplies
matrices with the same OpenBLAS; OPENBLAS_CORETYPE is set as the engine sets it.
"""
import argparse
import json
import os
import time

os.environ.setdefault("OPENBLAS_CORETYPE", "SKYLAKEX" if "avx512f" in open("/proc/cpuinfo").read() else "HASWELL")
os.environ.setdefault("OPENBLAS_NUM_THREADS", str(os.cpu_count()))
import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

VOCABULARY = 2000


class RmsNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.weight


def attend(q, k, v, heads, bias=None, scale=None):
    def split(t):
        return t.view(t.shape[0], t.shape[1], heads, -1).transpose(1, 2)
    q, k, v = split(q), split(k), split(v)
    scores = q @ k.transpose(2, 3) * (q.shape[-1] ** -0.5 if scale is None else scale)
    if bias is not None:
        scores = scores + bias
    return (scores.softmax(-1) @ v).transpose(1, 2).flatten(2)


def causal(length):
    return torch.full((length, length), -3.4e38).triu(1)


class LlamaBlock(nn.Module):
    def __init__(self, width, inner, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = RmsNorm(width), RmsNorm(width)
        for name in "qkvo":
            setattr(self, name, nn.Linear(width, width, bias=False))
        self.gate, self.up = nn.Linear(width, inner, bias=False), nn.Linear(width, inner, bias=False)
        self.down = nn.Linear(inner, width, bias=False)

    def rotate(self, x):
        n, length, width = x.shape
        half = width // self.heads // 2
        angle = torch.arange(length)[:, None] * 10000.0 ** (-torch.arange(half) / half)
        x = x.view(n, length, self.heads, 2, half)
        a, b = x[..., 0, :], x[..., 1, :]
        c, s = angle.cos()[:, None], angle.sin()[:, None]
        return torch.stack([a * c - b * s, b * c + a * s], -2).view(n, length, width)

    def forward(self, x):
        y = self.norm1(x)
        y = attend(self.rotate(self.q(y)), self.rotate(self.k(y)), self.v(y), self.heads, causal(x.shape[1]))
        x = x + self.o(y)
        y = self.norm2(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class Llama(nn.Module):
    def __init__(self, width=512, inner=1376, layers=8, heads=8):
        super().__init__()
        self.embed = nn.Embedding(VOCABULARY, width)
        self.blocks = nn.ModuleList(LlamaBlock(width, inner, heads) for _ in range(layers))
        self.norm, self.head = RmsNorm(width), nn.Linear(width, VOCABULARY, bias=False)

    def start(self, batch):
        return (self.embed(batch["ids"]),)

    def loss(self, state, batch):
        logits = self.head(self.norm(state[0]))[:, :-1]
        return F.cross_entropy(logits.flatten(0, 1), batch["ids"][:, 1:].flatten())

    @staticmethod
    def batch(rows):
        return {"ids": torch.randint(3, VOCABULARY, (rows, 64))}


class VitBlock(nn.Module):
    def __init__(self, width, inner, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, x):
        x = x + self.out(attend(*self.qkv(self.norm1(x)).chunk(3, -1), self.heads))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class Vit(nn.Module):
    def __init__(self, width=512, inner=2048, layers=8, heads=8):
        super().__init__()
        self.patch = nn.Conv2d(3, width, 14, 14)
        self.token, self.positions = nn.Parameter(torch.zeros(1, 1, width)), nn.Parameter(torch.zeros(1, 257, width))
        self.blocks = nn.ModuleList(VitBlock(width, inner, heads) for _ in range(layers))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, 1000)

    def start(self, batch):
        x = self.patch(batch["pixels"]).flatten(2).transpose(1, 2)
        return (torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.positions,)

    def loss(self, state, batch):
        return F.cross_entropy(self.head(self.norm(state[0][:, 1:].mean(1))), batch["label"])

    @staticmethod
    def batch(rows):
        return {"pixels": torch.randn(rows, 3, 224, 224), "label": torch.randint(1000, (rows,))}


class T5Block(nn.Module):
    def __init__(self, width, inner, heads, decoder, owner):
        super().__init__()
        self.heads, self.decoder = heads, decoder
        self.norms = nn.ModuleList(RmsNorm(width) for _ in range(3 if decoder else 2))
        for name in "qkvo" + ("QKVO" if decoder else ""):
            setattr(self, name, nn.Linear(width, heads * 64 if name not in "oO" else width, bias=False))
        self.wi0, self.wi1 = nn.Linear(width, inner, bias=False), nn.Linear(width, inner, bias=False)
        self.wo = nn.Linear(inner, width, bias=False)
        self.bias = nn.Embedding(32, heads) if owner else None

    def positions(self, length):
        """The relative position bias; buckets as in T5."""
        relative = torch.arange(length)[None] - torch.arange(length)[:, None]
        buckets, base = (32, 0) if self.decoder else (16, (relative > 0) * 16)
        relative = (-relative).clamp(min=0) if self.decoder else relative.abs()
        exact = buckets // 2
        far = exact + (torch.log(relative.float() / exact) / torch.log(torch.tensor(128 / exact)) * exact).long()
        index = base + torch.where(relative < exact, relative, far.clamp(max=buckets - 1))
        return self.bias(index).permute(2, 0, 1)[None] + (causal(length) if self.decoder else 0)

    def forward(self, x, bias=None, context=None):
        if self.bias is not None:
            bias = self.positions(x.shape[1])
        y = self.norms[0](x)
        x = x + self.o(attend(self.q(y), self.k(y), self.v(y), self.heads, bias, 1.0))
        if self.decoder:
            y = self.norms[1](x)
            x = x + self.O(attend(self.Q(y), self.K(context), self.V(context), self.heads, None, 1.0))
        y = self.norms[-1](x)
        return x + self.wo(F.gelu(self.wi0(y), approximate="tanh") * self.wi1(y)), bias, context


class T5(nn.Module):
    def __init__(self, width=512, inner=1376, layers=8, heads=8):
        super().__init__()
        self.embed = nn.Embedding(VOCABULARY, width)
        self.blocks = nn.ModuleList(T5Block(width, inner, heads, d, i == 0) for d in (False, True) for i in range(layers))
        self.layers, self.norm1, self.norm2 = layers, RmsNorm(width), RmsNorm(width)
        self.head = nn.Linear(width, VOCABULARY, bias=False)

    def start(self, batch):
        return self.embed(batch["ids"]), None, None

    def between(self, index, state, batch):
        """What stands between encoder and decoder."""
        if index != self.layers:
            return state
        shifted = F.pad(batch["labels"], (1, 0))[:, :-1]
        return self.embed(shifted), None, self.norm1(state[0])

    def loss(self, state, batch):
        return F.cross_entropy(self.head(self.norm2(state[0])).flatten(0, 1), batch["labels"].flatten())

    @staticmethod
    def batch(rows):
        return {"ids": torch.randint(3, VOCABULARY, (rows, 64)), "labels": torch.randint(3, VOCABULARY, (rows, 16))}


def run_block(model, index, state, batch):
    if hasattr(model, "between"):
        state = model.between(index, state, batch)
    out = model.blocks[index](*state)
    return out if isinstance(out, tuple) else (out,)


def loss_of(model, batch):
    state = model.start(batch)
    for i in range(len(model.blocks)):
        state = run_block(model, i, state, batch)
    return model.loss(state, batch)


def matrices_of(module):
    return [m for m in module.modules() if isinstance(m, nn.Linear)]


@torch.no_grad()
def zeroth_order(model, batches, limit):
    """Seconds, scaled from `limit` matrices, evenly spread."""
    matrices = matrices_of(model.blocks)
    count = min(limit, len(matrices)) if limit else len(matrices)
    some = [matrices[(2 * i + 1) * len(matrices) // (2 * count)] for i in range(count)]
    begin, eps = time.perf_counter(), 1e-3
    for m in some:
        for batch in batches:
            z = torch.randn_like(m.weight)
            m.weight.add_(z, alpha=eps)
            plus = loss_of(model, batch)
            m.weight.sub_(z, alpha=2 * eps)
            minus = loss_of(model, batch)
            m.weight.add_(z, alpha=eps)
            abs(plus.item() - minus.item()) / (2 * eps)
    return (time.perf_counter() - begin) * len(matrices) / count


def first_order(model, batches):
    begin = time.perf_counter()
    scores = {}
    for batch in batches:
        model.zero_grad()
        loss_of(model, batch).backward()
        for m in matrices_of(model.blocks):
            scores[m] = scores.get(m, 0) + (m.weight.detach() * m.weight.grad).abs()
    for m in scores:
        scores[m].sum().item()
    model.zero_grad(set_to_none=True)
    return time.perf_counter() - begin


@torch.no_grad()
def wanda(model, batches):
    begin = time.perf_counter()
    states = [model.start(b) for b in batches]
    for i in range(len(model.blocks)):
        norms = {}

        def watch(m, inputs, _):
            x = inputs[0].reshape(-1, m.in_features)
            norms[m] = norms.get(m, 0) + x.pow(2).sum(0)
        hooks = [m.register_forward_hook(watch) for m in matrices_of(model.blocks[i])]
        for s, b in zip(states, batches):
            run_block(model, i, s, b)
        for h in hooks:
            h.remove()
        for m, squares in norms.items():
            order = (m.weight.abs() * squares.sqrt()).sort(dim=1, stable=True).indices
            m.weight.scatter_(1, order[:, : m.in_features // 2], 0)
        states = [run_block(model, i, s, b) for s, b in zip(states, batches)]
    return time.perf_counter() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bench", help="what espalier-cli --json bench printed")
    parser.add_argument("--batches", type=int, default=2)
    parser.add_argument("--rows", type=int, default=4)
    parser.add_argument("--plain-matrices", type=int, default=32)
    parser.add_argument("--threads", type=int, default=1,
                        help="of PyTorch itself; more than one spin against those of OpenBLAS (OpenBLAS#3187)")
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    ours = {}
    if options.bench:
        for model in json.load(open(options.bench))["models"]:
            ours[model["shape"]] = {s["stage"]: s["seconds"] for s in model["stages"]}
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, OpenBLAS {os.environ['OPENBLAS_NUM_THREADS']}")
    print(f"{'shape':10} {'stage':14} {'PyTorch':>10} {'Espalier':>10} {'ratio':>7}")
    for name, make in {"llama-512": Llama, "t5-512": T5, "eva-512": Vit}.items():
        if ours and name not in ours:
            continue
        model = make()
        for p in model.parameters():
            if p.dim() > 1:
                nn.init.normal_(p, std=0.02)
        batches = [model.batch(options.rows) for _ in range(options.batches)]
        with torch.no_grad():
            loss_of(model, batches[0])
        for stage, of, seconds in (
                ("zeroth-order", "zeroth-order sweep", zeroth_order(model, batches, options.plain_matrices)),
                ("first-order", "exact gradient, first-order", first_order(model, batches)),
                ("wanda", "wanda", wanda(model, batches))):
            mine = ours.get(name, {}).get(of)
            tail = f" {mine:9.3f}s {seconds / mine:7.1f}" if mine else ""
            print(f"{name:10} {stage:14} {seconds:9.3f}s{tail}", flush=True)


if __name__ == "__main__":
    main()
