"""Taking rides out of the tours: strings of neighbouring stops, related rides, any rides (compiled).

Strings near a seed from several tours at once leave room that fits together: slack induction by string removals
(Christiaens and Vanden Berghe, Transportation Science 2020). What belongs together (out and home) goes together.
"""

from matching.routing.solvers.tours import NOW, Day, Desk, Tours, draw, kernel

RIDES, STRING, SPLIT = 10.0, 10.0, 0.5  # about how many rides go, the longest string, how often it keeps a middle
RELATED, ANY = 0.1, 0.1  # how often the other two are taken
MOST = 15  # rides that they take at most


@kernel
def ruin(day: Day, desk: Desk, t: Tours) -> int:
    """Take some rides out: how many; they stand in `desk.todo`, their duties are touched, their `duty` is -2."""
    x = draw(desk.rng)
    if x < ANY:
        return _any(desk, day, t)
    seed = int(draw(desk.rng) * len(day.near))
    if x < ANY + RELATED:
        return _related(day, desk, t, seed)
    return _strings(day, desk, t, seed)


@kernel
def take(day: Day, desk: Desk, t: Tours, r: int, n: int) -> int:
    """Take ride r out, and the ride that belongs to it, as the n-th: how many are out now."""
    while r >= 0 and t.duty[r] >= 0:
        desk.touched[t.duty[r]] = True
        t.duty[r] = -2
        desk.todo[n] = r
        n += 1
        r = day.rides[r].partner
    return n


@kernel
def _any(desk: Desk, day: Day, t: Tours) -> int:
    """Some rides from anywhere."""
    n, rides = 0, len(day.rides)
    for _ in range(int(1.0 + draw(desk.rng) * MOST)):
        n = take(day, desk, t, int(draw(desk.rng) * rides), n)
    return n


@kernel
def _related(day: Day, desk: Desk, t: Tours, seed: int) -> int:
    """Some of the rides that begin or end near the seed."""
    n, most = 0, int(1.0 + draw(desk.rng) * MOST)
    for x in range(day.near.shape[1]):
        if n >= most:
            break
        if draw(desk.rng) < 0.7:
            s = day.near[seed, x]
            n = take(day, desk, t, s >> 1, n)
    return n


@kernel
def _strings(day: Day, desk: Desk, t: Tours, seed: int) -> int:
    """Strings of stops round the seed, one a tour."""
    n, stops, used = 0, 0, 0
    for d in range(len(day.duties)):
        stops += t.size[NOW, d] - 2
        used += t.size[NOW, d] > 2
    if used == 0:
        return 0
    longest = min(STRING, stops / used)
    strings = int(1.0 + draw(desk.rng) * (4.0 * RIDES / (1.0 + longest) - 1.0))
    for x in range(day.near.shape[1]):
        s = day.near[seed, x]
        d = t.duty[s >> 1]
        if d >= 0 and not desk.touched[d]:
            desk.touched[d] = True
            n = _string(day, desk, t, d, t.at[s], longest, n)
            strings -= 1
            if strings == 0:
                break
    return n


@kernel
def _string(day: Day, desk: Desk, t: Tours, d: int, place: int, longest: float, n: int) -> int:
    """Take out a string of tour d that holds the stop at `place`, sometimes but for its middle."""
    m, keep = t.size[NOW, d] - 2, 0
    length = min(m, int(1.0 + draw(desk.rng) * min(float(m), longest)))
    if length > 1 and draw(desk.rng) < SPLIT:
        while length + keep < m and (keep == 0 or draw(desk.rng) > 0.1):
            keep += 1
    whole = length + keep
    low, high = max(1, place - whole + 1), min(place, m - whole + 1)
    begin = low + int(draw(desk.rng) * (high - low + 1))
    middle = begin + 1 + int(draw(desk.rng) * (length - 1))
    for k in range(begin, begin + whole):
        if not middle <= k < middle + keep:
            s = t.line[NOW, d, k].stop
            n = take(day, desk, t, s >> 1, n)
    return n
