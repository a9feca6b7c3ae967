"""A command -> what it took."""

import os
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ran:
    """What a process took: seconds of CPU, user and system, and MiB at the most."""

    cpu: float
    peak: float


def ran(*command: str) -> Ran:
    """Run a command to its end."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    return Ran(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
