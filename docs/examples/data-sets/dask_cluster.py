"""Compute readings in two processes of a Dask cluster, and write a Parquet file per site."""

import sys
from pathlib import Path

import pyarrow.parquet as pq
from dask.distributed import Client, LocalCluster

from mockapi import datasets

SCENARIO = "demo"
WINDOW = ("2026-05-01", "2026-05-08")


def write(site: str, folder: str) -> int:
    """Write the readings of *site*, and return their number."""
    table = datasets.readings(SCENARIO, [site], *WINDOW)
    pq.write_table(table, Path(folder) / f"{site}.parquet")
    return table.num_rows


def main(folder: str) -> None:
    ids = datasets.sites(SCENARIO)["site"].to_pylist()
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        counts = client.gather(client.map(write, ids, folder=folder))
    print(f"{sum(counts):,} readings of {len(ids)} sites")


if __name__ == "__main__":
    main(*sys.argv[1:])
