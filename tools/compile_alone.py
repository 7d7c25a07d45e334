#!/usr/bin/env python3
"""Compiles each header named on standard input alone, and each source without a precompiled header: what a file uses it includes.

Only the syntax is checked, and warnings are faults. A header is compiled as a source of the first file that includes it, so with that one's flags.
"""
import argparse
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import compilation


def flags_of(command):
    """A compilation's command without its input and output."""
    out, skip = [], False
    for part in command:
        if skip:
            skip = False
        elif part in ("-o", "-c"):
            skip = True
        elif not part.startswith("-O"):
            out.append(part)
    return out


def owner_of(header, sources, users):
    """A source that sees the header, directly or not: it knows where the libraries' headers lie."""
    seen, open_files = {header}, [header]
    while open_files:
        for user in users.get(open_files.pop(0), []):
            if user in sources:
                return user
            if user not in seen:
                seen.add(user)
                open_files.append(user)
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("folder")
    args = parser.parse_args()
    sources = compilation.commands(args.folder)
    files = sorted({line.strip() for line in sys.stdin if line.strip()})
    tracked = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "--", "*.h", "*.cpp"], cwd=compilation.ROOT,
                             capture_output=True, text=True, check=True).stdout.split()
    users = {}
    for path in tracked:
        if os.path.exists(os.path.join(compilation.ROOT, path)):
            for name in compilation.includes_of(path):
                users.setdefault(name, []).append(path)
    compilation.make_generated(args.folder, [file for file in files if file in sources])

    def run(name):
        owner = name if name in sources else owner_of(name, sources, users)
        if owner is None:
            # A source that no target of this configuration compiles (libFuzzer's), or a header that nothing includes.
            return "" if name.endswith(".cpp") else "%s: nothing includes it" % name
        alone = ["-include", name, "-x", "c++", os.devnull] if name.endswith(".h") else [name]
        command = flags_of(sources[owner]) + ["-O0", "-fsyntax-only", "-Werror", *alone]
        done = subprocess.run(command, cwd=compilation.ROOT, capture_output=True, text=True)
        return "" if done.returncode == 0 else "%s does not compile alone without warnings:\n%s" % (name, done.stderr)

    sys.exit(0 if compilation.run_all(args.jobs, files, run) else 1)


if __name__ == "__main__":
    main()
