"""The log of a help desk that misses much: many cases at once, slow answers, in order of time. The same for the same seed."""

import datetime
import heapq
import json
import random

START = datetime.datetime(2025, 1, 6, tzinfo=datetime.timezone.utc)
EVENTS_PER_CASE = 7  # On average, about.
CASES_PER_DAY = 150
PRIORITIES = ["low", "normal", "normal", "high", "urgent"]


def write(path, events, seed=498):
    """Writes a log of `events` events, as JSON Lines."""
    chance = random.Random(seed)
    waiting, number, second, written = [], 0, 0.0, 0
    with open(path, "w") as file:
        while written < events:
            # The next case opens as soon as nothing that was said of earlier ones comes first.
            if not waiting or waiting[0][0] > second:
                number += 1
                for event in history(chance, second, f"case-{number:07}"):
                    heapq.heappush(waiting, event)
                second += chance.expovariate(CASES_PER_DAY / 86_400)
                continue
            at, _, event = heapq.heappop(waiting)
            stamp = (START + datetime.timedelta(seconds=int(at))).strftime("%Y-%m-%dT%H:%M:%SZ")
            file.write(json.dumps({"at": stamp, **event}) + "\n")
            written += 1


def history(chance, start, case):
    """One case as (second, order, event): two of three replies come late for most targets."""
    at, events = start, []

    def say(kind, hours=0.0, **more):
        nonlocal at
        at += hours * 3_600
        events.append((at, f"{case}/{len(events):03}",
                       {"case": case, "event": kind, "id": f"{case}/{len(events)}", "source": "desk", **more}))

    say("opened", priority=chance.choice(PRIORITIES), channel="mail", customer=f"c{chance.randrange(500)}",
        subject="The export fails again since the last update")
    for _ in range(1 + int(chance.expovariate(0.6))):
        say("agent_reply", chance.expovariate(1 / 30), agent="ben")
        if chance.random() < 0.3:
            say("pending", 0.1)
        if chance.random() < 0.8:
            say("customer_message", chance.expovariate(1 / 20))
    if chance.random() < 0.2:
        say("tier_changed", chance.expovariate(1 / 10), tier=2)
    say("agent_reply", chance.expovariate(1 / 30), agent="ben")
    say("resolved", chance.expovariate(1 / 40))
    if chance.random() < 0.1:
        say("reopened", chance.expovariate(1 / 20))
        say("resolved", chance.expovariate(1 / 40))
    return events
