"""Makes what a building takes from the grid."""

import numpy as np

from mockapi.series.axis import Axis
from mockapi.series.channel import Channel
from mockapi.series.noise import Floats
from mockapi.series.occupancy import occupancy
from mockapi.series.place import SiteFacts

_STEPS_A_YEAR = 35_064


def load(facts: SiteFacts, axis: Axis) -> Floats:
    """Return what all of the site uses, in kWh a step, shape (count,)."""
    mean = 150.0 * facts.area / _STEPS_A_YEAR
    return mean * (0.6 + 0.8 * occupancy(facts, axis))


def active_energy(channel: Channel, axis: Axis) -> Floats:
    """Return what is purchased from the grid, in kWh a step, shape (count,)."""
    return np.maximum(0.0, load(channel.facts, axis))


def reactive_energy(channel: Channel, axis: Axis) -> Floats:
    """Return the reactive energy drawn, in kVArh a step, shape (count,)."""
    return 0.3 * active_energy(channel, axis)


def pulse(channel: Channel) -> float:
    """Return the resolution of the meter in kWh."""
    return 0.001
