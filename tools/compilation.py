"""What tools/check.sh's checks share: how each file is compiled, and running many compilations at once."""
import json
import os
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)


def commands(folder):
    """{path relative to the repository: its command, as a list} of a build folder's compile_commands.json."""
    with open(os.path.join(ROOT, folder, "compile_commands.json")) as file:
        entries = json.load(file)
    return {os.path.relpath(entry["file"], ROOT): shlex.split(entry["command"]) for entry in entries}


def includes_of(path):
    """The files of the repository that a file includes, by their paths from its root."""
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        names = INCLUDE.findall(file.read())
    return [place for name in names for place in (name, "include/" + name) if os.path.exists(os.path.join(ROOT, place))]


def make_generated(folder, sources):
    """Makes the .moc files that tests include, without building anything else."""
    wanted = []
    for source in sources:
        if source.startswith("tests/") and source.endswith("_test.cpp"):
            name = source[len("tests/"):-len(".cpp")]
            stem = os.path.basename(name)
            wanted.append("tests/moc/%s/%s.moc" % (name.replace("/", "."), stem))
    if wanted:
        subprocess.run(["ninja", "-C", os.path.join(ROOT, folder), *wanted], check=True, stdout=subprocess.DEVNULL)


def run_all(jobs, names, run):
    """Calls run(name) -> text of faults, or "" for each; prints what is wrong as it comes. True where nothing is."""
    wrong = []
    with ThreadPoolExecutor(jobs) as pool:
        for name, text in zip(names, pool.map(run, names)):
            if text:
                wrong.append(name)
                print(text.rstrip(), flush=True)
    print("%d files, %d with faults" % (len(names), len(wrong)), file=sys.stderr)
    return not wrong
