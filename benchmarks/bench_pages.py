"""Show what a page costs, beside the least Django can do, a plain Wagtail list and django-oscar, in the same run.

Each site is served by one gunicorn worker that shares one core with PostgreSQL; wrk asks from the other core. CPU is
what server and database spent per answered request, read from /proc. django-oscar lives in an environment of its own
below .var/, made at the first run. Needs wrk (apt-get install wrk) and two cores.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.postgres import EphemeralPostgres

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "benchmarks" / "peers"
OSCAR = ROOT / ".var" / "bench" / "oscar"
SECONDS, CONNECTIONS, PORT = 4, 4, 8099
LISTED = 24
SIGNS = {
    "shop of 24 offers": "Small product",
    "shop of 400 offers": "Large product",
    "lean list": "<li>",
    "Wagtail list": "<li>",
}
TICKS = os.sysconf("SC_CLK_TCK")
TOKEN = "b" * 32  # stands in cookie and header: all that the check against forged forms asks for

POST = """
local sessions = {{{sessions}}}
local n = tonumber(os.getenv("ASKED_BEFORE"))
math.randomseed(os.time())
request = function()
  n = n + 1
  local body
  if "{field}" == "key" then
    local key = string.format("%08x-%04x-4%03x-8%03x-%012x", math.random(0, 0x7fffffff), math.random(0, 65535),
      math.random(0, 4095), math.random(0, 4095), n)
    body = "key=" .. key .. "&community=0"
  else
    body = "{field}=" .. (n % 3 + 1)
  end
  return wrk.format("POST", nil, {{["Content-Type"] = "application/x-www-form-urlencoded",
    ["Cookie"] = "sessionid=" .. sessions[n % #sessions + 1] .. "; csrftoken={token}",
    ["X-CSRFToken"] = "{token}"}}, body)
end
"""


@dataclass(frozen=True)
class Figures:
    """CPU milliseconds of server and database per request, requests per second, and how long answers took."""

    cpu: float
    rate: float
    half: str
    worst: str


def main() -> int:
    for program in ("wrk", "taskset"):
        if shutil.which(program) is None:
            print(f"This benchmark needs {program}: apt-get install wrk util-linux")
            return 1
    figures: dict[str, Figures] = {}
    server = EphemeralPostgres(durable=True)
    try:
        url = server.start()
        os.sched_setaffinity(server.process.pid, {0})
        figures |= _ours(url, server)
        figures |= _peer(url, server, "floor", "benchmarks.peers.floor", {"hello": "/hello/", "lean list": "/list/"})
        figures |= _peer(url, server, "plain", "benchmarks.peers.wagtail_list.site", {"Wagtail list": "/"})
        figures |= _oscar(url, server)
    finally:
        server.stop()
    return _report(figures)


def _ours(url: str, server: EphemeralPostgres) -> dict[str, Figures]:
    environment = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "benchmarks.page_settings", "SITE_URL": "http://127.0.0.1",
                   "VAR_DIR": str(ROOT / ".var" / "bench" / "cabas")}  # fmt: skip
    said = _run([sys.executable, "-m", "benchmarks.page_market"], environment)
    wanted: dict[str, Any] = json.loads(said.split("BENCH ")[1])
    with _serving([sys.executable, "-m", "gunicorn"], "config.wsgi:application", environment, ROOT) as pid:
        figures = {name: _ask(pid, server, path, sign=SIGNS.get(name, "")) for name, path in wanted["pages"].items()}
        shop = wanted["pages"]["shop of 24 offers"]
        for name in ("home", "index", "producer", "shop of 24 offers"):  # a cookie, and nothing kept is given
            figures[f"{name}, made anew"] = _ask(pid, server, wanted["pages"][name], cookie="any=other")
        figures["shop, signed in"] = _ask(pid, server, shop, cookie=f"sessionid={wanted['session']}")
        for name, (path, field, sessions) in wanted["forms"].items():
            script = ROOT / ".var" / "bench" / "form.lua"
            listed = ", ".join(f'"{session}"' for session in sessions)
            script.write_text(POST.format(field=field, sessions=listed, token=TOKEN))
            figures[name] = _ask(pid, server, path, script=script)
    return figures


def _peer(url: str, server: EphemeralPostgres, name: str, module: str, pages: dict[str, str]) -> dict[str, Figures]:
    environment = {"DATABASE_URL": _another_database(url, name)}
    _run([sys.executable, "-m", module], environment)
    with _serving([sys.executable, "-m", "gunicorn"], f"{module}:application", environment, ROOT) as pid:
        return {page: _ask(pid, server, path, sign=SIGNS.get(page, "")) for page, path in pages.items()}


def _oscar(url: str, server: EphemeralPostgres) -> dict[str, Figures]:
    python = OSCAR / "bin" / "python"
    if not python.exists():
        print("· making an environment for django-oscar", flush=True)
        uv = shutil.which("uv") or str(ROOT / ".venv-tools/bin/uv")
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, OSCAR], check=True)
        packages = [
            "django-oscar>=4.2,<5", "django>=5.2,<5.3", "psycopg[binary]>=3.3", "gunicorn>=27", "sorl-thumbnail",
            "easy-thumbnails", "whoosh",
        ]  # fmt: skip
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, *packages], check=True
        )
    environment = {"DATABASE_URL": _another_database(url, "oscar"), "PYTHONPATH": ""}
    _run([str(python), str(PEERS / "oscar.py")], environment, folder=OSCAR)
    # The file is loaded under another name: `oscar` is the library.
    module = OSCAR / "oscar_site.py"
    module.write_text((PEERS / "oscar.py").read_text())
    with _serving([str(python), "-m", "gunicorn"], "oscar_site:application", environment, OSCAR) as pid:
        return {"Oscar list": _ask(pid, server, "/catalogue/", sign="product_pod")}


def _another_database(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return url.replace("/postgres?", f"/{name}?")


def _run(command: list[str], environment: dict[str, str], folder: Path = ROOT) -> str:
    (ROOT / ".var" / "bench").mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command, env={**os.environ, **environment}, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr[-3000:]}")
    return done.stdout


@contextlib.contextmanager
def _serving(gunicorn: list[str], application: str, environment: dict[str, str], folder: Path) -> Iterator[int]:
    """Serve a site with one worker on the first core; give the pid of its master."""
    command = ["taskset", "-c", "0", *gunicorn, application, "--workers", "1", "--bind", f"127.0.0.1:{PORT}",
               "--log-level", "error", "--keep-alive", "30"]  # fmt: skip
    process = subprocess.Popen(command, env={**os.environ, **environment}, cwd=folder)
    try:
        for _attempt in range(200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=20).close()
                break
            if process.poll() is not None:
                sys.exit(f"{application} did not start")
            time.sleep(0.1)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _ask(
    pid: int, server: EphemeralPostgres, path: str, *, script: Path | None = None, sign: str = "", cookie: str = ""
) -> Figures:
    """Ask for a page over and over; `sign` must stand on it once for every thing a list shows."""
    address = f"http://127.0.0.1:{PORT}{path}"
    # One worker answers one request at a time; a form of one household is sent by one.
    connections = 1 if script else CONNECTIONS
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", "--latency"]
    command += ["-s", str(script)] if script else []
    command += ["-H", f"Cookie: {cookie}"] if cookie else []
    if script is None:  # the first look draws the pictures in the sizes the page needs
        with urllib.request.urlopen(address, timeout=60) as answer:
            if sign and answer.read().decode().count(sign) < LISTED:
                sys.exit(f"{path} does not list {LISTED} things")
    warm = subprocess.run([*command, "-d1s", address], check=True, capture_output=True, text=True, env=_asked(0)).stdout
    asked = int(re.search(r"(\d+) requests in", warm)[1])  # type: ignore[index]
    before = _cpu(pid) + _cpu(server.process.pid)
    measured = [*command, f"-d{SECONDS}s", address]
    said = subprocess.run(measured, check=True, capture_output=True, text=True, env=_asked(asked + 1)).stdout
    spent = _cpu(pid) + _cpu(server.process.pid) - before
    if "Non-2xx" in said:
        sys.exit(f"{path} was answered with errors:\n{said}")
    answered = int(re.search(r"(\d+) requests in", said)[1])  # type: ignore[index]
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    half, worst = (re.search(rf"^ +{percent}% +(\S+)", said, re.MULTILINE)[1] for percent in (50, 99))  # type: ignore[index]
    return Figures(1000 * spent / answered, rate, half, worst)


def _asked(before: int) -> dict[str, str]:
    """Tell the script of a form how many were sent, so that each of many households sends its own once."""
    return {**os.environ, "ASKED_BEFORE": str(before)}


def _cpu(root: int) -> float:
    """Seconds of processor time a process and everything below it have used."""
    children: dict[int, list[int]] = {}
    used: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            words = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            children.setdefault(int(words[1]), []).append(int(folder.name))
            used[int(folder.name)] = sum(int(word) for word in words[11:15])
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        total += used.get(pid, 0)
        waiting += children.get(pid, [])
    return total / TICKS


def _report(figures: dict[str, Figures]) -> int:
    print(f"\n{'page':<22}{'CPU ms':>8}{'per s':>9}{'p50':>10}{'p99':>10}")
    for name, figure in figures.items():
        print(f"{name:<22}{figure.cpu:>8.1f}{figure.rate:>9.1f}{figure.half:>10}{figure.worst:>10}")
    shop = figures["shop of 24 offers"].cpu
    results = [
        ("market list / lean list", shop / figures["lean list"].cpu, "at most", 3.0),
        ("Oscar list / market list", figures["Oscar list"].cpu / shop, "at least", 5.0),
        ("place order, CPU ms", figures["place order"].cpu, "at most", 25.0),
    ]
    print()
    kept = True
    for name, value, word, limit in results:
        good = value <= limit if word == "at most" else value >= limit
        kept &= good
        print(f"{name}: {value:.2f} ({word} {limit:g}{'' if good else ', NOT KEPT'})")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
