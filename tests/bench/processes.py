#!/usr/bin/env python3
"""Measures what several processes save, and what several machines would; prints a Markdown table.

    tests/bench/processes.py                    two processes of one thread beside one process of one thread
    tests/bench/processes.py --long             jobs of about a minute in place of a few seconds
    tests/bench/processes.py --processes 4      more of them, for the columns that go by processor time

Of each job, in one run of this script and by turns:

  seconds    wall-clock seconds of one process and of several, and how many times faster several are. They say something
             on a machine that does nothing else and has a core for each process.
  path       processor seconds of one process; the seconds along the critical path of several (`path` of
             `espalier-cli --progress`: every message carries its sender's processor time, so that waiting and other work
             on the machine do not count); and how many times faster that is. It holds where there is a core for each.
  10 Gbit/s  the same critical path with the time that the messages would take between machines (`pathAcross`).
  sent       what all processes sent, in megabytes.

The best of --runs counts, for each column apart.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLE = os.path.join(ROOT, "resources", "sample")


def jobs_of(work, long):
    """{name: arguments}; OUT stands for a path that is new each time."""
    model, data, pairs = (os.path.join(SAMPLE, part) for part in ("model", "calibration", "pairs"))
    calibrate = ["--data", data, "--samples"]
    plan = os.path.join(work, "plan.json")
    score = ["score", model, "--out", "OUT", *calibrate]
    prune = ["prune", model, "--out", "OUT", "--plan", plan, *calibrate]
    study = ["study", "--sample", "--out", "OUT", "--methods", "Uniform Wanda", "Uniform magnitude"]
    if long:
        return {
            "zeroth-order scores": [*score, "128", "--batch-size", "8", "--draws", "2", "--method", "zeroth-order"],
            "forward-mode scores": [*score, "64", "--batch-size", "8", "--method", "forward-mode"],
            "exact gradient": [*score, "256", "--batch-size", "2", "--method", "exact-gradient"],
            "prune by Wanda": [*prune, "256", "--batch-size", "2", "--criterion", "wanda"],
            "prune by SparseGPT": [*prune, "256", "--batch-size", "2", "--criterion", "sparsegpt"],
            "evaluate": ["evaluate", model, "--data", data, "--out", "OUT"],
            "study": [*study, "--seeds", "0,1,2"],
        }
    return {
        "zeroth-order scores": [*score, "64", "--batch-size", "8", "--method", "zeroth-order"],
            "forward-mode scores": [*score, "64", "--batch-size", "8", "--method", "forward-mode"],
        "exact gradient": [*score, "128", "--batch-size", "8", "--method", "exact-gradient"],
        "prune by Wanda": [*prune, "256", "--batch-size", "16", "--criterion", "wanda"],
        "prune by SparseGPT": [*prune, "256", "--batch-size", "16", "--criterion", "sparsegpt"],
        "evaluate": ["evaluate", model, "--data", pairs, "--out", "OUT"],
        "study": [*study, "--seeds", "0", "--sparsities", "0,0.3,0.5,0.7", "--pictures", "24"],
    }


class Run:
    """One run of a command: seconds, processor seconds, and what the processes told of themselves."""

    def __init__(self, command):
        begun = time.monotonic()
        with tempfile.TemporaryFile("w+") as errors:
            child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            self.seconds = time.monotonic() - begun
            errors.seek(0)
            lines = errors.read().splitlines()
        if child.returncode:
            sys.exit("%s failed: %s" % (" ".join(command), lines[-1:]))
        self.processor = usage.ru_utime + usage.ru_stime
        told = [json.loads(line)["processes"] for line in lines if line.startswith('{"processes"')]
        self.processes = told[-1] if told else []

    def longest(self, key):
        return max(p[key] for p in self.processes)

    def sent(self):
        return sum(stage["bytes"] for p in self.processes for stage in p.get("sent", {}).values())


def row_of(name, one, several):
    def best(runs, value):
        return min(value(run) for run in runs)

    wall = [best(runs, lambda r: r.seconds) for runs in (one, several)]
    processor = best(one, lambda r: r.processor)
    path, across = (best(several, lambda r, key=key: r.longest(key)) for key in ("path", "pathAcross"))
    return "| %s | %.1f | %.1f | %.2f | %.1f | %.1f | %.2f | %.1f | %.2f | %.1f |" % (
        name, *wall, wall[0] / wall[1], processor, path, processor / path, across, processor / across,
        several[0].sent() / 1e6)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", default=os.path.join(ROOT, "build", "release", "app", "espalier-cli"))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--only", default="", help="names of jobs, with commas between them")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        def run(arguments):
            out = os.path.join(work, "out%d" % run.number)
            run.number += 1
            return Run([args.cli, "--progress", *(out if a == "OUT" else a for a in arguments)])

        run.number = 0
        scores, plan = os.path.join(work, "scores.json"), os.path.join(work, "plan.json")
        Run([args.cli, "score", os.path.join(SAMPLE, "model"), "--method", "magnitude", "--data",
             os.path.join(SAMPLE, "calibration"), "--out", scores])
        Run([args.cli, "allocate", scores, "--target", "0.5", "--out", plan])
        n = args.processes
        print("| job | one: s | %d: s | ratio | one: processor s | %d: path | ratio | 10 Gbit/s | ratio | sent: MB |" % (n, n))
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        for name, arguments in jobs_of(work, args.long).items():
            if args.only and name not in args.only.split(","):
                continue
            one, several = [], []
            for _ in range(args.runs):
                one.append(run([*arguments, "--threads", "1"]))
                several.append(run([*arguments, "--threads", "1", "--processes", str(n)]))
            print(row_of(name, one, several), flush=True)


if __name__ == "__main__":
    main()
