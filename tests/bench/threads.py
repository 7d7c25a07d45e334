#!/usr/bin/env python3
"""How much faster each stage of `espalier-cli bench` is with several threads, for a single batch.

    tests/bench/threads.py                          one batch of 8 rows, 1 and 2 threads, the four small shapes
    tests/bench/threads.py --threads 1,2,4,8,16 --shapes llama-512 --markdown threads.md

prints for each stage the seconds by the clock with the first number of threads, and with each other number the
seconds, how many times faster that is, and how many cores were busy (processor time over time by the clock). A
stage below --least times faster with two threads is marked. The clock counts, so the machine has to be quiet.
"""
import argparse
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHAPES = "llama-512,t5-512,eva-512,blip2-384"
STAGES = "inference,exact,sweep,forward,wanda,sparsegpt"


def bench(options, shape, threads):
    command = [options.cli, "--json", "--threads", str(threads), "bench", shape, "--batches", "1", "--rows", str(options.rows),
               "--repeats", str(options.repeats), "--stages", options.stages]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit("%s failed: %s" % (" ".join(command), done.stderr.strip()))
    return {s["stage"]: s for s in json.loads(done.stdout)["models"][0]["stages"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cli", default=os.path.join(ROOT, "build/release/app/espalier-cli"))
    parser.add_argument("--threads", default="1,2", help="with commas between; default %(default)s")
    parser.add_argument("--shapes", default=SHAPES, help="with commas between; default %(default)s")
    parser.add_argument("--stages", default=STAGES, help="as bench names them; default %(default)s")
    parser.add_argument("--rows", type=int, default=8)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--least", type=float, default=1.8)
    parser.add_argument("--markdown", help="file to write the table to")
    options = parser.parse_args()
    if not os.access(options.cli, os.X_OK):
        sys.exit("There is no program %s; build it, or name another by --cli." % options.cli)
    threads = [int(n) for n in options.threads.split(",")]
    head = ["shape", "stage", "%d thread%s" % (threads[0], "" if threads[0] == 1 else "s")]
    for n in threads[1:]:
        head += ["%d threads" % n, "times", "cores busy"]
    lines = ["| " + " | ".join(head) + " |", "| --- | --- |" + " ---: |" * (len(head) - 2)]
    print("\n".join(lines), flush=True)
    slow = False
    for shape in options.shapes.split(","):
        runs = [bench(options, shape, n) for n in threads]
        for stage, first in runs[0].items():
            cells = [shape, stage, "%.2f s" % first["seconds"]]
            for n, run in zip(threads[1:], runs[1:]):
                faster = first["seconds"] / run[stage]["seconds"]
                below = n == 2 and faster < options.least
                slow = slow or below
                cells += ["%.2f s" % run[stage]["seconds"], "%.2f%s" % (faster, " (slow)" if below else ""),
                          "%.2f" % (run[stage]["processorSeconds"] / run[stage]["seconds"])]
            lines.append("| " + " | ".join(cells) + " |")
            print(lines[-1], flush=True)
    if options.markdown:
        open(options.markdown, "w").write("\n".join(lines) + "\n")
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
