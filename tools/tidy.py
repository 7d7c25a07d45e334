#!/usr/bin/env python3
"""clang-tidy on the files named on standard input, or with --all on every compilation of a unity build folder.

A header is checked with the source of its name, or with the first source that includes it. What several compilations find
alike is said once.
"""
import argparse
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import compilation

DIAGNOSTIC = re.compile(r"^(/\S+):(\d+):(\d+): (?:error|warning): ")
# clang 14 instantiates std::vector<c10::IValue> too early where C++20's constexpr meets LibTorch's circle of headers; in
# this order it does not.
TORCH_ORDER = ["--extra-arg-before=-include", "--extra-arg-before=ATen/core/ivalue.h"]


def source_for(header, sources):
    own = os.path.splitext(header)[0] + ".cpp"
    if own in sources:
        return own
    return next((source for source in sources if header in compilation.includes_of(source)), None)


def chosen(files, sources):
    out = set()
    for file in files:
        if file in sources:
            out.add(file)
        elif file.endswith(".h"):
            source = source_for(file, sources)
            if source:
                out.add(source)
            else:
                print("tidy: no source includes %s" % file, file=sys.stderr)
    return sorted(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("folder")
    args = parser.parse_args()
    commands = compilation.commands(args.folder)
    sources = {path: command for path, command in commands.items() if "autogen" not in path and "qrc_" not in path}
    if args.all:
        names = sorted(sources)
    else:
        names = chosen([line.strip() for line in sys.stdin if line.strip()], sources)
    compilation.make_generated(args.folder, names)
    seen = set()

    def run(name):
        torch = TORCH_ORDER if any("torch" in part for part in sources[name]) else []
        done = subprocess.run(
            ["clang-tidy", "-p", args.folder, *torch, "--quiet", name], cwd=compilation.ROOT, capture_output=True, text=True)
        kept, keep = [], False
        for line in done.stdout.splitlines():
            found = DIAGNOSTIC.match(line)
            if found:
                keep = line not in seen
                seen.add(line)
            if keep:
                kept.append(line)
        if done.returncode and not done.stdout.strip():
            kept.append("%s: clang-tidy failed: %s" % (name, done.stderr.strip()))
        return "\n".join(kept)

    sys.exit(0 if compilation.run_all(args.jobs, names, run) else 1)


if __name__ == "__main__":
    main()
