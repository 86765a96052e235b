"""When an act happened: the words of a time, read from the report's date, as a period with its granularity.

A weekday is the report's own day when it is that day, else the last one before it (the next one for a future act).
Words that name no time are left open; nothing is guessed without a granularity.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from dragoman.records import Period, Span

UNITS = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365, "decade": 3650, "hour": 0, "minute": 0}
EDGE = {
    "early": (0, 1 / 3),
    "beginning": (0, 1 / 3),
    "start": (0, 1 / 3),
    "mid": (1 / 3, 2 / 3),
    "middle": (1 / 3, 2 / 3),
    "late": (2 / 3, 1),
    "end": (2 / 3, 1),
}
# The beginning of a year is January, its end December.
YEAR_EDGE = {"beginning": 1, "start": 1, "end": 12}
# Behind a number of days, what makes it a distance.
COUNTED_FROM = re.compile(r"\s+(?P<way>ago|earlier|before|after|later|prior|following|since)\b")
Dates = tuple[dt.date, dt.date, str, str]  # first, last, grain, rule


@cache
def _words() -> dict[str, Any]:
    data = tomllib.loads((resources.files("dragoman") / "times.toml").read_text(encoding="utf-8"))
    names = [*data["months"], *data["weekdays"], *data["short"]]
    data["month"] = "|".join([*data["months"], *(s for s, n in data["short"].items() if n in data["months"])])
    data["weekday"] = "|".join([*data["weekdays"], *(s for s, n in data["short"].items() if n in data["weekdays"])])
    data["number"] = "|".join(data["numbers"])
    data["names"] = {name: data["short"].get(name, name) for name in names}
    return data


@cache
def _plain_times() -> re.Pattern[str]:
    w = _words()
    month = "|".join(name.capitalize() for name in w["month"].split("|"))
    weekday = "|".join(name.capitalize() for name in w["weekdays"])
    number = rf"\d+|{w['number']}"
    return re.compile(
        rf"\b(?:(?i:last|next|this|on|since|by) )?(?:{weekday})(?: (?i:night|morning|evening|afternoon))?\b"
        rf"|\b\d{{1,2}} (?:{month})(?:,? \d{{4}})?\b|\b(?:{month}) \d{{1,2}}(?:,? \d{{4}})?\b"
        rf"|\b(?i:in) (?:{month})(?: \d{{4}})?\b"
        r"|\b(?i:yesterday|tomorrow|overnight|(?:last|next) (?:week|month|year|weekend|night))\b"
        rf"|\b(?i:(?:{number}) (?:day|week|month|year)s? (?:ago|earlier))\b"
    )


def only_time(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where text[start:end] names a time in plain words, if it does so just once; for acts the model left undated."""
    found = [m.span() for m in _plain_times().finditer(text, start, end)]
    return found[0] if len(found) == 1 else None


def period(span: Span | None, published: dt.date | None, future: bool = False, after: str = "") -> Period:
    """The period these words mean in a report of this day.

    published: the report's day, None when unknown (only words with a year of their own can then be read).
    future: whether the act is announced or scheduled, so that "on Monday" is the next one.
    after: what stands behind the words in the report, where "ago" or "after the attack" may tell what they count from.
    Without words the act is taken to be of the report's day, except a future one, which is left open.
    """
    if span is None:
        if published is None or future:
            return Period(rule="no time in the text" + ("" if published else ", and the report has no date"))
        return Period(first=published, last=published, grain="day", rule="no time in the text: the report's day")
    words = " ".join(
        re.sub(r"[^\w\s/:.-]", " ", re.sub("[–—]", "-", span.text.lower()).replace(".", " " if published else ".")).split()
    )
    if re.search(rf"\b(?:{'|'.join(UNITS)})s?$", words) and (counted := COUNTED_FROM.match(after)):
        # "Two days after the attack": a report tells what comes after an act, so that the act lies as far back.
        words += " ago" if not future or counted["way"] in ("ago", "earlier") else " later"
    found = _bounded(words, published, future) or _point(words, published, future)
    if found is None:
        return Period(span=span, rule="these words name no period" if published else "the report has no date")
    first, last, grain, rule = found
    return Period(span=span, first=first, last=last, grain=grain, rule=rule)


def _point(words: str, published: dt.date | None, future: bool) -> Dates | None:
    """Words that name one time, whatever stands before them."""
    return _absolute(words, published, future) or (_relative(words, published, future) if published else None)


def _bounded(words: str, published: dt.date | None, future: bool) -> Dates | None:
    """Stretches that are told by their ends: "from May to July", "since Tuesday", "until 31 August", "later this month"."""
    both = re.search(r"\b(?:from|between) (.+?) (?:to|until|till|through|and) (.+)$", words) or re.search(
        rf"^(?:on )?(.*\b(?:{_words()['month']}|{_words()['weekday']})\b.*) (?:to|until|till|through|and) (.*[a-z].*)$", words
    )
    if both:
        # "From August 16 to 21", "from 2002 to 2006": one end may lack what the other tells.
        begun, ended = (_point(part, published, future) for part in both.groups())
        if begun and ended and begun[0] <= ended[1]:
            return begun[0], ended[1], "span", "from one time to another"
    if published is None:
        return None
    since = re.search(r"\bsince (.+)$", words)
    if since:
        begun = _point(since.group(1), published, False)
        if begun and begun[0] <= published:
            return begun[0], published, "span", f"since then: {begun[3]}"
    until = re.search(r"\b(?:until|till|through|by|no later than|up to|before(?= the end))(?: the)? (.+)$", words)
    if until and not re.search(r"\bby (?:night|day)\b", words):
        of_unit = re.match(r"end of (?:the|this) (week|month|year)$", until.group(1))
        ended = _unit(of_unit.group(1), published, of_unit.group(1), 0) if of_unit else _point(until.group(1), published, True)
        if ended and ended[1] >= published:
            return published, ended[1], "span", f"until then: {ended[3]}"
    rest = re.search(r"\b(earlier|later|rest of) (?:in |during )?(?:this|the) (week|month|year)\b", words)
    if rest:
        whole = _unit(rest.group(2), published, rest.group(2), 0)
        assert whole is not None
        if rest.group(1) == "earlier":
            return whole[0], published, "span", f"this {rest.group(2)} until the report's day"
        return published, whole[1], "span", f"the rest of this {rest.group(2)}"
    past = re.search(r"\b(?:past|last) (?:(24|48|72) hours|(day|week|month|year))\b", words)
    if past and ("past" in words or past.group(1)):
        length = {"day": 1, "week": 7}.get(past.group(2)) or int(past.group(1) or 0) // 24
        begin = published - dt.timedelta(days=length) if length else _before(published, 1, past.group(2))
        return begin, published, "span", f"the {past.group(0)}"
    return None


def _before(day: dt.date, amount: int, unit: str) -> dt.date:
    """The day that lies this many units before (after, when negative), the month's last where it has no such day."""
    if unit in ("hour", "minute"):
        return day - dt.timedelta(days=round(amount / 24) if unit == "hour" else 0)
    if unit in ("day", "week", "fortnight"):
        return day - dt.timedelta(days=amount * UNITS[unit])
    months = day.year * 12 + day.month - 1 - amount * {"month": 1, "year": 12, "decade": 120}[unit]
    year, month = divmod(months, 12)
    year = max(year, 1)
    return min(_month_end(year, month + 1), dt.date(year, month + 1, min(day.day, 28)) + dt.timedelta(days=max(day.day - 28, 0)))


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _part(words: str, first: dt.date, last: dt.date, grain: str, rule: str) -> Dates:
    """Narrow a month, season or year by "early", "mid", "late"."""
    edge = re.search(r"\b(early|mid|late|beginning|start|middle|end)\b", words)
    # "by the end of the year" is a bound, and "earlier" no part.
    if edge is None:
        return first, last, grain, rule
    length = (last - first).days + 1
    low, high = EDGE[edge.group(1)]
    if grain == "year" and edge.group(1) in YEAR_EDGE:
        month = YEAR_EDGE[edge.group(1)]
        return dt.date(first.year, month, 1), _month_end(first.year, month), "span", f"{edge.group(1)} of the year"
    return (
        first + dt.timedelta(days=round(length * low)),
        first + dt.timedelta(days=round(length * high) - 1),
        "span",
        f"{edge.group(1)} in {rule}",
    )


def _absolute(words: str, published: dt.date | None, future: bool) -> Dates | None:
    """Dates that name a month or a year."""
    w = _words()
    iso = re.search(r"\b(\d{4})-(\d{2})-(\d{2})\b", words)
    if iso:
        day = _day(*map(int, iso.groups()))
        return (day, day, "day", "date") if day else None
    month = w["month"]
    ranged = re.search(
        rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s*(?:-|to|and|until)\s*(\d{{1,2}})(?:st|nd|rd|th)? ({month})\b(?:,? (\d{{4}}))?", words
    ) or re.search(rf"\b({month}) (\d{{1,2}})(?:st|nd|rd|th)?\s*(?:-|to|and|until)\s*(\d{{1,2}})\b(?:,? (\d{{4}}))?", words)
    if ranged:
        parts = ranged.groups()
        a, b, name = (parts[1], parts[2], parts[0]) if not parts[0].isdigit() else (parts[0], parts[1], parts[2])
        number = w["months"].index(w["names"][name]) + 1
        year = _year(parts[3], number, int(a), published, future)
        if year:
            first, last = _day(year, number, int(a)), _day(year, number, int(b))
            if first and last and first <= last:
                return first, last, "span", "dates from and to"
    dayed = re.search(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({month})\b(?: (\d{{4}}))?", words)
    if dayed:
        day_number, name, year_text = dayed.groups()
    else:
        dayed = re.search(rf"\b({month}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?! ?\d*:)(?: (\d{{4}}))?", words)
        if dayed:
            name, day_number, year_text = dayed.groups()
    if dayed:
        number = w["months"].index(w["names"][name]) + 1
        year = _year(year_text, number, int(day_number), published, future)
        day = _day(year, number, int(day_number)) if year else None
        return (day, day, "day", "day and month") if day else None
    # "may" and "march" are words too: they need a year or a preposition before them.
    monthly = re.search(rf"\b({month})\b(?: (?:of )?(\d{{4}}))?", words)
    if monthly and not (
        monthly.group(1) in ("may", "mar", "march", "sun", "sat")
        and not monthly.group(2)
        and not re.search(rf"\b(?:in|of|since|until|by|last|this|next|early|mid|late)\s*-?{monthly.group(1)}", words)
        and words.strip() != monthly.group(1)
    ):
        number = w["months"].index(w["names"][monthly.group(1)]) + 1
        year = _year(monthly.group(2), number, None, published, future)
        if year:
            return _part(words, dt.date(year, number, 1), _month_end(year, number), "month", "month")
        return None
    season = re.search(r"\b(spring|summer|autumn|fall|winter)\b(?: of)?(?: (\d{4}))?", words)
    if season and (season.group(2) or published):
        assert season.group(2) or published
        name = season.group(1)
        low, high = w["seasons"][name]
        year = int(season.group(2)) if season.group(2) else _base_year(words, published)
        first = dt.date(year, low, 1)
        last = _month_end(year + (high < low), high)
        if not season.group(2) and published and not future and first > published:
            first, last = first.replace(year=year - 1), _month_end(last.year - 1, high)
        return _part(words, first, last, "season", "season")
    decades = [int(start) for start in re.findall(r"\b((?:19|20)\d0)s\b", words)]
    if decades:
        return _part(words, dt.date(decades[0], 1, 1), dt.date(decades[-1] + 9, 12, 31), "span", "decade")
    years = re.search(r"\b((?:19|20)\d{2})\s*(?:-|to|and|until)\s*((?:19|20)\d{2})\b", words)
    if years:
        return dt.date(int(years.group(1)), 1, 1), dt.date(int(years.group(2)), 12, 31), "span", "years from and to"
    yearly = re.search(r"\b((?:1[6-9]|20)\d{2})\b", words)
    if yearly:
        year = int(yearly.group(1))
        return _part(words, dt.date(year, 1, 1), dt.date(year, 12, 31), "year", "year")
    return None


def _base_year(words: str, published: dt.date | None) -> int:
    assert published is not None
    return published.year + (bool(re.search(r"\bnext\b", words)) - bool(re.search(r"\blast\b|\bprevious\b", words)))


def _year(given: str | None, month: int, day: int | None, published: dt.date | None, future: bool) -> int | None:
    """The year of a month: as given, else the nearest one on the right side of the report's day."""
    if given:
        return int(given)
    if published is None:
        return None
    if future:
        return published.year + ((month, day or 31) < (published.month, published.day))
    # A report of 2 January may speak of 28 December; one of August names this year's February, never next year's.
    ahead = (month, day or 1) > (published.month, published.day)
    # A few days ahead is a date line or time zone; months ahead without a future sense is last year's.
    if ahead and (month - published.month) * 30 + ((day or 1) - published.day) > 10:
        return published.year - 1
    return published.year


def _relative(words: str, published: dt.date, future: bool) -> Dates | None:
    """Words that count from the report's day."""
    w = _words()

    def days(offset: int, rule: str) -> Dates:
        day = published + dt.timedelta(days=offset)
        return day, day, "day", rule

    weekday = re.search(rf"\b({w['weekday']})s?\b", words)
    if weekday:
        number = w["weekdays"].index(w["names"][weekday.group(1)])
        back = (published.weekday() - number) % 7
        if re.search(r"\bnext\b|\bcoming\b|\bupcoming\b|\bthis coming\b", words) or (future and back):
            return days(7 - back, f"next {weekday.group(1)}")
        if re.search(r"\blast\b|\bprevious\b", words) and back == 0:
            return days(-7, f"last {weekday.group(1)}")
        if re.search(r"\bnight\b", words) and re.search(r"\blast\b", words):
            return days(-back, f"{weekday.group(1)} on or before the report's day")
        return days(-back, f"{weekday.group(1)} on or before the report's day")
    feast = _feast(words, published, future)
    if feast:
        return feast
    # "Tomorrow at 11:59 local time": what is not the report's own day tells more.
    for phrase in sorted(w["days"], key=lambda p: (w["days"][p] == 0, -len(p))):
        if re.search(rf"\b{phrase}\b", words):
            return days(w["days"][phrase], phrase)
    if re.search(r"\bovernight\b", words):
        return published - dt.timedelta(days=1), published, "span", "the night to the report's day"
    if re.search(
        r"\b(?:morning|afternoon|evening|midnight|noon|dawn|midday|gmt|utc)\b|\b\d{1,2}:\d{2}\b|\b\d ?[ap] ?m\b", words
    ) and not re.search(r"\b(?:ago|week|month|year)", words):
        return days(0, "a time of the report's day")
    counted = re.search(
        rf"\b(\d+|{w['number']})(?: of)?(?: more)?[ -](day|week|fortnight|month|year|decade|hour|minute)s?\b"
        r"(?: (ago|earlier|before|prior|from now|later|away))?",
        words,
    )
    if counted:
        amount = int(counted.group(1)) if counted.group(1).isdigit() else w["numbers"][counted.group(1)]
        unit, direction = counted.group(2), counted.group(3)
        if direction in ("ago", "earlier", "before", "prior"):
            return _ago(published, amount, unit)
        if re.search(r"\b(?:next|coming)\b", words):
            return published, _before(published, -amount, unit), "span", f"the next {amount} {unit}s"
        if direction == "later" and unit in ("hour", "minute"):
            return days(0, "hours later, the report's day")
        if direction in ("from now", "later", "away") or (future and re.search(r"\b(?:in|within|after|over)\b", words)):
            ahead = _ago(published, -amount, unit)
            until = _before(published, -amount, unit)
            return (published, until, "span", ahead[3]) if re.search(r"\bwithin\b|\bover\b", words) else ahead
        if future:
            return published, _before(published, -amount, unit), "span", f"the next {amount} {unit}s"
        # "For two years", "42 days": what has gone on so long has gone on until the report.
        return _before(published, amount, unit), published, "span", f"the last {amount} {unit}s"
    unit_word = re.search(
        r"\b(this|last|previous|past|next|coming|current|same|following|the)? ?(week|weekend|month|year|decade|century)\b", words
    )
    if unit_word:
        shift = {"last": -1, "previous": -1, "past": -1, "next": 1, "coming": 1, "following": 1}.get(unit_word.group(1) or "", 0)
        if shift == 0 and re.search(r"\blast\b|\bpast\b", words):
            shift = -1
        return _unit(words, published, unit_word.group(2), shift)
    if re.search(r"\b(?:recently|recent|in recent days|days)\b", words) and not future:
        return None
    return None


def _feast(words: str, published: dt.date, future: bool) -> Dates | None:
    """Days that have a name: those of a fixed date, Thanksgiving, and others' own days, which reports tell on the day."""
    fixed = next((name for name in _words()["feasts"] if re.search(rf"\b{name}\b", words)), None)
    given = re.search(r"\b((?:19|20)\d{2})\b", words)
    if fixed or re.search(r"\bthanksgiving\b", words):

        def of(year: int) -> dt.date:
            if fixed:
                return dt.date(year, *_words()["feasts"][fixed])
            first = dt.date(year, 11, 1)
            return first + dt.timedelta(days=(3 - first.weekday()) % 7 + 21)

        year = int(given.group(1)) if given else published.year
        day = of(year)
        if not given and future and day < published:
            day = of(year + 1)
        if not given and not future and day > published + dt.timedelta(days=10):
            day = of(year - 1)
        return day, day, "day", "day of a name"
    own = re.search(r"\b[a-z]+ day$|\b(?:festival|feast|eve) of\b|\bhours later$", words)
    if own and not re.search(r"\b(?:this|each|every|per|one|other|next|last|previous|same|that|the|a|following) day$", words):
        return published, published, "day", "a day of its own, told on the day"
    return None


def _ago(published: dt.date, amount: int, unit: str) -> Dates:
    rule = f"{abs(amount)} {unit}s {'before' if amount >= 0 else 'after'} the report's day"
    if unit in ("day", "hour", "minute"):
        day = published - dt.timedelta(days=amount if unit == "day" else (1 if amount >= 24 else 0))
        return day, day, "day", rule
    if unit in ("week", "fortnight"):
        middle = published - dt.timedelta(weeks=amount * (2 if unit == "fortnight" else 1))
        monday = middle - dt.timedelta(days=middle.weekday())
        return monday, monday + dt.timedelta(days=6), "week", rule
    if unit == "month":
        months = published.year * 12 + published.month - 1 - amount
        year, month = divmod(months, 12)
        return dt.date(year, month + 1, 1), _month_end(year, month + 1), "month", rule
    year = max(published.year - amount * (10 if unit == "decade" else 1), 1)
    return dt.date(year, 1, 1), dt.date(year, 12, 31), "year", rule


def _unit(words: str, published: dt.date, unit: str, shift: int) -> Dates | None:
    if unit == "week":
        monday = published - dt.timedelta(days=published.weekday()) + dt.timedelta(weeks=shift)
        return _part(words, monday, monday + dt.timedelta(days=6), "week", "week")
    if unit == "weekend":
        # In a report of Monday to Friday "the weekend" is the one behind it; Saturday and Sunday speak of their own.
        saturday = published - dt.timedelta(days=(published.weekday() - 5) % 7)
        if shift > 0:
            saturday += dt.timedelta(weeks=1)
        return saturday, saturday + dt.timedelta(days=1), "span", "weekend"
    if unit == "month":
        first, last, grain, _rule = _ago(published, -shift, "month")
        return _part(words, first, last, grain, "month")
    if unit == "year":
        year = published.year + shift
        return _part(words, dt.date(year, 1, 1), dt.date(year, 12, 31), "year", "year")
    return None
