#!/usr/bin/env python3
"""Measures what recovery gives back and writes docs/results-recovery.md.

    tests/bench/recovery_results.py --program build/release/app/espalier-cli --real FOLDER --work FOLDER

FOLDER of --real holds stories260K, vit-tiny-imagenet and coco-val2017-99. Each measurement is kept in the work
folder as soon as it is there, so that a run that was stopped goes on; the document says which are missing.
Calibration and test are apart; a seed says which they are, where a set is divided, and which samples are drawn.
"""
import argparse
import json
import pathlib
import random
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Bench:
    def __init__(self, arguments):
        self.program = str(pathlib.Path(arguments.program).resolve())
        self.real = pathlib.Path(arguments.real).resolve()
        self.work = pathlib.Path(arguments.work).resolve()
        self.work.mkdir(parents=True, exist_ok=True)
        self.kept_file = self.work / "measured.json"
        self.kept = json.loads(self.kept_file.read_text()) if self.kept_file.exists() else {}

    def call(self, *words):
        done = subprocess.run([self.program, *map(str, words)], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(map(str, words))}: {done.stderr}")
        return done.stdout

    def json(self, *words):
        return json.loads(self.call(*words, "--json"))

    def keep(self, key, value):
        self.kept[key] = value
        self.kept_file.write_text(json.dumps(self.kept, indent=1))

    def split_stories(self, seed):
        lines = (self.real / "stories260K" / "stories.jsonl").read_text().splitlines()
        random.Random(seed).shuffle(lines)
        for name, part in (("calibration", lines[:80]), ("test", lines[80:])):
            (self.work / f"stories-{name}-{seed}.jsonl").write_text("\n".join(part) + "\n")
        return tuple(self.work / f"stories-{name}-{seed}.jsonl" for name in ("calibration", "test"))

    def split_photographs(self, seed):
        pictures = sorted((self.real / "coco-val2017-99" / "images").iterdir())
        random.Random(seed).shuffle(pictures)
        folders = []
        for name, part in (("calibration", pictures[:50]), ("test", pictures[50:])):
            folder = self.work / f"photographs-{name}-{seed}"
            folder.mkdir(exist_ok=True)
            for picture in part:
                target = folder / picture.name
                if not target.exists():
                    target.symlink_to(picture)
            folders.append(folder)
        return tuple(folders)

    def emoji(self, _seed):
        folder = self.work / "emoji"
        if not folder.exists():
            self.call("sample", folder, "--emoji")
        return folder / "calibration", folder / "held-out"

    def scenes(self, _seed):
        folder = self.work / "scenes"
        if not folder.exists():
            self.call("sample", folder, "--scenes", "test", "--pictures", 200)
        return ROOT / "resources/sample/calibration", folder


def perplexity(evaluation):
    return {"perplexity": evaluation["metrics"]["perplexity"]}


def agreement(evaluation):
    return {"agreement": 100 * evaluation["metrics"]["agreement"]}


def retrieval(evaluation):
    return {"TR@1": 100 * evaluation["metrics"]["TR@1"], "IR@1": 100 * evaluation["metrics"]["IR@1"]}


def answers(evaluation):
    right = {"questions": [0, 0], "captions": [0, 0]}
    for kind in evaluation["kinds"]:
        tally = right["captions" if kind["kind"] == "caption" else "questions"]
        tally[0] += kind["right"]
        tally[1] += kind["total"]
    return {name: 100 * tally[0] / tally[1] for name, tally in right.items()}


# name, model, data, samples, measure, baseline needed, flags of the recovery, sparsity -> {measure: goal}
CASES = [
    ("stories260K", lambda b: b.real / "stories260K", Bench.split_stories, 80, perplexity, False, [],
     {0.6: {"perplexity": 5}, 0.7: {"perplexity": 8}, 0.8: {"perplexity": 15}}),
    ("sample (BLIP-2)", lambda b: ROOT / "resources/sample/model", Bench.scenes, 256, answers, False, [],
     {0.6: {"captions": 92}, 0.7: {"questions": 94, "captions": 80}, 0.8: {"questions": 88}}),
    ("CLIP sample", lambda b: b.work / "emoji" / "model", Bench.emoji, 256, retrieval, False,
     ["--rebuild-steps", 300, "--distil-steps", 300, "--batch-size", 32], {0.7: {"TR@1": 52}, 0.8: {"TR@1": 45}}),
    ("ViT-Tiny", lambda b: b.real / "vit-tiny-imagenet", Bench.split_photographs, 50, agreement, True,
     ["--rate", 0.3, "--views", 30, "--rebuild-steps", 200], {0.5: {"agreement": 75}, 0.6: {"agreement": 60}}),
]


def measure(bench, case, sparsity, seed):
    name, model_of, data_of, samples, measure_of, needs_baseline, flags, _ = case
    key = f"{name} {sparsity} {seed}"
    if key in bench.kept:
        return
    calibration, test = data_of(bench, seed)
    model = model_of(bench)
    scratch = bench.work / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    bench.call("score", model, "--data", calibration, "--method", "magnitude", "--out", scratch / "scores.json")
    bench.call("allocate", scratch / "scores.json", "--target", sparsity, "--allocator", "uniform", "--out",
               scratch / "plan.json")
    bench.call("prune", model, "--plan", scratch / "plan.json", "--data", calibration, "--criterion", "sparsegpt",
               "--samples", min(samples, 128), "--seed", seed, "--out", scratch / "pruned")
    baseline = ["--baseline", model] if needs_baseline else []

    def evaluated(folder):
        found = bench.json("evaluate", folder, "--data", test, *baseline)
        return measure_of(found.get("after", found))

    result = {"pruned": evaluated(scratch / "pruned")}
    before, seconds = "pruned", 0
    for method in ("rebuild", "distil"):
        run = bench.json("recover", scratch / before, "--dense", model, "--data", calibration, "--method", method,
                         "--samples", samples, "--seed", seed, *flags, "--out", scratch / method)
        seconds += run["seconds"]
        result[method] = evaluated(scratch / method)
        before = method
    result["seconds"] = seconds
    bench.keep(key, result)
    print(key, result, flush=True)


def cell(values):
    if not values:
        return "not measured"
    mean = f"{statistics.mean(values):.2f}" if max(values) < 20 else f"{statistics.mean(values):.1f}"
    return mean + (f" ± {statistics.stdev(values):.2f}" if len(values) > 1 else " (one seed)")


def write(bench, seeds):
    lines = [
        "# What recovery gives back", "",
        "Uniform SparseGPT, then `rebuild`, then `distil` (docs/method.md). Calibration and test are apart; mean and",
        "standard deviation over seeds, which say how stories and photographs are divided and which samples are",
        "drawn. The table is that of", "",
        "    tests/bench/recovery_results.py --program build/release/app/espalier-cli --real FOLDER --work FOLDER", "",
        "which goes on where it was stopped. Perplexity: less is better; all others are per cent.", "",
        "| model | measure | sparsity | pruned | + rebuild | + distil | goal | seeds |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for name, _, _, _, _, _, _, goals in CASES:
        for sparsity in goals:
            found = [bench.kept[k] for s in seeds if (k := f"{name} {sparsity} {s}") in bench.kept]
            for measured in (found[0]["pruned"] if found else goals[sparsity]):
                columns = [cell([f[stage][measured] for f in found]) for stage in ("pruned", "rebuild", "distil")]
                goal = goals[sparsity].get(measured)
                reached = ""
                if goal and found:
                    best = [min if measured == "perplexity" else max][0](
                        statistics.mean(f[stage][measured] for f in found) for stage in ("rebuild", "distil"))
                    reached = ": reached" if (best <= goal if measured == "perplexity" else best >= goal) else ": missed"
                lines.append(f"| {name} | {measured} | {sparsity:.0%} | " + " | ".join(columns) +
                             f" | {goal if goal else ''}{reached} | {len(found)} |")
    notes = ROOT / "tests/bench/recovery_notes.md"
    if notes.exists():
        lines += ["", notes.read_text().rstrip()]
    (ROOT / "docs/results-recovery.md").write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--real", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--only", default="", help="a model's name; empty: all")
    arguments = parser.parse_args()
    bench = Bench(arguments)
    seeds = [int(s) for s in arguments.seeds.split(",")]
    for seed in seeds:
        for case in CASES:
            for sparsity in case[7]:
                if arguments.only in ("", case[0]):
                    measure(bench, case, sparsity, seed)
                    write(bench, seeds)
    write(bench, seeds)


if __name__ == "__main__":
    sys.exit(main())
