"""Reads what Espalier writes, runs its commands, and shows its charts in a notebook.

One file without dependencies: the standard library of Python 3.9 or later. Put it beside your notebook, or on
PYTHONPATH.

    import espalier

    scores = espalier.score("model", data="calibration", out="scores.json")
    plan = espalier.allocate("scores.json", target=0.5, out="plan.json")
    plan                                    # a chart in a notebook
    plan.table                              # rows of dicts
    espalier.prune("model", plan="plan.json", data="calibration", out="pruned")
    result = espalier.evaluate("pruned", data="pairs", baseline="model", out="answers.json")

Every command of espalier-cli can be run: espalier.run("info", "model"). Keyword arguments are its flags:
prune_samples=64 becomes --prune-samples 64, restart=True becomes --restart. Progress goes to standard error, or
to the function given as on_progress.
"""

import copy
import csv
import html
import io
import json
import os
import shutil
import subprocess
import sys
import threading

__all__ = [
    "EspalierError", "Table", "Document", "Scores", "Plan", "Evaluation", "Study", "Project", "read", "run",
    "score", "allocate", "prune", "evaluate", "recover", "study", "report", "explain", "info", "command_line",
]

NEWEST_VERSION = 1
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#000000"]


class EspalierError(Exception):
    """A command failed, or a file is none of Espalier's. The text is one sentence for people."""

    def __init__(self, sentence, status=1):
        super().__init__(sentence)
        self.status = status


# Tables


class Table(list):
    """A list of dicts, one for each row, with a picture of itself for notebooks."""

    @property
    def columns(self):
        names = []
        for row in self:
            names += [name for name in row if name not in names]
        return names

    def column(self, name):
        """The values of a column, None where a row has none. A numpy array takes them as they are."""
        return [row.get(name) for row in self]

    def where(self, **conditions):
        """The rows whose columns have these values."""
        return Table(r for r in self if all(r.get(k) == v for k, v in conditions.items()))

    def sorted(self, by, descending=False):
        return Table(sorted(self, key=lambda r: (r.get(by) is None, r.get(by)), reverse=descending))

    def to_csv(self, path=None):
        """Writes a CSV file, or returns its text."""
        out = io.StringIO()
        writer = csv.DictWriter(out, self.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self)
        if path is None:
            return out.getvalue()
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(out.getvalue())
        return None

    def _repr_html_(self, most=60):
        head = "".join(f"<th>{html.escape(c)}</th>" for c in self.columns)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_shown(row.get(c)))}</td>" for c in self.columns) + "</tr>"
            for row in self[:most])
        rest = f"<p>and {len(self) - most} more</p>" if len(self) > most else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{rest}"


def _shown(value):
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


# Files


class Document:
    """A file of Espalier. `data` is all of it, as docs/formats.md describes it."""

    kind = ""

    def __init__(self, data, path=None):
        self.data = data
        self.path = path

    def __getitem__(self, key):
        return self.data[key]

    def get(self, key, otherwise=None):
        return self.data.get(key, otherwise)

    def save(self, path):
        """Writes the file, keys that this module does not know included."""
        text = json.dumps(self.data, indent=1, ensure_ascii=False) + "\n"
        temporary = f"{path}.tmp{os.getpid()}"
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)

    @property
    def table(self):
        """The file's main list as rows."""
        return Table()

    def svg(self):
        """A chart as SVG text; empty for a file without one."""
        return ""

    def __repr__(self):
        return f"<{type(self).__name__} of {len(self.table)} rows>"

    def _repr_html_(self):
        return self.svg() or self.table._repr_html_()


class Scores(Document):
    kind = "scores"

    @property
    def table(self):
        return Table(
            {k: m.get(k) for k in ("matrix", "block", "component", "parameters", "score", "standard_error")}
            for m in self.data["matrices"])

    @property
    def blocks(self):
        """The scores summed by block, the errors as those of independent matrices."""
        rows = {}
        for m in self.data["matrices"]:
            row = rows.setdefault(m["block"], {"block": m["block"], "component": m.get("component", ""),
                                               "parameters": 0, "score": 0.0, "standard_error": 0.0})
            row["parameters"] += m.get("parameters", 0)
            row["score"] += m["score"]
            error = m.get("standard_error")
            known = row["standard_error"] is not None and error is not None
            row["standard_error"] = (row["standard_error"] ** 2 + error ** 2) ** 0.5 if known else None
        return Table(rows.values())

    def svg(self):
        rows = self.blocks
        return _bars([(r["block"], r["component"], r["score"], r["standard_error"]) for r in rows], "score")


class Plan(Document):
    kind = "plan"

    @property
    def table(self):
        return Table({k: g.get(k) for k in
                      ("name", "component", "parameters", "score", "standard_error", "sparsity", "pinned")}
                     for g in self.data["groups"])

    @property
    def sparsity(self):
        """Of all groups together, weighted by their weights."""
        weights = sum(g["parameters"] for g in self.data["groups"])
        return sum(g["parameters"] * g["sparsity"] for g in self.data["groups"]) / weights if weights else 0.0

    def svg(self):
        bars = [(g["name"], g.get("component", ""), g["sparsity"], 0) for g in self.data["groups"]]
        return _bars(bars, "sparsity", top=1.0, lines=[("target", self.data["target"]), ("cap", self.data["cap"])])


class Evaluation(Document):
    kind = "evaluation"

    @property
    def table(self):
        return Table({k: v for k, v in p.items() if not isinstance(v, (list, dict))} for p in self.data["pairs"])

    @property
    def metrics(self):
        return dict(self.data.get("metrics", {}))

    @property
    def accuracy(self):
        """The share of right answers, with its 95 % interval (Wilson): accuracy, low, high."""
        right = [bool(p.get("right")) for p in self.data["pairs"]]
        return _wilson(sum(right), len(right))


class Study(Document):
    kind = "study"

    @property
    def table(self):
        rows = Table()
        for p in self.data.get("points", []):
            row = {"method": p["method"], "sparsity": p["sparsity"], "achieved": p.get("achieved"),
                   "seed": p.get("seed")}
            kinds = p.get("kinds", [])
            total = sum(k["total"] for k in kinds)
            if total:
                row["accuracy"] = sum(k["right"] for k in kinds) / total
                row["loss"] = sum(k["loss"] * k["total"] for k in kinds) / total
            row.update(p.get("metrics", {}))
            rows.append(row)
        return rows

    def svg(self):
        rows = self.table
        return _lines(rows, "sparsity", "accuracy" if "accuracy" in rows.columns else "loss", "method")


class Project(Document):
    kind = "project"

    @property
    def plan(self):
        """The plan of the current step; None where there is none."""
        steps = self.data.get("steps", [])
        plan = None
        for step in steps[:self.data.get("current", len(steps) - 1) + 1]:
            if "plan" in step:
                plan = copy.deepcopy(step["plan"])
            elif "change" in step and plan:
                change = dict(step["change"])
                sparsities, pinned = change.pop("sparsity", None), set(change.pop("pinned", []))
                plan.update(change)
                for i, group in enumerate(plan["groups"]):
                    if sparsities:
                        group["sparsity"] = sparsities[i]
                    group["pinned"] = i in pinned
        return Plan(plan, self.path) if plan else None

    @property
    def history(self):
        """What was done, oldest first."""
        return [step.get("text", "") for step in self.data.get("steps", [])]

    @property
    def table(self):
        """The models measured: dense, pruned, and the plans that were kept."""
        rows = Table()

        def add(name, measured, sparsity):
            row = {"name": name, "sparsity": sparsity}
            if measured:
                right = [bool(p.get("right")) for p in measured.get("pairs", [])]
                row.update(_wilson(sum(right), len(right)))
                row.update(measured.get("metrics", {}))
            rows.append(row)

        for name, sparsity in (("dense", 0.0), ("pruned", None)):
            measured = self.data.get(name)
            if measured:
                add(name, measured, measured.get("sparsity", sparsity))
        for kept in self.data.get("saved_plans", []):
            measured = kept.get("measured")
            add(kept["name"], measured, measured.get("sparsity") if measured else Plan(kept["plan"]).sparsity)
        return rows

    def svg(self):
        return self.plan.svg() if self.plan else ""


def _kinds():
    found = list(Document.__subclasses__())
    return {c.kind: c for c in found}


def read(path):
    """Opens a file of Espalier as what it is. Raises EspalierError with one sentence where it is none."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            data = json.load(file)
    except (OSError, UnicodeDecodeError) as e:
        raise EspalierError(f"{path} cannot be read: {e}.") from e
    except json.JSONDecodeError as e:
        raise EspalierError(f"{path} is no JSON file: {e}.") from e
    name = data.get("format", "") if isinstance(data, dict) else ""
    if not isinstance(name, str) or not name.startswith("espalier/"):
        raise EspalierError(f"{path} is no file of Espalier: it has no \"format\": \"espalier/...\".")
    if not isinstance(data.get("version"), int) or data["version"] > NEWEST_VERSION:
        raise EspalierError(f"{path} has version {data.get('version')}; this module reads version "
                            f"{NEWEST_VERSION} and older.")
    return _kinds().get(name[len("espalier/"):], Document)(data, path)


# Commands


def program():
    """Where espalier-cli is: $ESPALIER_CLI, or on PATH."""
    found = os.environ.get("ESPALIER_CLI") or shutil.which("espalier-cli")
    if not found:
        raise EspalierError("espalier-cli is not on PATH; set ESPALIER_CLI to where it is.")
    return found


def command_line(command, *arguments, **flags):
    """The arguments of espalier-cli for a command, as run() gives them."""
    out = [str(command)] + [os.fspath(a) if isinstance(a, os.PathLike) else str(a) for a in arguments]
    for name, value in flags.items():
        flag = "--" + name.rstrip("_").replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            out.append(flag)
        elif isinstance(value, (list, tuple)):
            out += [flag, ",".join(str(v) for v in value)]
        else:
            out += [flag, str(value)]
    return out


def _print_progress(p):
    percent = 100 * p["done"] // max(1, p["total"])
    sys.stderr.write(f"\r{p['stage']} {percent} %  {p.get('item', '')[:40]:40}")
    if p["done"] >= p["total"]:
        sys.stderr.write("\n")
    sys.stderr.flush()


def run(command, *arguments, on_progress=_print_progress, **flags):
    """Runs a command of espalier-cli and returns what it prints as JSON; None where it prints nothing.

    on_progress is called with dicts of stage, item, done, total and secondsLeft; None: nobody is told. Raises
    EspalierError with the command's own sentence and its exit status. KeyboardInterrupt stops the command, which
    keeps its finished steps.
    """
    line = [program(), "--json"] + (["--progress"] if on_progress else [])
    line += command_line(command, *arguments, **flags)
    said = []
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
                          errors="replace") as process:
        def listen():
            for text in process.stderr:
                try:
                    told = json.loads(text)
                except ValueError:
                    told = None
                if isinstance(told, dict) and "stage" in told:
                    if on_progress:
                        on_progress(told)
                else:
                    said.append(text.strip())

        listener = threading.Thread(target=listen)
        listener.start()
        try:
            printed = process.stdout.read()
            status = process.wait()
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
        finally:
            listener.join()
    if status:
        last = next((s for s in reversed(said) if s), f"espalier-cli ended with status {status}.")
        prefix = "espalier-cli: "
        raise EspalierError(last[len(prefix):] if last.startswith(prefix) else last, status)
    return json.loads(printed) if printed.strip() else None


def _written(command, arguments, out, flags):
    result = run(command, *arguments, out=out, **flags)
    return read(out) if out else result


def score(model, data, out, **flags):
    """Scores a model; the file as Scores."""
    return _written("score", [model], out, {"data": data, **flags})


def allocate(scores, out, **flags):
    """Makes a plan of a file of scores; the file as Plan."""
    return _written("allocate", [scores], out, flags)


def evaluate(model, data, out, **flags):
    """Asks a model; the file as Evaluation."""
    return _written("evaluate", [model], out, {"data": data, **flags})


def prune(model, **flags):
    return run("prune", model, **flags)


def recover(model, **flags):
    return run("recover", model, **flags)


def study(model, data, out, **flags):
    """Accuracy against sparsity; the results as Study."""
    run("study", model, data=data, out=out, **flags)
    return read(os.path.join(out, "results.json"))


def report(model, out, **flags):
    """Writes the page to explore; what was written."""
    return run("report", model, interactive=True, out=out, **flags)


def explain(model, data, pair=0, **flags):
    """Where the answer to a pair comes from."""
    return run("explain", model, data=data, pair=pair, **flags)


def info(model):
    return run("info", model)


# Charts


def _wilson(right, total, z=1.959963984540054):
    if not total:
        return {"accuracy": None, "low": 0.0, "high": 1.0, "total": 0}
    p = right / total
    scale = 1 + z * z / total
    middle = p + z * z / (2 * total)
    spread = z * (p * (1 - p) / total + z * z / (4 * total * total)) ** 0.5
    return {"accuracy": p, "low": (middle - spread) / scale, "high": (middle + spread) / scale, "total": total}


def _element(name, text="", **attributes):
    given = "".join(f' {k.replace("_", "-")}="{html.escape(str(v))}"' for k, v in attributes.items())
    return f"<{name}{given}>{text}</{name}>"


def _frame(parts, width, height):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'font-family="sans-serif" font-size="11"><rect width="{width}" height="{height}" fill="#ffffff"/>'
            + "".join(parts) + "</svg>")


def _bars(bars, title, top=None, lines=(), width=760, height=280):
    """Bars of (name, component, value, error), coloured by component."""
    left, right, above, bottom = 52, 12, 24, height - 36
    top = top or max([v + (e or 0) for _, _, v, e in bars] + [0]) or 1.0
    each = (width - left - right) / max(1, len(bars))
    components = list(dict.fromkeys(b[1] for b in bars))

    def y(value):
        return bottom - value / top * (bottom - above)

    parts = []
    for i in range(5):
        value = top * i / 4
        parts.append(_element("line", x1=left, x2=width - right, y1=round(y(value), 2), y2=round(y(value), 2),
                              stroke="#d9dce1"))
        parts.append(_element("text", f"{value:.3g}", x=left - 6, y=round(y(value) + 4, 2), text_anchor="end",
                              fill="#5f6671"))
    for i, (name, component, value, error) in enumerate(bars):
        x = left + i * each
        parts.append(_element("rect", _element("title", html.escape(f"{name}: {value:.4g}")),
                              x=round(x + 0.1 * each, 2), width=round(max(0.5, 0.8 * each), 2),
                              y=round(y(value), 2), height=round(bottom - y(value), 2),
                              fill=COLOURS[components.index(component) % len(COLOURS)]))
        if error:
            middle = round(x + each / 2, 2)
            parts.append(_element("line", x1=middle, x2=middle, y1=round(y(value + error), 2),
                                  y2=round(y(max(0, value - error)), 2), stroke="#1c2024"))
    for name, value in lines:
        if isinstance(value, (int, float)) and value <= top:
            parts.append(_element("line", x1=left, x2=width - right, y1=round(y(value), 2), y2=round(y(value), 2),
                                  stroke="#1c2024", stroke_dasharray="5 4"))
            parts.append(_element("text", name, x=width - right, y=round(y(value) - 3, 2), text_anchor="end"))
    parts.append(_element("text", html.escape(title), x=left, y=14, font_weight="bold"))
    for i, component in enumerate(components):
        of = [k for k, b in enumerate(bars) if b[1] == component]
        parts.append(_element("text", html.escape(component), x=round(left + (of[0] + len(of) / 2) * each, 2),
                              y=bottom + 18, text_anchor="middle",
                              fill=COLOURS[i % len(COLOURS)]))
    return _frame(parts, width, height)


def _lines(rows, x_name, y_name, series_name, width=760, height=320):
    """A line for each series, over the mean of the rows with the same x."""
    rows = [r for r in rows if r.get(x_name) is not None and r.get(y_name) is not None]
    if not rows:
        return ""
    left, right, above, bottom = 52, 12, 24, height - 40
    xs, ys = [r[x_name] for r in rows], [r[y_name] for r in rows]
    low_x, high_x, low_y, high_y = min(xs), max(xs), min(0, min(ys)), max(ys) or 1

    def place(x, y):
        return (round(left + (x - low_x) / ((high_x - low_x) or 1) * (width - left - right), 2),
                round(bottom - (y - low_y) / ((high_y - low_y) or 1) * (bottom - above), 2))

    parts = [_element("text", html.escape(f"{y_name} against {x_name}"), x=left, y=14, font_weight="bold")]
    for i in range(5):
        value = low_y + (high_y - low_y) * i / 4
        at = place(low_x, value)[1]
        parts.append(_element("line", x1=left, x2=width - right, y1=at, y2=at, stroke="#d9dce1"))
        parts.append(_element("text", f"{value:.3g}", x=left - 6, y=at + 4, text_anchor="end", fill="#5f6671"))
        across = low_x + (high_x - low_x) * i / 4
        parts.append(_element("text", f"{across:.3g}", x=place(across, low_y)[0], y=bottom + 16,
                              text_anchor="middle", fill="#5f6671"))
    for i, name in enumerate(dict.fromkeys(r[series_name] for r in rows)):
        colour = COLOURS[i % len(COLOURS)]
        means = {}
        for r in rows:
            if r[series_name] == name:
                means.setdefault(r[x_name], []).append(r[y_name])
        points = [place(x, sum(v) / len(v)) for x, v in sorted(means.items())]
        parts.append(_element("polyline", points=" ".join(f"{x},{y}" for x, y in points), fill="none",
                              stroke=colour, stroke_width=2))
        parts += [_element("circle", cx=x, cy=y, r=3, fill=colour) for x, y in points]
        parts.append(_element("text", html.escape(str(name)), x=left + 6, y=round(bottom - 8 - 14 * i, 2),
                              fill=colour))
    return _frame(parts, width, height)
