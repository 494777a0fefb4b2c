"""What stands in deploy/ is checked by the program that it is for, where that is installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed; `apt install nginx-light`")
def test_nginx_accepts_its_configuration(tmp_path: Path) -> None:
    shutil.copy(ROOT / "deploy" / "nginx.conf", tmp_path)
    done = subprocess.run(
        [str(NGINX), "-t", "-c", str(tmp_path / "nginx.conf"), "-g", f"pid {tmp_path}/pid;"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "test is successful" in done.stderr, done.stderr
