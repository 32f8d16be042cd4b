"""Runs whole processes in turns, from their start to their end; tells how long they took and what memory."""

import statistics
import subprocess
import sys
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)

#: Starts a command from a small process: a process's peak includes the memory of the one that started it.
LAUNCHER = """
import os, sys, time
output, *command = sys.argv[1:]
flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
to_output = [(os.POSIX_SPAWN_OPEN, 1, output, flags, 0o644)]
start = time.perf_counter()
child = os.posix_spawn(command[0], command, os.environ, file_actions=to_output)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - start
print(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
"""
#: The unit of `ru_maxrss`, in bytes.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, kw_only=True)
class Job:
    """A command that runs in a folder and prints into a file, and how it may end."""

    command: Sequence[str]
    folder: Path
    output: Path
    exit_codes: Sequence[int] = (0,)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a job: how long it took, on the clock and of all processors, and the most memory it held."""

    seconds: float
    processor_seconds: float
    megabytes: float


def run(job: Job) -> Run:
    """Run a job, and raise SystemExit where it ends otherwise than it may."""
    launch = (sys.executable, "-S", "-c", LAUNCHER, str(job.output.absolute()), *job.command)
    done = subprocess.run(launch, cwd=job.folder, capture_output=True, text=True, check=True)
    seconds, of_processors, peak, code = done.stdout.split()
    if int(code) not in job.exit_codes:
        raise SystemExit(f"{' '.join(job.command)}\nended with {code}:\n{done.stderr[-2000:]}")
    return Run(
        seconds=float(seconds),
        processor_seconds=float(of_processors),
        megabytes=int(peak) * RSS_UNIT / 1e6,
    )


def rounds(jobs: Mapping[Name, Job], count: int) -> dict[Name, list[Run]]:
    """Run jobs in turn, so many times, so that a change of the machine's speed meets all of them.

    Each round begins with another job, since the one that comes after a long one finds its memory taken back.
    """
    runs: dict[Name, list[Run]] = {name: [] for name in jobs}
    names = list(jobs)
    for number in range(count):
        first = number % len(names)
        for name in (*names[first:], *names[:first]):
            runs[name].append(run(jobs[name]))
    return runs


def seconds(runs: Sequence[Run]) -> list[float]:
    """Return how long each of some runs took."""
    return [run.seconds for run in runs]


def processor_seconds(runs: Sequence[Run]) -> float:
    """Return the median of the seconds that all processors together spent on runs."""
    return statistics.median(run.processor_seconds for run in runs)


def peak(runs: Sequence[Run]) -> float:
    """Return the median of the most memory that runs held, in megabytes."""
    return statistics.median(run.megabytes for run in runs)
