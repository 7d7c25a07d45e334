#!/usr/bin/env python3
"""Fails where a stage has become slow, by ratios of processor times within one run of `espalier-cli bench`.

    tests/bench/gate.py                       each stage against another one of the same run, with bounds below
    tests/bench/gate.py --against OTHER_CLI   each stage against the same one of another build, the two by turns

Times of one machine or one hour do not compare with those of another; ratios within one run do. A ratio beyond its bound is
measured again, as other work on the machine makes single figures worse but none better; the best counts.
"""
import argparse
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STAGES = {
    "inference": "inference",
    "exact": "exact gradient, first-order",
    "plain": "plain loop",
    "sweep": "zeroth-order sweep",
    "wanda": "wanda",
    "sparsegpt": "sparsegpt",
    "masks": "re-masking all matrices",
}

# A ratio of two stages and the most it may be, by shape. The bounds are one and a half times what was measured (docs/performance.md).
BOUNDS = {
    "t5-512": [("exact", "inference", 5.0), ("wanda", "inference", 8.1), ("sparsegpt", "inference", 35), ("masks", "inference", 0.24)],
    "llama-512": [("exact", "inference", 5.0), ("wanda", "inference", 4.1), ("sparsegpt", "inference", 21), ("masks", "inference", 0.14)],
}
# Of the selection of one matrix of 4096 x 4096, beside copying it.
SELECTION_BOUNDS = [("re-mask by row, from ranks", 2.5), ("choose and mask by row", 18), ("re-mask by matrix, from ranks", 2.7),
                    ("choose and mask by matrix", 37)]
# The sweep saves at least so much of the operations that it can save, and the exact gradient takes at most so much more memory than inference.
SWEEP_OF_LIMIT = 0.9
EXACT_MEMORY = 1.3
# How much slower than another build a stage may be.
SLOWER = 1.1


def bench(cli, shape, stages):
    command = [cli, "--json", "bench", shape, "--batches", "1", "--rows", "2", "--plain-matrices", "8", "--stages", ",".join(stages)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit("%s failed: %s" % (" ".join(command), done.stderr.strip()))
    report = json.loads(done.stdout)
    times = {"selection: " + s["stage"]: s["processorSeconds"] for s in report["selection"]}
    for model in report["models"]:
        times.update({s["stage"]: s["processorSeconds"] for s in model["stages"]})
    return report, times


def ratios_within(cli, shape):
    """{what: (measured, bound)}; a ratio is to be at most its bound."""
    report, times = bench(cli, shape, [*STAGES, "selection"])
    model = report["models"][0]
    out = {}
    for above, below, bound in BOUNDS[shape]:
        out["%s / %s" % (above, below)] = (times[STAGES[above]] / times[STAGES[below]], bound)
    limit = model["sweepLimit"]
    out["sweep / plain loop, of what can be saved"] = (times[STAGES["sweep"]] / times[STAGES["plain"]] * limit, 1 / SWEEP_OF_LIMIT)
    if model.get("exactMemoryOverInference"):
        out["memory of the exact gradient / inference"] = (model["exactMemoryOverInference"], EXACT_MEMORY)
    for stage, bound in SELECTION_BOUNDS:
        out["%s / copy" % stage] = (times["selection: " + stage] / times["selection: copy"], bound)
    return out


def ratios_between(cli, other, shape):
    stages = [name for name in STAGES if name != "plain"] + ["selection"]
    _, theirs = bench(other, shape, stages)
    _, ours = bench(cli, shape, stages)
    return {stage: (ours[stage] / theirs[stage], SLOWER) for stage in ours if theirs.get(stage)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cli", default=os.path.join(ROOT, "build/release/app/espalier-cli"))
    parser.add_argument("--against", help="the espalier-cli of another build")
    parser.add_argument("--shapes", default=",".join(BOUNDS), help="with commas between; default %(default)s")
    parser.add_argument("--tries", type=int, default=3)
    options = parser.parse_args()
    for program in (options.cli, options.against):
        if program and not os.access(program, os.X_OK):
            sys.exit("There is no program %s; build it, or name another by --cli or --against." % program)
    failed = False
    for shape in options.shapes.split(","):
        if shape not in BOUNDS and not options.against:
            sys.exit("There are no bounds for %s; known are %s." % (shape, ", ".join(BOUNDS)))
        best = {}
        for _ in range(options.tries):
            measured = ratios_between(options.cli, options.against, shape) if options.against else ratios_within(options.cli, shape)
            for name, (ratio, bound) in measured.items():
                best[name] = (min(ratio, best[name][0]) if name in best else ratio, bound)
            if all(ratio <= bound for ratio, bound in best.values()):
                break
        print(shape)
        for name, (ratio, bound) in best.items():
            wrong = ratio > bound
            failed = failed or wrong
            print("  %-45s %7.2f  at most %.2f%s" % (name, ratio, bound, "  TOO SLOW" if wrong else ""), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
