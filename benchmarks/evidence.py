"""How the time to verify evidence grows with the number of spans, on texts that are made up.

    python benchmarks/evidence.py

Each text has segments of twelve words, and six spans in each, one for each cell of a table of facts. Measured
is the verification alone, with the tables already read: without the text, against the text, and against a
copy in which a word was changed in every hundredth segment. The sizes take turns, so that a change of the
machine's speed meets all of them.
"""

import itertools
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from factpack.evidence.canonical import NORMALIZATION, fingerprint
from factpack.evidence.model import COLUMNS
from factpack.evidence.tables import Workspace
from factpack.evidence.verification import verify_evidence
from factpack.package import open_package
from factpack.writing import csv_bytes

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 5
WORDS_A_SEGMENT, SPANS_A_SEGMENT = 12, 6


def make_package(folder: Path, spans: int) -> tuple[Path, Path, Path]:
    """Write a package of so many spans; return its descriptor, its document, and a copy that has changed."""
    draw = random.Random(spans)
    facts, segments, evidence = [], [], []
    sentences, changed, position = [], [], 0
    for number in range(spans // SPANS_A_SEGMENT + 1):
        words = [f"w{draw.randrange(5000)}" for _ in range(WORDS_A_SEGMENT)]
        sentence = " ".join(words)
        segment = [
            "d",
            f"p{number}",
            number + 1,
            number + 1,
            "sentence",
            position,
            position + len(sentence) + 1,
        ]
        segments.append([*map(str, segment), fingerprint(sentence + " ")])
        starts = [position + len(" ".join(words[:at])) + (at > 0) for at in range(WORDS_A_SEGMENT)]
        for at in range(0, WORDS_A_SEGMENT, WORDS_A_SEGMENT // SPANS_A_SEGMENT):
            key, value = f"f{len(facts)}", " ".join(words[at : at + 2])
            facts.append([key, value])
            place = [starts[at], starts[at] + len(value)]
            digest = fingerprint(value)
            row = ["facts", key, "value", "d", f"p{number}", *map(str, place), "verbatim", "", digest, digest]
            evidence.append(row)
        position += len(sentence) + 1
        sentences.append(sentence)
        changed.append(" ".join(["other", *words[1:]]) if number % 100 == 50 else sentence)
    text = " ".join(sentences)
    segments[-1][6], segments[-1][7] = str(len(text)), fingerprint(sentences[-1])
    tables = {
        "documents": [["d", NORMALIZATION, str(len(text)), fingerprint(text)]],
        "segments": segments,
        "evidence": evidence,
    }
    resources = []
    for name, rows in [*tables.items(), ("facts", facts)]:
        columns = COLUMNS.get(name, ("key", "value"))
        (folder / f"{name}.csv").write_bytes(csv_bytes(columns, rows))
        fields = [{"name": column, "type": "string"} for column in columns]
        if name == "facts":
            fields[1]["provenance"] = "document"
        schema = {"fields": fields, "primaryKey": [columns[0]]}
        resources.append({"name": name, "path": f"{name}.csv", "schema": schema})
    descriptor = {"name": "made-up", "resources": resources, "evidence": {name: name for name in tables}}
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    (folder / "text.txt").write_text(text)
    (folder / "changed.txt").write_text(" ".join(changed))
    return folder / "datapackage.json", folder / "text.txt", folder / "changed.txt"


def main() -> None:
    """Measure, and print a table in Markdown."""
    runs: dict[tuple[str, int], Callable[[], object]] = {}
    with tempfile.TemporaryDirectory() as base:
        for size in SIZES:
            folder = Path(base) / str(size)
            folder.mkdir()
            descriptor, text, changed = make_package(folder, size)
            workspace = Workspace(open_package(descriptor))
            tables = workspace.lexical()
            for name, copies in {
                "no text": {},
                "the text": {"d": text},
                "a changed copy": {"d": changed},
            }.items():
                runs[name, size] = lambda p=workspace.package, t=tables, c=copies: verify_evidence(p, t, c)
        times: dict[tuple[str, int], list[float]] = {run: [] for run in runs}
        for _ in range(ROUNDS):
            for run, check in runs.items():
                start = time.perf_counter()
                check()
                times[run].append(time.perf_counter() - start)
    print(f"Python {sys.version.split()[0]}, medians of {ROUNDS} interleaved rounds, seconds.\n")
    print("| verified against | " + " | ".join(f"{size:,} spans" for size in SIZES) + " | growth a decade |")
    print("|---|" + "---|" * (len(SIZES) + 1))
    for name in dict.fromkeys(name for name, _ in runs):
        medians = [statistics.median(times[name, size]) for size in SIZES]
        growth = ", ".join(f"{after / before:.1f}" for before, after in itertools.pairwise(medians))
        print(f"| {name} | " + " | ".join(f"{value:.3f}" for value in medians) + f" | {growth} |")


if __name__ == "__main__":
    main()
