"""Travel times without buses: the provider that is there, asked for every mode but one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.domain import Mode, Points, SureTimes, TravelTimes, Trips

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class WithoutBus:
    """Another provider, that no longer answers for the bus."""

    other: TravelTimes

    @property
    def modes(self) -> frozenset[Mode]:
        """Those of the other, without the bus."""
        return self.other.modes - {Mode.BUS}

    def trips(
        self,
        mode: Mode,
        origins: Points,
        targets: Points,
        origin: Ints,
        target: Ints,
        pace: NDArray[np.float32],
        weekday: Ints,
        arrive: Ints,
    ) -> Trips:
        """Minutes of each asked way by the other provider."""
        return self.other.trips(mode, origins, targets, origin, target, pace, weekday, arrive)

    def reach_metres(self, mode: Mode, minutes: float, pace: float) -> float:
        """The reach that the other tells."""
        return self.other.reach_metres(mode, minutes, pace)

    def sure_metres(self, mode: Mode, minutes: float, pace: float) -> float:
        """What the other is sure of; −1 if it cannot say."""
        return self.other.sure_metres(mode, minutes, pace) if isinstance(self.other, SureTimes) else -1.0
