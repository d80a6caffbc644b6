#!/bin/sh
#SBATCH --job-name=readings
#SBATCH --array=0-7
#SBATCH --cpus-per-task=2
#SBATCH --mem=2G
mockapi export --scenario portfolio --from 2025 --to 2026 \
    --partition month --out /scratch/readings \
    --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"
