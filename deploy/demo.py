"""Serve the demo: migrate, build the community once, then run web server, worker and clock until Ctrl-C.

Everything lives in .var/demo. PORT chooses another port, DATABASE_URL another database.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / ".var" / "demo"
PORT = int(os.environ.get("PORT", "8000"))
ADDRESS = f"http://127.0.0.1:{PORT}"
ENVIRONMENT = {
    **os.environ,
    "DEBUG": "1",
    "VAR_DIR": str(VAR),
    "SITE_URL": ADDRESS,
    "EMAIL_URL": f"filemail:///{VAR}/mail",
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    "STRIPE_FAKE": "1",
    "STRIPE_WEBHOOK_SECRET": "whsec_demo",
}


def manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=ENVIRONMENT, check=True)


def start(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=ROOT, env=ENVIRONMENT)


def port_is_free() -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", PORT)) != 0


def wait_until_it_answers(server: subprocess.Popen[bytes]) -> bool:
    for _attempt in range(300):
        if server.poll() is not None:
            return False
        with contextlib.suppress(OSError):
            urllib.request.urlopen(ADDRESS + "/en/accounts/login/", timeout=5).close()
            return True
        time.sleep(0.2)
    return False


def main() -> int:
    if not port_is_free():
        print(f"Port {PORT} is in use. Stop what runs there, or choose another: PORT=8001 make demo")
        return 1
    VAR.mkdir(parents=True, exist_ok=True)
    print("· preparing the database", flush=True)
    subprocess.run([sys.executable, "-m", "tests.messages", "compile"], cwd=ROOT, env=ENVIRONMENT, check=True)
    manage("migrate", "--verbosity", "0")
    manage("seed_demo", "--if-empty", "--quiet-cast")
    server = start("runserver", "--noreload", "--verbosity", "0", f"127.0.0.1:{PORT}")
    others = [start("db_worker", "--no-reload", "--verbosity", "0")]
    try:
        if not wait_until_it_answers(server):
            print("The web server did not start; its words stand above.")
            return 1
        manage("seed_demo", "--cast")
        print(
            f"\nThe market is open: {ADDRESS}/   (mails are kept in {(VAR / 'mail').relative_to(ROOT)}; Ctrl-C ends it)"
        )
        for words, path in (
            ("what is on offer this week", "/en/cycles/"),
            ("the coordinator's and everybody's first page", "/en/home/"),
            ("the treasurer's proof", "/en/treasury/"),
        ):
            print(f"  {ADDRESS}{path}".ljust(48) + words)
        sys.stdout.flush()
        while server.poll() is None:
            # The clock: every minute, like the timer of a production machine.
            subprocess.run(
                [sys.executable, "manage.py", "tick"], cwd=ROOT, env=ENVIRONMENT, check=False, stdout=subprocess.DEVNULL
            )
            for _second in range(60):
                if server.poll() is not None:
                    break
                time.sleep(1)
        return server.returncode
    except KeyboardInterrupt:
        print("\nClosing the market.")
        return 0
    finally:
        for process in (server, *others):
            process.send_signal(signal.SIGINT)
        for process in (server, *others):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


def end(*_signal: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end)
    sys.exit(main())
