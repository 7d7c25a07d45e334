#!/usr/bin/env python3
"""Measures which budgets hold at high sparsity, for docs/method.md: prints tables.

    tests/bench/budgets.py --program build/release/app/espalier-cli --real FOLDER --work FOLDER

FOLDER of --real holds stories260K. Each row is a way to share the same total among the blocks; the columns prune
to it by Wanda and by ADMM. Calibration and test are apart. Each measurement is kept in the work folder as soon as
it is there, so that a run that was stopped goes on.
"""
import argparse
import shutil
import sys

from recovery_results import ROOT, Bench

# name, flags of score, flags of allocate
UNIFORM = ("uniform", ["--method", "magnitude"], ["--allocator", "uniform"])
ZEROTH = ["--method", "zeroth-order"]
EXACT = ["--method", "exact-gradient"]


def ways(target):
    def cap(more):
        return ["--cap", round(target + more, 3)]

    def rescored(parts):
        return [*EXACT, "--rescore", parts, "--target", target]

    return [
        UNIFORM,
        ("zeroth-order, one draw", ZEROTH, []),
        ("zeroth-order, another seed", [*ZEROTH, "--seed", 1], []),
        ("zeroth-order, 16 draws", [*ZEROTH, "--draws", 16], []),
        ("exact gradient: no noise", EXACT, []),
        ("exact gradient, cap target + 5 %", EXACT, cap(0.05)),
        ("exact gradient, cap target + 2 %", EXACT, cap(0.02)),
        ("exact gradient, mean of a block's weights", EXACT, ["--aggregate", "avg"]),
        ("re-scored, 2 parts", rescored(2), []),
        ("re-scored, 4 parts", rescored(4), []),
        ("re-scored, 4 parts, cap target + 5 %", rescored(4), cap(0.05)),
        ("measured loss", ["--method", "pruned-loss", "--target", target], []),
        ("measured loss, cap target + 5 %", ["--method", "pruned-loss", "--target", target], cap(0.05)),
    ]


CRITERIA = ("wanda", "admm")
GLOBAL = ("global-gradient", "global-obd")


def measure_of(name, evaluation):
    if name == "stories260K":
        return evaluation["metrics"]["perplexity"]
    right = total = 0
    for kind in evaluation["kinds"]:
        if kind["kind"] != "caption":
            right, total = right + kind["right"], total + kind["total"]
    return 100 * right / total


class Budgets:
    def __init__(self, bench, name, model, calibration, test):
        self.bench, self.name, self.model = bench, name, model
        self.calibration, self.test = calibration, test

    def pruned(self, *flags):
        folder = self.bench.work / "pruned"
        shutil.rmtree(folder, ignore_errors=True)
        self.bench.call("prune", self.model, "--data", self.calibration, *flags, "--out", folder)
        return measure_of(self.name, self.bench.json("evaluate", folder, "--data", self.test))

    def row(self, key, make):
        if key not in self.bench.kept:
            self.bench.keep(key, make())
            print(key, self.bench.kept[key], flush=True)
        return self.bench.kept[key]

    def shared(self, target, way):
        name, score, allocate = way
        scores, plan = self.bench.work / "scores.json", self.bench.work / "plan.json"
        self.bench.call("score", self.model, "--data", self.calibration, *score, "--out", scores)
        found = self.bench.json("allocate", scores, "--target", target, *allocate, "--out", plan)
        sparsities = found["groups"].values()
        return [min(sparsities), max(sparsities),
                *(self.pruned("--plan", plan, "--criterion", criterion) for criterion in CRITERIA)]

    def table(self, target):
        lines = [f"{self.name} at {target:.0%}", "",
                 "| plan | least and greatest sparsity | Wanda | ADMM |", "| --- | --- | ---: | ---: |"]
        for way in ways(target):
            low, high, *found = self.row(f"{self.name} {target} {way[0]}", lambda: self.shared(target, way))
            lines.append(f"| {way[0]} | {low:.0%} to {high:.0%} | " + " | ".join(f"{v:.1f}" for v in found) + " |")
        for method in GLOBAL:
            found = self.row(f"{self.name} {target} {method}",
                             lambda: self.pruned("--globally", method, "--target", target))
            lines.append(f"| {method}, weights keep their values | | {found:.1f} | |")
        return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--real", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--scenes", type=int, default=60, help="fresh scenes the sample is asked about")
    arguments = parser.parse_args()
    bench = Bench(arguments)
    scenes = bench.work / "scenes"
    if not scenes.exists():
        bench.call("sample", scenes, "--scenes", "test", "--pictures", arguments.scenes)
    stories = Budgets(bench, "stories260K", bench.real / "stories260K", *bench.split_stories(0))
    sample = Budgets(bench, "sample (BLIP-2)", ROOT / "resources/sample/model",
                     ROOT / "resources/sample/calibration", scenes)
    for budgets, targets in ((stories, (0.6, 0.7, 0.8)), (sample, (0.7, 0.8))):
        for target in targets:
            print(budgets.table(target) + "\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
