#!/usr/bin/env python3
"""Generation end to end: what pruned models take beside dense ones, on one core.

Writes models of known shapes with random weights (`synth`): dense, with zeros anywhere, with zeros in blocks of a
column (4x1, 16x1), and without half of the heads and neurons (`prune --pattern units`, `shrink`). Measures each with
`measure`, by turns, and prints the processor time of a token, so that other work on the machine changes little.

    tests/bench/generation.py --cli build/release/app/espalier-cli
    tests/bench/generation.py --shapes smolvlm-256m llama-1b --zeros 0.5 0.6 0.7 0.8 --tokens 64 --repeats 5
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile


def run(cli, *arguments):
    done = subprocess.run([cli, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done.stdout


def written(args, shape, folder, *flags):
    if not folder.exists():
        run(args.cli, "synth", shape, "--out", folder, *flags)
    return folder / "model"


def shrunk(args, dense, folder, share):
    """The dense model without a share of its heads and neurons, the same share in every block."""
    if not folder.exists():
        data, scores, plan, pruned = (dense.parent / n for n in ("data", "scores.json", "plan.json", "pruned"))
        run(args.cli, "score", dense, "--data", data, "--method", "magnitude", "--samples", 1, "--out", scores)
        run(args.cli, "allocate", scores, "--allocator", "uniform", "--target", share, "--out", plan)
        run(args.cli, "prune", dense, "--plan", plan, "--data", data, "--samples", 1, "--criterion", "magnitude",
            "--pattern", "units", "--out", pruned)
        run(args.cli, "shrink", pruned, "--out", folder)
    return folder


def measured(args, model, *flags):
    return json.loads(run(args.cli, "--json", "--threads", args.threads, "measure", model, "--tokens", args.tokens,
                          "--repeats", 1, *flags))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", default="build/release/app/espalier-cli")
    parser.add_argument("--shapes", nargs="+", default=["smolvlm-256m", "llama-1b"])
    parser.add_argument("--zeros", nargs="+", type=float, default=[0.6])
    parser.add_argument("--patterns", nargs="+", default=["unstructured", "4x1", "16x1"])
    parser.add_argument("--units", type=float, default=0.5, help="share of heads and neurons to leave out; 0: none")
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--bfloat16", action="store_true", help="products in bfloat16")
    parser.add_argument("--work", help="folder to keep the models in; default: a temporary one")
    args = parser.parse_args()
    flags = ["--bfloat16"] if args.bfloat16 else []
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(args.work or temporary)
        for shape in args.shapes:
            models = {"dense": written(args, shape, work / f"{shape}-dense")}
            for pattern in args.patterns:
                for zeros in args.zeros:
                    name = f"{pattern} {zeros:.0%}"
                    models[name] = written(args, shape, work / f"{shape}-{pattern}-{zeros}", "--zeros", zeros,
                                           "--pattern", pattern)
            if args.units:
                models[f"shrunk {args.units:.0%}"] = shrunk(args, models["dense"], work / f"{shape}-shrunk", args.units)
            found = {name: [] for name in models}
            for _ in range(args.repeats):
                for name, model in models.items():
                    found[name].append(measured(args, model, *flags))
            each = {n: statistics.median(m["processorSeconds"]["median"] for m in all) for n, all in found.items()}
            clock = {n: statistics.median(m["perSecond"]["median"] for m in all) for n, all in found.items()}
            dense = found["dense"][0]
            print(f"\n{shape}, {dense['processor']}, {args.threads} thread, {args.tokens} tokens, median of "
                  f"{args.repeats}{', products in bfloat16' if args.bfloat16 else ''}\n")
            print("| model | processor time of a token | dense / this | tokens a second | / dense | matrices held "
                  "| of the dense | float32: of a token | peak |")
            print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
            for name, all in found.items():
                m = all[0]
                print(f"| {name} | {each[name] * 1000:.2f} ms | {each['dense'] / each[name]:.2f} | {clock[name]:.1f} "
                      f"| {clock[name] / clock['dense']:.2f} | {m['heldBytes'] / 2**20:.0f} MiB, "
                      f"{m['sparseMatrices']} of {m['matrices']} without zeros "
                      f"| {m['heldBytes'] / dense['heldBytes']:.2f} "
                      f"| {m['float32ProcessorSeconds']['median'] * 1000:.2f} ms | {m['peakBytes'] / 2**20:.0f} MiB |",
                      flush=True)


if __name__ == "__main__":
    main()
