#!/usr/bin/python3
"""The published algorithms, written down plainly in PyTorch, on the shapes of `espalier-cli bench`.

Zeroth-order scores by two whole passes for each matrix and batch, with the noise added to and taken from the
weights in place; forward mode by one pass of dual numbers for each; first-order scores by automatic differentiation
of the whole model; Wanda, SparseGPT and ALPS block by block, the first with a sort of each row, the second column by
column. Same shapes, samples and batches as the bench takes, random weights, in float32 on the CPU unless --dtype and
--device say otherwise. In bfloat16 the passes of the model are; what SparseGPT and ALPS factorise stays in float32.

    espalier-cli --json bench > bench.json
    /usr/bin/python3 tests/bench/reference.py --bench bench.json

prints the time, the processor time of all threads (which a busy machine changes less) and the peak of memory of each
stage and, beside those of the bench, their ratio, and with --markdown FILE writes them as a table. Needs
Debian's python3-torch, which multiplies matrices with the same OpenBLAS: it is given the kernels that the bench
says it ran with, and as many threads as the bench had workers, in OpenBLAS (those of PyTorch would spin against
them; --threads). Run both on a machine that is equally quiet.
"""
import argparse
import ctypes
import json
import math
import os
import subprocess
import sys
import time


# What each is in the bench; ALPS is not there.
STAGES = {"zeroth-order": "zeroth-order sweep", "forward-mode": "forward mode", "first-order": "exact gradient, first-order",
          "wanda": "wanda", "sparsegpt": "sparsegpt", "alps": ""}


def options_and_bench():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bench", help="what espalier-cli --json bench printed")
    parser.add_argument("--shape", help="only this one")
    parser.add_argument("--batches", type=int, default=2)
    parser.add_argument("--rows", type=int, default=4)
    parser.add_argument("--stages", help="only these, with commas between: " + ", ".join(STAGES))
    parser.add_argument("--plain-matrices", type=int, default=32)
    parser.add_argument("--repeats", type=int, default=3, help="of first-order and Wanda, as the bench does; the fastest counts")
    parser.add_argument("--threads", type=int, default=1,
                        help="of PyTorch itself; more than one spin against those of OpenBLAS (OpenBLAS#3187)")
    parser.add_argument("--device", default="cpu", help="as PyTorch names it: cpu, cuda, cuda:1")
    parser.add_argument("--dtype", default="float32", choices=("float32", "bfloat16"))
    parser.add_argument("--markdown", help="file to write the table to")
    options = parser.parse_args()
    for stage in (options.stages or "").split(","):
        if stage and stage not in STAGES:
            parser.error(f'there is no stage "{stage}"; known are {", ".join(STAGES)}')
    return options, json.load(open(options.bench)) if options.bench else {}


# Before the first import of torch: OpenBLAS reads its environment when it is loaded.
OPTIONS, BENCH = options_and_bench()
KERNEL = BENCH.get("blas", "").removeprefix("OpenBLAS").strip()
os.environ["OPENBLAS_NUM_THREADS"] = str(BENCH.get("threads", os.cpu_count()))
import torch  # noqa: E402


def blas():
    """The OpenBLAS in this process: the name of its kernels; empty where PyTorch brings another library."""
    library = next((line.split()[-1] for line in open("/proc/self/maps") if "libopenblas" in line), None)
    if library is None:
        return ""
    name = ctypes.CDLL(library).openblas_get_corename
    name.restype = ctypes.c_char_p
    return name().decode()


if KERNEL and OPTIONS.device == "cpu" and blas().lower() != KERNEL.lower():
    # It chose others than the engine told it to take. A second try says so from the start.
    if os.environ.get("OPENBLAS_CORETYPE", "").lower() == KERNEL.lower():
        sys.exit(f"OpenBLAS runs {blas()} here; the bench ran {KERNEL}.")
    sys.exit(subprocess.run([sys.executable] + sys.argv, env=os.environ | {"OPENBLAS_CORETYPE": KERNEL.upper()}).returncode)
from torch import nn  # noqa: E402
from torch.autograd import forward_ad  # noqa: E402
from torch.nn import functional as F  # noqa: E402

VOCABULARY = 2000
DEVICE, DTYPE = torch.device(OPTIONS.device), getattr(torch, OPTIONS.dtype)


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
    return torch.full((length, length), -3.3e38, device=DEVICE, dtype=DTYPE).triu(1)


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
        angle = torch.arange(length, device=DEVICE)[:, None] * 10000.0 ** (-torch.arange(half, device=DEVICE) / half)
        x = x.view(n, length, self.heads, 2, half)
        a, b = x[..., 0, :], x[..., 1, :]
        c, s = angle.cos()[:, None].to(DTYPE), angle.sin()[:, None].to(DTYPE)
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
        relative = torch.arange(length, device=DEVICE)[None] - torch.arange(length, device=DEVICE)[:, None]
        buckets, base = (32, 0) if self.decoder else (16, (relative > 0) * 16)
        relative = (-relative).clamp(min=0) if self.decoder else relative.abs()
        exact = buckets // 2
        far = exact + (torch.log(relative.float() / exact) / math.log(128 / exact) * exact).long()
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


class QFormerBlock(nn.Module):
    """BERT's layer, with a look at the picture in every second one."""
    def __init__(self, width, inner, heads, source):
        super().__init__()
        self.heads = heads
        for name in "qkvo":
            setattr(self, name, nn.Linear(width, width))
        if source:
            self.Q, self.K, self.V, self.O = (nn.Linear(width, width), nn.Linear(source, width),
                                              nn.Linear(source, width), nn.Linear(width, width))
        self.looks = bool(source)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.fc1, self.fc2 = nn.Linear(width, inner), nn.Linear(inner, width)

    def forward(self, x, picture):
        x = self.norms[0](x + self.o(attend(self.q(x), self.k(x), self.v(x), self.heads)))
        if self.looks:
            x = self.norms[1](x + self.O(attend(self.Q(x), self.K(picture), self.V(picture), self.heads)))
        return self.norms[2](x + self.fc2(F.gelu(self.fc1(x))))


class Blip2(nn.Module):
    """ViT, Q-Former (not pruned, so not among the blocks), T5."""
    def __init__(self):
        super().__init__()
        self.patch, self.token = nn.Conv2d(3, 384, 14, 14), nn.Parameter(torch.zeros(1, 1, 384))
        self.positions, self.norm0 = nn.Parameter(torch.zeros(1, 257, 384)), nn.LayerNorm(384)
        self.queries, self.norm1 = nn.Parameter(torch.randn(1, 32, 256)), nn.LayerNorm(256)
        self.qformer = nn.ModuleList(QFormerBlock(256, 1024, 4, 0 if i % 2 else 384) for i in range(4))
        self.projection, self.embed = nn.Linear(256, 384), nn.Embedding(VOCABULARY, 384)
        vision = [VitBlock(384, 1536, 6) for _ in range(12)]
        language = [T5Block(384, 1024, 6, d, i == 0) for d in (False, True) for i in range(8)]
        self.blocks = nn.ModuleList(vision + language)
        self.norm2, self.norm3 = RmsNorm(384), RmsNorm(384)
        self.head = nn.Linear(384, VOCABULARY, bias=False)

    def start(self, batch):
        x = self.patch(batch["pixels"]).flatten(2).transpose(1, 2)
        return (torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.positions,)

    def between(self, index, state, batch):
        if index == 12:
            picture, x = self.norm0(state[0]), self.norm1(self.queries).expand(state[0].shape[0], -1, -1)
            for block in self.qformer:
                x = block(x, picture)
            return torch.cat([self.projection(x), self.embed(batch["ids"])], 1), None, None
        if index == 20:
            return self.embed(F.pad(batch["labels"], (1, 0))[:, :-1]), None, self.norm2(state[0])
        return state

    def loss(self, state, batch):
        return F.cross_entropy(self.head(self.norm3(state[0])).flatten(0, 1), batch["labels"].flatten())

    @staticmethod
    def batch(rows):
        return {"pixels": torch.randn(rows, 3, 224, 224), "ids": torch.randint(3, VOCABULARY, (rows, 16)),
                "labels": torch.randint(3, VOCABULARY, (rows, 8))}


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
    """On `limit` matrices, evenly spread; what its times are to be scaled by."""
    matrices = matrices_of(model.blocks)
    count = min(limit, len(matrices)) if limit else len(matrices)
    some = [matrices[(2 * i + 1) * len(matrices) // (2 * count)] for i in range(count)]
    eps = 1e-3
    for m in some:
        for batch in batches:
            z = torch.randn_like(m.weight)
            m.weight.add_(z, alpha=eps)
            plus = loss_of(model, batch)
            m.weight.sub_(z, alpha=2 * eps)
            minus = loss_of(model, batch)
            m.weight.add_(z, alpha=eps)
            abs(plus.item() - minus.item()) / (2 * eps)
    return len(matrices) / count


@torch.no_grad()
def forward_mode(model, batches, limit):
    """One pass of dual numbers for each matrix and batch: the weight, and its change along the noise."""
    matrices = matrices_of(model.blocks)
    count = min(limit, len(matrices)) if limit else len(matrices)
    some = [matrices[(2 * i + 1) * len(matrices) // (2 * count)] for i in range(count)]
    for m in some:
        weight = m._parameters.pop("weight")
        for batch in batches:
            with forward_ad.dual_level():
                m.weight = forward_ad.make_dual(weight.detach(), torch.randn_like(weight))
                change = forward_ad.unpack_dual(loss_of(model, batch)).tangent
                abs(change.item())
        del m.weight
        m._parameters["weight"] = weight
    return len(matrices) / count


def first_order(model, batches):
    scores = {}
    for batch in batches:
        model.zero_grad()
        loss_of(model, batch).backward()
        for m in matrices_of(model.blocks):
            scores[m] = scores.get(m, 0) + (m.weight.detach() * m.weight.grad).abs()
    for m in scores:
        scores[m].sum().item()
    model.zero_grad(set_to_none=True)


def watched(model, batches, prune):
    """Block by block: what its layers are given, `prune` for each, and on with the pruned block."""
    states = [model.start(b) for b in batches]
    for i in range(len(model.blocks)):
        seen = {}
        hooks = [m.register_forward_hook(lambda m, inputs, _: prune.see(seen, m, inputs[0].reshape(-1, m.in_features)))
                 for m in matrices_of(model.blocks[i])]
        for s, b in zip(states, batches):
            run_block(model, i, s, b)
        for h in hooks:
            h.remove()
        for m, statistics in seen.items():
            prune(m, statistics)
        states = [run_block(model, i, s, b) for s, b in zip(states, batches)]


class Wanda:
    @staticmethod
    def see(seen, m, x):
        seen[m] = seen.get(m, 0) + x.pow(2).sum(0)

    def __call__(self, m, squares):
        order = (m.weight.abs() * squares.sqrt()).sort(dim=1, stable=True).indices
        m.weight.scatter_(1, order[:, : m.in_features // 2], 0)


class SparseGpt:
    """As published: the inverse Hessian's Cholesky factor, 128 columns at a time."""
    @staticmethod
    def see(seen, m, x):
        x = x.float()
        seen[m] = seen.get(m, 0) + x.t() @ x

    def __call__(self, m, hessian, width=128):
        w, h = m.weight.float(), hessian
        dead = h.diag() == 0
        h.diagonal()[dead] = 1
        w[:, dead] = 0
        h.diagonal().add_(0.01 * h.diagonal().mean())
        u = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(h)), upper=True)
        for begin in range(0, m.in_features, width):
            end = min(begin + width, m.in_features)
            block, part = w[:, begin:end].clone(), u[begin:end, begin:end]
            errors = torch.zeros_like(block)
            scores = block.pow(2) / part.diag().pow(2)
            mask = scores <= scores.flatten().sort().values[int(scores.numel() * 0.5)]
            for i in range(end - begin):
                kept = block[:, i].clone()
                kept[mask[:, i]] = 0
                errors[:, i] = (block[:, i] - kept) / part[i, i]
                block[:, i:] -= errors[:, i:i + 1] @ part[i:i + 1, i:]
                block[:, i] = kept
            w[:, begin:end] = block
            w[:, end:] -= errors @ u[begin:end, end:]
        m.weight.copy_(w)


class Alps:
    """As published: ADMM on the layer's outputs whose rho grows as the support settles, then conjugate gradients."""
    see = staticmethod(SparseGpt.see)

    def __call__(self, m, hessian, most_steps=300, refit_steps=10):
        weight = m.weight.float()
        h = hessian.clone()
        h.diagonal().add_(0.01 * h.diagonal().mean())
        d = h.diag().rsqrt()
        a = h * d[:, None] * d[None]
        scaled = weight / d
        y = scaled @ a
        values, vectors = torch.linalg.eigh(a)
        keep = weight.numel() - weight.numel() // 2

        def largest(t):
            mask = torch.zeros(t.numel(), dtype=torch.bool, device=t.device)
            mask[t.abs().flatten().topk(keep).indices] = True
            return mask.view_as(t)

        rho, mask, v = 0.1, largest(scaled), torch.zeros_like(scaled)
        z, before = scaled * mask, mask
        for step in range(1, most_steps + 1):
            b = ((y - v + rho * z) @ vectors / (values + rho)) @ vectors.t()
            mask = largest(b + v / rho)
            z = (b + v / rho) * mask
            v = v + rho * (b - z)
            if step % 3:
                continue
            change = (mask != before).sum().item() / keep
            before = mask
            if change == 0:
                break
            rho *= 1.3 if change > 0.1 else 1.2 if change > 0.005 else 1.1
        residual = (y - z @ a) * mask
        direction, size = residual.clone(), residual.pow(2).sum(1, keepdim=True)
        for _ in range(refit_steps):
            along = (direction @ a) * mask
            step = size / (direction * along).sum(1, keepdim=True).clamp(min=1e-30)
            z, residual = z + step * direction, residual - step * along
            size, last = residual.pow(2).sum(1, keepdim=True), size
            direction = residual + size / last.clamp(min=1e-30) * direction
        m.weight.copy_(z * d)


SHAPES = {"llama-512": Llama, "t5-512": T5, "eva-512": Vit, "blip2-384": Blip2}


def measured(run, repeats):
    """The least seconds and processor seconds of several runs, and the peak in MiB: of resident memory, or of the
    device's."""
    on_cuda = DEVICE.type == "cuda"
    if on_cuda:
        torch.cuda.reset_peak_memory_stats(DEVICE)
    else:
        with open("/proc/self/clear_refs", "w") as f:
            f.write("5")
    least = [float("inf")] * 2
    for _ in range(repeats):
        begin = time.perf_counter(), time.process_time()
        scale = run() or 1
        if on_cuda:
            torch.cuda.synchronize(DEVICE)
        spent = time.perf_counter() - begin[0], time.process_time() - begin[1]
        least = [min(a, b * scale) for a, b in zip(least, spent)]
    if on_cuda:
        return *least, torch.cuda.max_memory_allocated(DEVICE) >> 20
    peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
    return *least, peak >> 10


def main():
    torch.manual_seed(0)
    torch.set_num_threads(OPTIONS.threads)
    ours = {m["shape"]: {s["stage"]: s for s in m["stages"]} for m in BENCH.get("models", [])
            if (m["rows"], m["batches"]) == (OPTIONS.rows, OPTIONS.batches)}
    if BENCH and not ours:
        sys.exit(f"{OPTIONS.bench} has nothing of {OPTIONS.batches} batches of {OPTIONS.rows}.")
    rows = ["| shape | stage | PyTorch | Espalier | ratio | of processor time | peak memory |",
            "| --- | --- | ---: | ---: | ---: | ---: | ---: |"]
    where = torch.cuda.get_device_name(DEVICE) if DEVICE.type == "cuda" else f"OpenBLAS {blas()}, {os.environ['OPENBLAS_NUM_THREADS']} threads"
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, {where}, {OPTIONS.dtype}")
    print(f"{'shape':10} {'stage':14} {'PyTorch':>9} {'Espalier':>9} {'ratio':>6} {'of processor time':>18} {'MiB':>12}")
    for name, make in SHAPES.items():
        if (ours and name not in ours) or (OPTIONS.shape and name != OPTIONS.shape):
            continue
        model = make()
        for p in model.parameters():
            if p.dim() > 1:
                nn.init.normal_(p, std=0.02)
        model = model.to(DEVICE, DTYPE)
        batches = [{key: t.to(DEVICE, DTYPE if t.is_floating_point() else t.dtype) for key, t in model.batch(OPTIONS.rows).items()}
                   for _ in range(OPTIONS.batches)]
        with torch.no_grad():
            loss_of(model, batches[0])
        runs = {"zeroth-order": lambda: zeroth_order(model, batches, OPTIONS.plain_matrices),
                "forward-mode": lambda: forward_mode(model, batches, OPTIONS.plain_matrices),
                "first-order": lambda: first_order(model, batches),
                "wanda": lambda: watched(model, batches, Wanda()),
                "sparsegpt": lambda: watched(model, batches, SparseGpt()),
                "alps": lambda: watched(model, batches, Alps())}
        for stage, of in STAGES.items():
            if OPTIONS.stages and stage not in OPTIONS.stages.split(","):
                continue
            with torch.set_grad_enabled(stage == "first-order"):
                seconds, processor, peak = measured(runs[stage], OPTIONS.repeats if stage in ("first-order", "wanda") else 1)
            mine = ours.get(name, {}).get(of)
            if not mine:
                print(f"{name:10} {stage:14} {seconds:8.2f}s {'':35} {peak:12}", flush=True)
                continue
            ratio, of_processor = seconds / mine["seconds"], processor / mine["processorSeconds"]
            peaks = f"{peak} / {mine.get('peakBytes', 0) >> 20}"
            print(f"{name:10} {stage:14} {seconds:8.2f}s {mine['seconds']:8.2f}s {ratio:6.1f} {of_processor:18.1f} {peaks:>12}",
                  flush=True)
            rows.append(f"| {name} | {stage} | {seconds:.2f} s | {mine['seconds']:.2f} s | {ratio:.1f} | {of_processor:.1f} "
                        f"| {peaks} MiB |")
    if OPTIONS.markdown:
        open(OPTIONS.markdown, "w").write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
