"""Where a ride fits into a tour at least cost, exactly: the compiled inner loop of the search.

For every pair of gaps the quick tests of tours.py come first, then the cost, and only what would be cheaper than the
best so far is tried as a whole system of times.
"""

from matching.routing.solvers.tours import EPS, F64, NOW, Day, Desk, Tours, draw, kernel, settle, settle_pauses


@kernel
def refresh(day: Day, desk: Desk, t: Tours, d: int) -> None:
    """Times, loads, places and cost of tour d after its stops have changed."""
    line, m, stops, way, duty = t.line[NOW, d], t.size[NOW, d], day.stops, day.minutes, day.duties[d]
    kinds = day.load.shape[1]
    for c in range(kinds):
        t.on[NOW, d, 0, c] = 0
    time, cost, before = duty.leave, 0.0, line[0].stop
    desk.seq[0], desk.time[0] = before, time
    for k in range(1, m):
        s = line[k].stop
        cost += day.cost[before, s]
        time += way[before, s]
        if k < m - 1:
            t.at[s] = k
            time = max(time, stops[s].opens)
            sign, r = 1 - 2 * (s & 1), s >> 1
            for c in range(kinds):
                t.on[NOW, d, k, c] = t.on[NOW, d, k - 1, c] + sign * day.load[r, c]
        desk.seq[k], desk.time[k] = s, time
        before = s
    t.cost[NOW, d] = cost + duty.fixed if m > 2 else 0.0
    settle(way, stops, duty.span, duty.back, desk.seq, t.at, desk.time, desk.pad, m)
    time = duty.back
    line[m - 1].late, line[m - 1].early = time, desk.time[m - 1]
    for k in range(m - 2, -1, -1):
        s = line[k].stop
        time -= way[s, desk.seq[k + 1]]
        if k > 0:
            time = min(time, stops[s].closes)
        line[k].late, line[k].early = time, desk.time[k]
    _settle_late(day, t, d, m)


@kernel
def _settle_late(day: Day, t: Tours, d: int, m: int) -> None:
    """Lower the greatest times of tour d until ride limits and the length of the duty hold."""
    line, span = t.line[NOW, d], day.duties[d].span
    for _ in range(m + 1):
        moved = -1
        x = line[0].late + span
        if x < line[m - 1].late - EPS:
            line[m - 1].late = x
            moved = m - 1
        for k in range(1, m - 1):
            s = line[k].stop
            if s & 1 == 1:
                x = line[t.at[s - 1]].late + day.stops[s - 1].limit
                if x < line[k].late - EPS:
                    line[k].late = x
                    moved = max(k, moved)
        if moved == -1:
            return
        for k in range(moved - 1, -1, -1):
            line[k].late = min(line[k].late, line[k + 1].late - day.minutes[line[k].stop, line[k + 1].stop])


@kernel
def fits(day: Day, desk: Desk, t: Tours, d: int, new: int) -> bool:
    """Whether tour d is feasible with the first `new` stops of `desk.new`, each behind the stop at its `desk.gap`."""
    line, m, stops, way = t.line[NOW, d], t.size[NOW, d], day.stops, day.minutes
    seq, times, at = desk.seq, desk.time, desk.at
    n, x, gap = 0, 0, desk.gap[0]
    for k in range(gap + 1):
        s = line[k].stop
        seq[k], times[k], at[s] = s, line[k].early, k
    n = gap + 1
    last, before = times[gap], seq[gap]
    for k in range(gap + 1, m + 1):
        while x < new and desk.gap[x] == k - 1:
            s = desk.new[x]
            last = max(stops[s].opens, last + way[before, s])
            if last > stops[s].closes + EPS:
                return False
            seq[n], times[n], at[s] = s, last, n
            before = s
            n += 1
            x += 1
        if k < m:
            s = line[k].stop
            last = max(line[k].early, last + way[before, s])
            if last > line[k].late + EPS:
                return False
            seq[n], times[n], at[s] = s, last, n
            before = s
            n += 1
    if not settle(way, stops, day.duties[d].span, day.duties[d].back, seq, at, times, desk.pad, n):
        return False
    return day.duties[d].pauses == 0 or settle_pauses(day, desk, d, n)


@kernel
def over(day: Day, t: Tours, d: int, k: int, r: int) -> bool:
    """Whether ride r would be too many after stop k of tour d."""
    for c in range(day.load.shape[1]):  # noqa: SIM110 - compiled
        if t.on[NOW, d, k, c] + day.load[r, c] > day.room[d, c]:
            return True
    return False


@kernel
def place(day: Day, desk: Desk, t: Tours, r: int, d: int, best: float, blink: float) -> tuple[float, int, int]:
    """The cheapest way of taking r into tour d below `best`: (cost, gap of the pick-up, gap of the drop), or gaps -1.

    A gap is skipped with the chance `blink` (Christiaens and Vanden Berghe 2020).
    """
    p, line, m, way, price, stops = 2 * r, t.line[NOW, d], t.size[NOW, d], day.minutes, day.cost, day.stops
    open_p, close_p = stops[p].opens, stops[p].closes + EPS
    desk.new[0], desk.new[1] = p, p + 1
    base = day.duties[d].fixed + price[line[0].stop, line[1].stop] if m == 2 else 0.0
    first, second = -1, -1
    for i in range(m - 1):
        a, b = line[i].stop, line[i + 1].stop
        begin = max(open_p, line[i].early + way[a, p])
        if begin > close_p:
            break
        latest = min(close_p, line[i + 1].late - way[p, b] + EPS)
        if begin > latest or stops[a].glued or over(day, t, d, i, r):
            continue
        more = base + price[a, p] - price[a, b]
        if more + price[p, b] >= best or (blink > 0.0 and draw(desk.rng) < blink):
            continue
        desk.gap[0] = i
        best, j = _drop(day, desk, t, r, d, i, begin, latest, more, best)
        if j >= 0:
            first, second = i, j
    return best, first, second


@kernel
def _drop(
    day: Day, desk: Desk, t: Tours, r: int, d: int, i: int, begin: float, latest: float, more: float, best: float
) -> tuple[float, int]:
    """The cheapest gap for the drop if the pick-up, begun in [begin, latest], goes behind stop i at cost `more`."""
    p, q, line, m, way, price, stops = (
        2 * r,
        2 * r + 1,
        t.line[NOW, d],
        t.size[NOW, d],
        day.minutes,
        day.cost,
        day.stops,
    )
    open_q, latest_q = stops[q].opens, min(stops[q].closes, latest + stops[p].limit) + EPS
    b, second = line[i + 1].stop, -1
    end = max(open_q, begin + way[p, q])
    if end <= latest_q and end + way[q, b] <= line[i + 1].late + EPS:
        cost = more + price[p, q] + price[q, b]
        desk.gap[1] = i
        if cost < best and fits(day, desk, t, d, 2):
            best, second = cost, i
    more += price[p, b]
    time = begin + way[p, b]
    for k in range(i + 1, m - 1):
        time = max(line[k].early, time)
        if time > line[k].late + EPS or over(day, t, d, k, r):
            break
        s, b = line[k].stop, line[k + 1].stop
        end = max(open_q, time + way[s, q])
        if end > latest_q:
            break
        cost = more + price[s, q] + price[q, b] - price[s, b]
        if cost < best and end + way[q, b] <= line[k + 1].late + EPS and not stops[s].glued:
            desk.gap[1] = k
            if fits(day, desk, t, d, 2):
                best, second = cost, k
        time += way[s, b]
    return best, second


@kernel
def place_waiting(day: Day, desk: Desk, t: Tours, r: int, d: int, best: float) -> tuple[float, int, int, int]:
    """As `place` for an outing r whose driver waits: (cost, gaps of pick-up, of drop and way home, of coming home)."""
    h = day.rides[r].partner
    line, m, price = t.line[NOW, d], t.size[NOW, d], day.cost
    base = day.duties[d].fixed + price[line[0].stop, line[1].stop] if m == 2 else 0.0
    found = (best, -1, -1, -1)
    for i in range(m - 1):
        if not _reaches(day, t, d, i, 2 * r):
            continue
        for j in range(i, m - 1):
            if over(day, t, d, i, r) or over(day, t, d, j, r):
                break
            if not _reaches(day, t, d, j, 2 * r + 1) or not _reaches(day, t, d, j, 2 * h):
                continue
            for k in range(j, m - 1):
                if over(day, t, d, k, h):
                    break
                if _reaches(day, t, d, k, 2 * h + 1):
                    desk.new[0], desk.new[1], desk.new[2], desk.new[3] = 2 * r, 2 * r + 1, 2 * h, 2 * h + 1
                    desk.gap[0], desk.gap[1], desk.gap[2], desk.gap[3] = i, j, j, k
                    cost = base + _added(price, desk, t, d, 4)
                    if cost < found[0] and fits(day, desk, t, d, 4):
                        found = (cost, i, j, k)
    return found


@kernel
def _reaches(day: Day, t: Tours, d: int, k: int, s: int) -> bool:
    """Whether stop s may stand behind stop k of tour d, by the windows alone."""
    stop, line = day.stops[s], t.line[NOW, d]
    begin = max(stop.opens, line[k].early + day.minutes[line[k].stop, s])
    return not day.stops[line[k].stop].glued and begin <= min(stop.closes, line[k + 1].late) + EPS


@kernel
def _added(price: F64, desk: Desk, t: Tours, d: int, new: int) -> float:
    """What the stops on the desk add to the way of tour d."""
    cost, x = 0.0, 0
    while x < new:
        g = desk.gap[x]
        s, end = t.line[NOW, d, g].stop, t.line[NOW, d, g + 1].stop
        cost -= price[s, end]
        while x < new and desk.gap[x] == g:
            cost += price[s, desk.new[x]]
            s = desk.new[x]
            x += 1
        cost += price[s, end]
    return cost


@kernel
def insert(day: Day, desk: Desk, t: Tours, d: int, new: int) -> None:
    """Put the first `new` stops of the desk into tour d."""
    line, m = t.line[NOW, d], t.size[NOW, d]
    x, k = new - 1, m - 1
    while x >= 0:
        while k > desk.gap[x]:
            line[k + x + 1].stop = line[k].stop
            k -= 1
        line[k + x + 1].stop = desk.new[x]
        t.duty[desk.new[x] >> 1] = d
        x -= 1
    t.size[NOW, d] = m + new
    refresh(day, desk, t, d)


@kernel
def close_gaps(day: Day, desk: Desk, t: Tours, d: int) -> None:
    """Take out of tour d the stops of rides that it no longer has."""
    line, m, n = t.line[NOW, d], t.size[NOW, d], 1
    for k in range(1, m - 1):
        s = line[k].stop
        if t.duty[s >> 1] == d:
            line[n].stop = s
            n += 1
    line[n].stop = line[m - 1].stop
    t.size[NOW, d] = n + 1
    refresh(day, desk, t, d)


@kernel
def copy_tour(t: Tours, source: int, target: int, d: int) -> None:
    """Tour d of `target` as in `source`; who rides where and `at` are not touched."""
    m = t.size[source, d]
    t.size[target, d] = m
    t.cost[target, d] = t.cost[source, d]
    for k in range(m):
        here, there = t.line[source, d], t.line[target, d]
        there[k].stop, there[k].early, there[k].late = here[k].stop, here[k].early, here[k].late
        for c in range(t.on.shape[3]):
            t.on[target, d, k, c] = t.on[source, d, k, c]


@kernel
def restore(t: Tours, source: int, d: int) -> None:
    """Tour d as it was in `source`, with its rides back in their seats."""
    copy_tour(t, source, NOW, d)
    for k in range(1, t.size[NOW, d] - 1):
        s = t.line[NOW, d, k].stop
        t.at[s] = k
        t.duty[s >> 1] = d
