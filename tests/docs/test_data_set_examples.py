"""Examples of data sets: Dask, SLURM and Kubernetes."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from mockapi import datasets

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "data-sets"
SCENARIO = """\
seed: 5
clock: 2026-06-01T09:00:00Z
interval: P1D
portfolio: {count: 20, mix: {office: 1}, countries: [FR], meters: electricity}
"""


@pytest.mark.skipif(find_spec("distributed") is None, reason="dask[distributed] is not installed")
def test_dask_workers_write_the_readings(tmp_path: Path):
    found = subprocess.run(
        [sys.executable, EXAMPLES / "dask_cluster.py", tmp_path],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    whole = datasets.readings("demo", None, "2026-05-01", "2026-05-08")
    sites = datasets.sites("demo")["site"].to_pylist()
    assert found.stdout == f"{whole.num_rows:,} readings of {len(sites)} sites\n"
    for each in sites[:3]:
        table = datasets.readings("demo", [each], "2026-05-01", "2026-05-08")
        assert pq.read_table(tmp_path / f"{each}.parquet").equals(table, check_metadata=True)


def run_shard(command: list, index: int, count: int) -> None:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SLURM_ARRAY_TASK_ID": str(index),
        "SLURM_ARRAY_TASK_COUNT": str(count),
    }
    subprocess.run(command, env=environment, capture_output=True, check=True)


def assert_is_whole(folder: Path, scenario: Path) -> None:
    """Check that the data set in *folder* has all readings of 2025."""
    whole = datasets.readings(str(scenario), None, "2025", "2026")
    assert pq.read_table(folder).num_rows == whole.num_rows > 5_000


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "offices.yaml"
    path.write_text(SCENARIO)
    return path


def test_slurm_array_writes_all_shards(scenario, tmp_path: Path):
    text = (EXAMPLES / "slurm.sh").read_text("utf-8")
    assert "#SBATCH --array=0-7" in text
    script = text.replace("portfolio", str(scenario)).replace("/scratch/readings", f"{tmp_path}/a")
    (tmp_path / "job.sh").write_text(script)
    for index in range(2):
        run_shard(["sh", tmp_path / "job.sh"], index, 2)
    assert_is_whole(tmp_path / "a", scenario)


def test_kubernetes_job_writes_all_shards(scenario, tmp_path: Path):
    job = yaml.safe_load((EXAMPLES / "kubernetes-job.yaml").read_text("utf-8"))["spec"]
    container = job["template"]["spec"]["containers"][0]
    completions = job["completions"]
    assert f"--shard=$(JOB_COMPLETION_INDEX)/{completions}" in container["args"]
    new = {
        "--scenario=portfolio": f"--scenario={scenario}",
        "--out=/data/readings": f"--out={tmp_path}/a",
    }
    for index in range(2):
        shard = f"--shard={index}/2"
        args = [shard if "--shard" in each else new.get(each, each) for each in container["args"]]
        run_shard(["mockapi", *args], index, 2)
    assert_is_whole(tmp_path / "a", scenario)
