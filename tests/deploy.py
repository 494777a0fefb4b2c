"""Whether nginx accepts docs/deploy/nginx.conf: ``python -m tests.deploy``, where nginx is."""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conftest import ROOT

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


def main() -> int:
    """Say what nginx says of the configuration; return how it ended."""
    if NGINX is None:
        sys.stdout.write("nginx is er niet; op Debian: apt install nginx-light\n")
        return 2
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(ROOT / "docs" / "deploy" / "nginx.conf", folder)
        command = [NGINX, "-t", "-c", str(folder / "nginx.conf"), "-g", f"pid {folder}/pid;"]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
