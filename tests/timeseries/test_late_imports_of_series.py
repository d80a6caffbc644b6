import subprocess
import sys

CHECK = "import sys, mockapi.app; print(sorted({'numpy', 'holidays'} & set(sys.modules)))"


def test_a_server_that_serves_no_readings_yet_does_without_numpy_and_holidays():
    told = subprocess.run([sys.executable, "-c", CHECK], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
