import subprocess
import sys

CHECK = "import sys, mockapi.app; print(sorted({'numpy', 'holidays'} & set(sys.modules)))"


def test_server_without_readings_imports_no_numpy():
    completed = subprocess.run(
        [sys.executable, "-c", CHECK], capture_output=True, text=True, check=True
    )
    assert completed.stdout.strip() == "[]"
