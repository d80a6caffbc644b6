"""Statistics of a series of readings that distinguish buildings from simple noise.

Hourly statistics, on the local clock:

- `load_factor`: mean / 99.9 % quantile; `base_peak`: 2.5 % / 97.5 % quantile
- `night_day`: weekdays 01-05 h / 10-16 h; `we_wd`: weekends / weekdays
- `di_amp`, `seas_amp`: range of the weekday profile and of the month means, over their means
- `acf1`, `acf24`, `acf168`: autocorrelation at these lags
- `r2_how`: variance that 168 hours of the week explain, after division by a level of 28 days;
  `res_*`: of the residual; `day_*`: of daily means after division by 29 days and by weekday
- `dkurt`, `rough`: excess kurtosis of changes; deviation of changes / deviation of values
- `wow`: median change against the week before
- `shape_corr`: median correlation of weekdays with their mean; `peakhr_sd`: deviation of their peak
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Steps = NDArray[np.int64]
Statistics = dict[str, float]

HOUR, DAY = 3_600, 86_400
_WEEK = 168
_MONDAY = 3  # 1970 began on a Thursday
_FEWEST = 20
_EXACT = 1e-6
"""Deviation below which a residual is a rounding error."""


def autocorrelation(values: Floats, lag: int) -> float:
    """Return the autocorrelation at *lag*, without missing values; NaN where undefined."""
    present = np.isfinite(values)
    if present.sum() <= _FEWEST or len(values) <= lag + 2:
        return np.nan
    centred = np.where(present, values - np.nanmean(values), 0.0)
    pairs = (present[:-lag] & present[lag:]).sum()
    variance = (centred * centred).sum() / present.sum()
    if pairs <= _FEWEST or variance <= 0:
        return np.nan
    return float((centred[:-lag] * centred[lag:]).sum() / pairs / variance)


def moment(values: Floats, order: int) -> float:
    """Return the standardised moment, skewness (3) or excess kurtosis (4); NaN if constant."""
    values = values[np.isfinite(values)]
    if len(values) < _FEWEST or values.std() <= 1e-12 * np.abs(values).max():
        return np.nan
    standard = (values - values.mean()) / values.std()
    return float((standard**order).mean() - (3.0 if order == 4 else 0.0))


def rolling_mean(values: Floats, width: int) -> Floats:
    """Return the centred mean over *width* values; NaN where most of them are missing."""
    present = np.isfinite(values)
    totals = np.concatenate([[0.0], np.cumsum(np.where(present, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(present)])
    places = np.arange(len(values))
    low = np.clip(places - width // 2, 0, len(values))
    high = np.clip(places + width // 2 + 1, 0, len(values))
    count = counts[high] - counts[low]
    return np.where(
        count > 0.2 * width, (totals[high] - totals[low]) / np.maximum(count, 1), np.nan
    )


def levelled(values: Floats, width: int) -> Floats:
    """Return *values* over their rolling mean; NaN where that is near zero."""
    level = rolling_mean(values, width)
    return np.where(level > 0.02 * np.nanmean(values), values / level, np.nan)


def group_means(values: Floats, groups: Steps, count: int) -> Floats:
    """Return the mean of *values* per group number below *count*; NaN for an empty group."""
    present = np.isfinite(values)
    sums = np.bincount(groups[present], values[present], count)
    sizes = np.bincount(groups[present], minlength=count)
    return np.where(sizes > 0, sums / np.maximum(sizes, 1), np.nan)


def run_lengths(mask: NDArray[np.bool_]) -> Steps:
    """Return the length of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int64), [0]])))
    return edges[1::2] - edges[::2]


def without_dead_runs(values: Floats, longest_zero: int) -> Floats:
    """Return *values* with NaN where one value lasts for two days, or zero for *longest_zero* h."""
    kept = values.copy()
    changed = np.flatnonzero(np.diff(values) != 0) + 1
    bounds = np.concatenate([[0], changed, [len(values)]])
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        if end - begin > (longest_zero if values[begin] == 0 else 48):
            kept[begin:end] = np.nan
    return kept


def _clock(first_hour: int, count: int) -> tuple[Steps, Steps, Steps]:
    """Return hour of the day, weekday from Monday, and month from 0, of each hour."""
    hours = first_hour + np.arange(count)
    days = hours // 24
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    return hours % 24, (days + _MONDAY) % 7, months


def hourly(values: Floats, first_hour: int, *, south: bool = False) -> Statistics:
    """Return the statistics of consumption per hour; *first_hour* counts from 1970, local."""
    hour, weekday, month = _clock(first_hour, len(values))
    found = _levels(values, hour, weekday)
    found |= _seasons(values, month, south=south)
    found |= {f"acf{lag}": autocorrelation(values, lag) for lag in (1, 24, _WEEK)}
    relative = levelled(values, 24 * 28 + 1)
    of_week = weekday * 24 + hour
    residual = relative - group_means(relative, of_week, _WEEK)[of_week]
    found["r2_how"] = 1 - float(np.nanvar(residual) / np.nanvar(relative))
    found["res_cv"] = float(np.nanstd(residual) / np.nanmean(relative))
    if found["res_cv"] <= _EXACT:
        residual[:] = np.nan
    found["res_acf1"] = autocorrelation(residual, 1)
    found["res_kurt"], found["res_skew"] = moment(residual, 4), moment(residual, 3)
    before, after = values[:-_WEEK], values[_WEEK:]
    used = before > 0.05 * np.nanmean(values)
    found["wow"] = float(np.nanmedian(np.abs(after[used] / before[used] - 1)))
    changes = np.diff(values)
    found["dkurt"] = moment(changes, 4)
    found["rough"] = float(np.nanstd(changes) / np.nanstd(values))
    return found | _days(values, hour, weekday)


def _levels(values: Floats, hour: Steps, weekday: Steps) -> Statistics:
    present = values[np.isfinite(values)]
    low, high, top, peak = np.percentile(present, [2.5, 97.5, 99, 99.9])
    working = weekday < 5
    profile = group_means(values[working], hour[working], 24)
    every_day = group_means(values, hour, 24)
    middle = (profile.max() + profile.min()) / 2
    rising = [each for each in range(3, 15) if profile[each] >= middle]
    falling = [each for each in range(23, 11, -1) if profile[each] >= middle]
    return {
        "mean": float(present.mean()),
        "zero": float(np.mean(present == 0)),
        "neg": float(np.mean(present < 0)),
        "load_factor": float(present.mean() / peak),
        "base_peak": float(low / high),
        "spikes_yr": float(np.sum(present > 3 * top) * 8_760 / len(present)),
        "night_day": float(profile[1:5].mean() / profile[10:16].mean()),
        "we_wd": float(np.nanmean(values[~working]) / np.nanmean(values[working])),
        "di_amp": float((profile.max() - profile.min()) / profile.mean()),
        "ramp_hr": float(rising[0]) if rising else np.nan,
        "fall_hr": float(falling[0]) if falling else np.nan,
        "peak_hr": float(profile.argmax()),
        "noon": float((every_day * np.arange(24)).sum() / every_day.sum()),
    }


def _seasons(values: Floats, month: Steps, *, south: bool) -> Statistics:
    means = group_means(values, month, 12)
    means[np.bincount(month[np.isfinite(values)], minlength=12) <= 200] = np.nan
    if np.isfinite(means).sum() < 10:
        return {}
    summer, winter = np.nanmean(means[[5, 6, 7]]), np.nanmean(means[[11, 0, 1]])
    if south:
        summer, winter = winter, summer
    return {
        "seas_amp": float((np.nanmax(means) - np.nanmin(means)) / np.nanmean(means)),
        "sum_win_h": float(summer / winter) if winter > 0 else np.nan,
        "seas_ratio": float(np.nanmax(means) / max(np.nanmin(means), 1e-12)),
    }


def whole_days(values: Floats, hour: Steps) -> tuple[Floats, int]:
    """Return *values* of whole days, shape (days, 24), and the place of the first."""
    first = int(-hour[0] % 24)
    return values[first : first + (len(values) - first) // 24 * 24].reshape(-1, 24), first


def _days(values: Floats, hour: Steps, weekday: Steps) -> Statistics:
    days, first = whole_days(values, hour)
    counts = np.isfinite(days).sum(axis=1)
    means = np.where(counts >= 20, np.nansum(days, axis=1) / np.maximum(counts, 1), np.nan)
    of_week = weekday[first::24][: len(means)]
    relative = levelled(means, 29)
    residual = relative - group_means(relative, of_week, 7)[of_week]
    found = {"day_cv": float(np.nanstd(residual))}
    found["day_acf1"] = autocorrelation(residual, 1) if found["day_cv"] > _EXACT else np.nan
    working = days[of_week < 5]
    working = working[np.isfinite(working).all(axis=1)]
    working = working[working.std(axis=1) > 0]
    if len(working) > _FEWEST:
        usual = working.mean(axis=0)
        if usual.std() > 0:
            usual = (usual - usual.mean()) / usual.std()
        standard = working - working.mean(axis=1, keepdims=True)
        standard /= working.std(axis=1, keepdims=True)
        found["shape_corr"] = float(np.median((standard * usual).mean(axis=1)))
        found["peakhr_sd"] = float(working.argmax(axis=1).std())
    return found


def solar(values: Floats, first_hour: int) -> Statistics:
    """Return how generation varies under its clear sky: the 95 % quantile of 25 days."""
    days, _ = whole_days(values, _clock(first_hour, len(values))[0])
    peak = np.nanpercentile(values, 99.9)
    clear = np.stack(
        [
            np.nanpercentile(days[max(0, each - 12) : each + 13], 95, axis=0)
            for each in range(len(days))
        ]
    )
    sunny = clear > 0.15 * peak
    index = np.clip(np.where(sunny, days / np.where(clear > 0, clear, 1.0), np.nan), 0, 1.5)
    flat = index.ravel()
    both = np.isfinite(flat[:-1]) & np.isfinite(flat[1:])
    totals, clear_totals = np.nansum(days, axis=1), clear.sum(axis=1)
    daily = np.where(clear_totals > 0, totals / np.maximum(clear_totals, 1e-12), np.nan)
    return {
        "night_zero": float(np.mean(values[np.isfinite(values)] <= 2e-3 * peak)),
        "kc_mean": float(np.nanmean(index)),
        "kc_sd": float(np.nanstd(index)),
        "kc_acf1": float(np.corrcoef(flat[:-1][both], flat[1:][both])[0, 1]),
        "dk_sd": float(np.nanstd(daily)),
        "dk_acf1": autocorrelation(daily, 1),
        "dk_skew": moment(daily, 3),
        "day_cv": float(totals.std() / totals.mean()),
    }


def state(quarters: Floats, first_hour: int) -> Statistics:
    """Return the statistics of a state, such as CO2, per quarter of an hour."""
    hours = np.nanmean(quarters[: len(quarters) // 4 * 4].reshape(-1, 4), axis=1)
    hour, weekday, _ = _clock(first_hour, len(hours))
    present = quarters[np.isfinite(quarters)]
    busy = (hour >= 9) & (hour < 17)
    occupied = np.nanmean(hours[busy & (weekday < 5)])
    night = np.nanmean(hours[hour < 5])
    weekend = np.nanmean(hours[busy & (weekday >= 5)])
    changes = np.diff(quarters)
    fall, rise = np.nanpercentile(changes, [1, 99])
    quantiles = np.percentile(present, [1, 5, 50, 95, 99])
    return {
        **dict(zip(("p1", "p5", "p50", "p95", "p99"), quantiles.tolist(), strict=True)),
        "max": float(present.max()),
        "sd": float(present.std()),
        "skew": moment(present, 3),
        "occ_night": float(occupied - night),
        "we_excess": float((weekend - night) / (occupied - night)),
        "acf1": autocorrelation(hours, 1),
        "acf24": autocorrelation(hours, 24),
        "d15kurt": moment(changes, 4),
        "rough15": float(np.nanstd(changes) / np.nanstd(quarters)),
        "maxd15": float(np.nanmax(np.abs(changes))),
        "rise_fall": float(rise / -fall) if fall < 0 else np.nan,
        "dkurt": moment(np.diff(hours), 4),
        "uniq": len(np.unique(present)) / len(present),
    }


def generator(hours: Floats) -> Statistics:
    """Return how often and how long a stand-by generator runs."""
    present = hours[np.isfinite(hours)]
    runs = run_lengths(present > 0)
    return {
        "zero": float(np.mean(present == 0)),
        "neg": float(np.mean(present < 0)),
        "events_yr": len(runs) * 8_760 / len(present),
        "event_h": float(np.median(runs)) if len(runs) else np.nan,
    }


def collections(days: Floats) -> Statistics:
    """Return how often waste is collected, and how much its weights vary."""
    present = days[np.isfinite(days)]
    collected = present[present > 0]
    found = {
        "zero": float(np.mean(present == 0)),
        "neg": float(np.mean(present < 0)),
        "pickups_wk": 7 * len(collected) / len(present),
        "pick_cv": float(collected.std() / collected.mean()),
        "pick_kurt": moment(collected, 4),
    }
    # A collection on every day has no weekly rhythm.
    if found["pickups_wk"] <= 6.5:
        found["acf7"] = autocorrelation(days, 7)
    return found
