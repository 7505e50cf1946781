#!/usr/bin/env python3
"""compare-feeds.py SLACTL: what the feeds of Tests/ICalTests/Producers close, by slactl and by other people's code.

The other code is icalendar with recurring-ical-events (pip install icalendar recurring-ical-events). Without them the
comparison is skipped, with a line that says so; a difference ends it with 1.
"""
import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

try:
    import icalendar
    import recurring_ical_events
except ImportError as error:
    print(f"skipped: {error}; run: pip install icalendar recurring-ical-events")
    sys.exit(0)

BERLIN = ZoneInfo("Europe/Berlin")
# Properties without a value count as absent here, and are mistakes for the library; so is an event with a broken date.
REPAIRS = {"webform.ics": lambda lines: [line for line in lines if not line.rstrip().endswith(b":")]}
LEFT_OUT = {"zimbra.ics": "2027/02/30"}
# The end of a series of dates in UTC: the library compares it with midnight in UTC, and loses the last date.
UNTIL_AS_DATE = {"schoolholidays.ics": (b"UNTIL=20270509T220000Z", b"UNTIL=20270510")}
# An instance is never a series of its own; the library repeats it by the rule that it carries.
INSTANCE_RULE = {"synced-copy.ics": (b"RRULE:FREQ=DAILY\r\n", b"")}

# An instance that is older than its series does not count here (SEQUENCE); the library takes it.
OLDER_INSTANCE = {"nextcloud.ics": "an older plan"}


def by_library(path: Path) -> set[str]:
    data = path.read_bytes()
    if path.name in REPAIRS:
        data = b"\n".join(REPAIRS[path.name](data.split(b"\n")))
    for table in (UNTIL_AS_DATE, INSTANCE_RULE):
        if path.name in table:
            old, new = table[path.name]
            assert old in data, path
            data = data.replace(old, new)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    for mark in filter(None, (LEFT_OUT.get(path.name), OLDER_INSTANCE.get(path.name))):
        first, *events = text.split("BEGIN:VEVENT")
        assert any(mark in event for event in events), path
        kept = [event.removesuffix("END:VCALENDAR\r\n") for event in events if mark not in event]
        text = "BEGIN:VEVENT".join([first, *kept]) + "END:VCALENDAR\r\n"
    if path.name == "officeholidays.ics":
        # Lines that were folded without a blank.
        text = "\n".join(line for line in text.splitlines() if ":" in line and not line.startswith("It ")) + "\n"
    calendar = icalendar.Calendar.from_ical(text)
    dates: set[str] = set()
    for event in recurring_ical_events.of(calendar).between((2020, 1, 1), (2031, 1, 1)):
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        start, end = event.start, event.end
        if isinstance(start, datetime):
            start = start if start.tzinfo else start.replace(tzinfo=BERLIN)
            end = end if end.tzinfo else end.replace(tzinfo=BERLIN)
            first, last = start.astimezone(BERLIN).date(), (end - timedelta(microseconds=1)).astimezone(BERLIN).date()
        else:
            first, last = start, max(start, end - timedelta(days=1))
        while first <= last:
            dates.add(first.isoformat())
            first += timedelta(days=1)
    return dates


def by_slactl(slactl: str, path: Path) -> set[str]:
    command = [slactl, "calendar", "check", str(path), "--time-zone", "Europe/Berlin", "--all", "-o", "json"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {row["date"] for row in report["closed"] if "2020" <= row["date"] < "2031"}


def main() -> int:
    differing = 0
    paths = sorted((Path(__file__).parent / "Producers").glob("*.ics"))
    for path in paths:
        ours, theirs = by_slactl(sys.argv[1], path), by_library(path)
        if ours != theirs:
            differing += 1
            print(f"{path.name}: only slactl {sorted(ours - theirs)}, only the library {sorted(theirs - ours)}")
    print(f"{len(paths)} feeds, {differing} differ")
    return 1 if differing or not paths else 0


sys.exit(main())
