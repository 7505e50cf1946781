#!/usr/bin/env python3
"""Questions for `slactl calendar eval` with their answers: calendar-oracle.py SEED COUNT.

An oracle that shares nothing with slawatch: Python's zoneinfo, and lists of intervals that are walked one by one. Each
line is {"question": {...}, "answer": ...}; the answer "error" stands for any error.
"""
import json
import random
import sys
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

ZONES = [
    "UTC", "Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York", "America/St_Johns", "America/Sao_Paulo",
    "America/Havana", "America/Santiago", "Africa/Casablanca", "Africa/Cairo", "Asia/Tehran", "Asia/Kolkata",
    "Asia/Kathmandu", "Asia/Gaza", "Asia/Tokyo", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Apia",
    "Pacific/Auckland", "Pacific/Chatham", "Pacific/Kiritimati", "Antarctica/Troll", "America/Nuuk",
]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAY = 86400
EPOCH = date(1970, 1, 1)
UTC = timezone.utc


class Oracle:
    def __init__(self, calendar):
        self.zone = ZoneInfo(calendar["time_zone"])
        self.weekly = {day: [] for day in range(7)}
        for key, spans in calendar["hours"].items():
            first, _, last = key.partition("-")
            day = DAYS.index(first)
            while True:
                self.weekly[day] = [self.span(text) for text in spans]
                if day == DAYS.index(last or first):
                    break
                day = (day + 1) % 7
        self.holidays, self.yearly, self.closed = set(), set(), {}
        for item in calendar.get("holidays", []):
            if isinstance(item, dict) and "closed" in item:
                self.closed[date.fromisoformat(item["date"])] = [self.span(text) for text in item["closed"]]
            elif len(item if isinstance(item, str) else item["date"]) == 5:
                self.yearly.add(item if isinstance(item, str) else item["date"])
            else:
                self.holidays.add(date.fromisoformat(item if isinstance(item, str) else item["date"]))
        self.dates = {date.fromisoformat(key): [self.span(text) for text in spans]
                      for key, spans in calendar.get("dates", {}).items()}

    @staticmethod
    def span(text):
        def seconds(clock):
            parts = [int(part) for part in clock.split(":")]
            return parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) == 3 else 0)
        start, end = (seconds(part) for part in text.split("-"))
        return start, end if end > start else end + DAY

    def instant(self, day, seconds):
        """Fold 0 is S3: in a gap it moves forward, of a repeated time it is the first."""
        wall = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)
        aware = wall.replace(tzinfo=self.zone, fold=0)
        return round((wall - aware.utcoffset() - datetime(1970, 1, 1)).total_seconds())

    def is_skipped(self, day):
        noon = datetime.fromtimestamp(self.instant(day, DAY // 2), UTC).astimezone(self.zone)
        return noon.date() != day

    def spans(self, day):
        if day in self.holidays or day.strftime("%m-%d") in self.yearly or self.is_skipped(day):
            return []
        return self.dates.get(day, self.weekly[day.weekday()])

    def intervals(self, day, spans):
        return [(self.instant(day, start), self.instant(day, end)) for start, end in spans]

    def open(self, begin, end):
        """Merged intervals of open time in [begin, end), ascending."""
        first = EPOCH + timedelta(days=begin // DAY - 4)
        opened, closed = [], []
        for number in range((end - begin) // DAY + 8):
            day = first + timedelta(days=number)
            opened += self.intervals(day, self.spans(day))
            if day in self.closed and not self.is_skipped(day):
                closed += self.intervals(day, self.closed[day])
        merged = []
        for start, stop in sorted(opened):
            if start >= stop:
                continue
            if merged and start <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], stop)
            else:
                merged.append([start, stop])
        for shut, until in closed:
            rest = []
            for start, stop in merged:
                rest += [[start, min(stop, shut)], [max(start, until), stop]] if shut < until else [[start, stop]]
            merged = [piece for piece in rest if piece[0] < piece[1]]
        cut = [(max(start, begin), min(stop, end)) for start, stop in merged]
        return [piece for piece in cut if piece[0] < piece[1]]

    def between(self, a, b):
        return sum(stop - start for start, stop in self.open(a, b)) if a <= b else -self.between(b, a)

    def add(self, start, duration):
        if duration == 0:
            return start
        if duration < 0:
            return self.subtract(start, -duration)
        since, step, at = start, 100 * DAY, start
        while at - since < 366 * DAY:
            for opens, closes in self.open(at, at + step):
                if opens - since >= 366 * DAY:
                    return "error"
                if duration <= closes - opens:
                    return opens + duration
                duration -= closes - opens
                since = closes
            at += step
        return "error"

    def subtract(self, start, duration):
        if duration == 0:
            return start
        if duration < 0:
            return self.add(start, -duration)
        since, step, at = start, 100 * DAY, start
        while since - at < 366 * DAY:
            for opens, closes in reversed(self.open(at - step, at)):
                if since - closes >= 366 * DAY:
                    return "error"
                if duration <= closes - opens:
                    return closes - duration
                duration -= closes - opens
                since = opens
            at -= step
        return "error"


def clock(seconds):
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return text + (f":{seconds % 60:02}" if seconds % 60 else "")


def random_spans(dice, night):
    """Spans of one day that neither overlap nor touch the next day's, unless `night` says that all days run over."""
    kind = dice.randrange(6)
    if night:
        return ["22:00-06:00"] if kind else ["22:00-02:00"]
    if kind == 0:
        return ["00:00-24:00"]
    step = dice.choice([3600, 1800, 900, 60, 1])
    cuts = sorted(dice.sample(range(0, DAY // step + 1), dice.choice([2, 2, 4, 6])))
    return [f"{clock(a * step)}-{clock(b * step)}" for a, b in zip(cuts[::2], cuts[1::2])]


def sparse_calendar(dice, around):
    """Open on a few dates only, some of them a year and more apart (S5)."""
    dates = {(around + timedelta(days=dice.choice([-1, 1]) * dice.choice([0, 1, 5, 200, 365, 366, 367, 500, 731]))).isoformat():
             random_spans(dice, False) for _ in range(dice.randrange(1, 6))}
    return {"time_zone": dice.choice(ZONES), "hours": {}, "dates": dates}


def random_calendar(dice, around):
    if dice.random() < 0.08:
        return sparse_calendar(dice, around)
    night = dice.random() < 0.15
    hours = {}
    style = dice.randrange(4)
    if style == 0:
        hours["mon-fri"] = random_spans(dice, night)
    elif style == 1:
        hours["sun-thu"] = random_spans(dice, night)
        hours["sat"] = random_spans(dice, night)
    elif style == 2:
        hours["mon-sun"] = random_spans(dice, night)
    else:
        for day in dice.sample(DAYS, dice.randrange(1, 8)):
            hours[day] = random_spans(dice, night) if dice.random() < 0.9 else []
        if not any(hours.values()):
            hours[next(iter(hours))] = ["08:00-16:00"]
    calendar = {"time_zone": dice.choice(ZONES), "hours": hours}

    def near():
        return (around + timedelta(days=dice.randrange(-25, 25))).isoformat()
    if dice.random() < 0.7:
        calendar["holidays"] = [near() for _ in range(dice.randrange(0, 8))]
        if dice.random() < 0.3:
            calendar["holidays"].append(near()[5:])
        if dice.random() < 0.4:
            calendar["holidays"].append({"date": near(), "closed": random_spans(dice, False)})
    if dice.random() < 0.6:
        calendar["dates"] = {near(): random_spans(dice, night) if dice.random() < 0.7 else []
                             for _ in range(dice.randrange(0, 6))}
    return calendar


def rfc3339(seconds, dice=None):
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    if dice and dice.random() < 0.5:
        offset = timedelta(minutes=15 * dice.randrange(-48, 57))
        return moment.astimezone(timezone(offset)).isoformat()
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    dice = random.Random(seed)
    changes = [date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 5), date(2026, 10, 4), date(2011, 12, 30),
               date(2026, 3, 8), date(2026, 11, 1), date(1995, 1, 1), date(2026, 2, 18), date(2022, 9, 21)]
    number = 0
    while number < count:
        kind = dice.random()
        around = (dice.choice(changes) if kind < 0.6 else
                  date(2000, 1, 1) + timedelta(days=dice.randrange(0, 20000)) if kind < 0.9 else
                  date(1910, 1, 1) + timedelta(days=dice.randrange(0, 170000)))
        calendar = random_calendar(dice, around)
        oracle = Oracle(calendar)
        base = (around - EPOCH).days * DAY
        for _ in range(4):
            number += 1
            start = base + dice.randrange(-3 * DAY, 3 * DAY) // 60 * 60
            if dice.random() < 0.3:
                # Exactly at an opening or a closing.
                edges = oracle.open(base - 10 * DAY, base + 10 * DAY)
                if edges:
                    start = dice.choice(dice.choice(edges))
            question = {"id": number, "calendar": calendar, "start": rfc3339(start, dice)}
            op = question["op"] = dice.choice(["add", "subtract", "between", "is_open"])
            if op in ("add", "subtract"):
                size = dice.choice([0, 1, 60, 3600, 8 * 3600, 40 * 3600, 400 * 3600])
                duration = question["duration_s"] = dice.randrange(-size // 4, size + 1)
                found = oracle.add(start, duration) if op == "add" else oracle.subtract(start, duration)
                answer = found if found == "error" else rfc3339(found)
            elif op == "between":
                end = start + dice.randrange(-5 * DAY, 40 * DAY)
                question["end"] = rfc3339(end, dice)
                answer = oracle.between(start, end)
            else:
                answer = bool(oracle.open(start, start + 1))
            print(json.dumps({"question": question, "answer": answer}))


main()
