#!/usr/bin/python3
"""Measures what criteria and refinements keep of small models and writes docs/results-criteria.md.

    tests/bench/criteria.py --stories stories260K --vit vit-tiny-imagenet --pictures coco-val2017-99/images \\
        --work FOLDER --out docs/results-criteria.md

runs `espalier-cli study` on the bundled sample and on the two models named, each with data to calibrate on and other
data to test on, three draws of the calibration data and the same sparsity in every block. Finished points are kept
under --work, so that it goes on where it was stopped. --only stories,sample,vit takes a part of it.
"""
import argparse
import json
import statistics
import subprocess
from pathlib import Path

METHODS = [
    ("Wanda", "wanda", ""),
    ("Wanda + swaps", "wanda", "swaps"),
    ("Wanda + refit", "wanda", "refit"),
    ("Wanda + swaps + refit", "wanda", "swaps,refit"),
    ("SparseGPT", "sparsegpt", ""),
    ("SparseGPT + refit", "sparsegpt", "refit"),
    ("ADMM", "admm", ""),
    ("ALPS", "alps", ""),
    ("ADMM, fitted to the dense model", "admm", "", "dense"),
    ("ALPS, fitted to the dense model", "alps", "", "dense"),
]
# Of the two larger models, which take a minute of two cores for each point.
FEW = [m for m in METHODS if m[0] in (
    "Wanda", "Wanda + swaps + refit", "SparseGPT", "ADMM", "ALPS", "ADMM, fitted to the dense model")]


def accuracy(kinds):
    """A value of the questions (captions=False) or captions among a point's kinds."""

    def value(point):
        chosen = [k for k in point["kinds"] if (k["kind"] == "caption") == kinds]
        total = sum(k["total"] for k in chosen)
        return 100 * sum(k["right"] for k in chosen) / total if total else None

    return value


def metric(name, scale=1):
    return lambda point: point["metrics"][name] * scale if name in point["metrics"] else None


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cli", default="espalier-cli")
    parser.add_argument("--stories", help="folder of the LLaMA of 260,000 weights, with stories.jsonl in it")
    parser.add_argument("--vit", help="folder of ViT-Tiny")
    parser.add_argument("--pictures", help="folder of photographs")
    parser.add_argument("--scenes", type=int, default=40, help="fresh scenes that the sample is tested on")
    parser.add_argument("--seeds", default="0,1,2", help="draws of the calibration data")
    parser.add_argument("--work", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--only", default="stories,sample,vit")
    return parser.parse_args()


def study(options, name, arguments, sparsities, methods=METHODS):
    """{method: {sparsity: [points]}} and the dense point."""
    names = {}
    for label, criterion, refinement, *fit in methods:
        plain = f"uniform + {criterion}" + (f" + {refinement}" if refinement else "")
        names.setdefault(fit[0] if fit else "pruned", {})[plain] = label
    found, dense = {}, None
    for fit, labels in names.items():
        out = Path(options.work) / f"{name}-{fit}"
        subprocess.run(
            [options.cli, "study", *arguments, "--sparsities", ",".join(["0", *map(str, sparsities)]), "--seeds",
             options.seeds, "--fit", fit, "--methods", *labels, "--out", str(out)],
            check=True, stdout=subprocess.DEVNULL)
        for point in json.loads((out / "results.json").read_text())["points"]:
            if point["sparsity"] == 0:
                dense = point
            else:
                found.setdefault(labels[point["method"]], {}).setdefault(point["sparsity"], []).append(point)
    return found, dense


def table(found, dense, sparsities, value, digits, methods=METHODS):
    lines = ["| | " + " | ".join(f"{100 * s:.0f} %" for s in sparsities) + " |", "| --- |" + " ---: |" * len(sparsities)]
    means = {}
    for label, *_ in methods:
        for s in sparsities:
            values = [value(p) for p in found[label][s]]
            deviation = f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else ""
            means[label, s] = f"{statistics.mean(values):.{digits}f}{deviation}"
    for label, *_ in methods:
        cells = [means[label, s] for s in sparsities]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return [f"Dense: {value(dense):.{digits}f}.", "", *lines, ""]


def main():
    options = parse()
    parts = options.only.split(",")
    count = len(options.seeds.split(","))
    draws = "one draw" if count == 1 else f"{count} draws"
    lines = [
        "# What criteria and refinements keep",
        "",
        "Made by `tests/bench/criteria.py` (its first lines say how). The same sparsity in every block; calibrated on what the",
        "pruned blocks before produce; calibration and test data apart; mean and sample standard deviation over the draws of the",
        "calibration data named, where there are several. \"Fitted to the dense model\" is `--fit dense`. No weight is trained.",
        "",
    ]
    if "stories" in parts:
        sparsities = [0.5, 0.6, 0.7, 0.8]
        data = str(Path(options.stories) / "stories.jsonl")
        found, dense = study(options, "stories", [options.stories, "--data", data, "--prune-samples", "64"], sparsities)
        lines += ["## stories260K: perplexity", "", f"64 of 80 texts calibrate, {draws}; 80 others test.", ""]
        lines += table(found, dense, sparsities, metric("perplexity"), 1)
    if "sample" in parts:
        sparsities = [0.6, 0.7, 0.8]
        found, dense = study(options, "sample", ["--sample", "--pictures", str(options.scenes)], sparsities, FEW)
        lines += ["## The bundled sample: questions right, in per cent", "",
                  f"128 of 256 pairs calibrate, {draws}; every kind of question about {options.scenes} fresh scenes tests.", ""]
        lines += table(found, dense, sparsities, accuracy(False), 1, FEW)
        lines += ["## The bundled sample: captions right, in per cent", ""]
        lines += table(found, dense, sparsities, accuracy(True), 1, FEW)
    if "vit" in parts:
        sparsities = [0.5, 0.6, 0.7]
        found, dense = study(options, "vit", [options.vit, "--data", options.pictures, "--prune-samples", "40"], sparsities,
                             FEW)
        lines += ["## ViT-Tiny: same class as the dense model, in per cent", "",
                  f"40 of 49 photographs calibrate, {draws}; 50 others test: one is 2 %.", ""]
        lines += table(found, dense, sparsities, metric("agreement", 100), 1, FEW)
    Path(options.out).write_text("\n".join(lines).rstrip() + "\n")


main()
