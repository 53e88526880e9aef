"""A SLURM of one node from Debian's packages, set up and torn down again.

Needs root on Debian, since the daemons want a configuration in /etc/slurm (the executor takes
SLURM's variables away from its jobs, so no other place would be found). Nothing that was there
before is touched: where a SLURM is configured, none is made.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = ["slurmctld", "slurmd", "slurm-client", "munge"]
CONFIGURED = Path("/etc/slurm/slurm.conf")
STATE = Path("/run/affordability-slurm")
PARTITION = "main"
# No cgroups and no accounting, as in a container; memory is watched each second.
CONF = """ClusterName=affordability
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={state}/munge/socket
StateSaveLocation={state}/controller
SlurmdSpoolDir={state}/node
SlurmctldPidFile={state}/slurmctld.pid
SlurmdPidFile={state}/slurmd.pid
SlurmctldLogFile={state}/slurmctld.log
SlurmdLogFile={state}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/none
ReturnToService=2
MinJobAge=600
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName={partition} Nodes=ALL Default=YES State=UP DefMemPerCPU=500
"""


def why_not() -> str | None:
    """Return why no SLURM can be set up here, or None if one can."""
    if not sys.platform.startswith("linux"):
        return "SLURM runs on Linux"
    if os.geteuid() != 0:
        return "setting up SLURM takes root: /etc/slurm and its daemons"
    if CONFIGURED.exists():
        return f"a SLURM is configured here already ({CONFIGURED}); this one would be in its way"
    if not all(map(shutil.which, ("slurmctld", "slurmd", "munged"))) and not shutil.which(
        "apt-get"
    ):
        return "neither SLURM nor apt-get is here to get it with"
    return None


def installed() -> bool:
    """Return whether the daemons and the client are here."""
    return all(map(shutil.which, ("slurmctld", "slurmd", "munged", "sbatch")))


def install() -> None:
    """Install Debian's packages where they are not; none of their services is started."""
    if installed():
        return
    quiet = {"stdout": subprocess.DEVNULL, "check": True}
    subprocess.run(["apt-get", "update"], **quiet)
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES]
    subprocess.run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, **quiet)


@contextmanager
def running() -> Iterator[None]:
    """Run the daemons, ready for jobs; end them, and take away what was made for them."""
    shutil.rmtree(STATE, ignore_errors=True)
    for name in ("munge", "controller", "node"):
        (STATE / name).mkdir(parents=True)
    shutil.chown(STATE / "munge", "munge", "munge")
    made = not CONFIGURED.parent.exists()
    CONFIGURED.parent.mkdir(exist_ok=True)
    host = socket.gethostname().split(".")[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20 * 3 // 4
    conf = CONF.format(
        host=host, state=STATE, cpus=os.cpu_count(), memory=memory, partition=PARTITION
    )
    CONFIGURED.write_text(conf, encoding="utf-8")
    daemons: list[subprocess.Popen] = []
    try:
        start_all(daemons)
        yield
    finally:
        subprocess.run(["scancel", "--user=root"], check=False, capture_output=True)
        for daemon in reversed(daemons):
            daemon.terminate()
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
        CONFIGURED.unlink()
        if made:
            CONFIGURED.parent.rmdir()
        shutil.rmtree(STATE, ignore_errors=True)


def start_all(daemons: list[subprocess.Popen]) -> None:
    """Start munge, the controller and the node, each when the one before answers."""
    munge = STATE / "munge"
    key = munge / "key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o400)
    shutil.chown(key, "munge", "munge")
    as_munge = ["runuser", "-u", "munge", "--", "munged", "--foreground"]
    places = {"key-file": "key", "socket": "socket", "pid-file": "pid", "seed-file": "seed"}
    options = [f"--{option}={munge / name}" for option, name in places.items()]
    daemons.append(quietly([*as_munge, *options], "munged"))
    until("munge does not answer", lambda: (munge / "socket").exists())
    daemons.append(quietly(["slurmctld", "-D"], "slurmctld"))
    until("slurmctld does not answer", lambda: "UP" in said("scontrol", "ping"))
    daemons.append(quietly(["slurmd", "-D"], "slurmd"))
    until("the node is not idle", lambda: "idle" in said("sinfo", "--noheader", "-o", "%T"))


def quietly(command: list[str], name: str) -> subprocess.Popen:
    """Start a daemon whose words go to a file."""
    with (STATE / f"{name}.out").open("wb") as file:
        return subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)


def said(*command: str) -> str:
    """Return what a command prints, whether or not it succeeds."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def until(complaint: str, happened, seconds: float = 30) -> None:
    """Wait until something is so; stop with the complaint and the daemons' words if it is not."""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            words = "\n".join(p.read_text(errors="replace") for p in STATE.glob("*.out"))
            raise RuntimeError(f"{complaint} after {seconds} s\n{words}")
        time.sleep(0.2)


def environment() -> dict[str, str]:
    """Return the environment of a run: this one without what a test runner or make left in it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "MAKE", "SLURM"))}
    return {**kept, "MPLBACKEND": "Agg"}
