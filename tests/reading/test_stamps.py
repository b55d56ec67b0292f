"""Dates as pages of many languages print them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.reading.pages.stamps import (
    has_stamp,
    opens_with_date,
    read_date,
    read_moment,
    strip_stamp,
)


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("Thursday, 5 March 2026, 8:03 am", date(2026, 3, 5)),
        ("Sept. 7th, 2024", date(2024, 9, 7)),
        ("05.03.2026, 14:05 Uhr", date(2026, 3, 5)),
        ("Stand: 5. März 2026", date(2026, 3, 5)),
        ("Wien, 5. Jänner 2026", date(2026, 1, 5)),
        ("Publié le 1er août 2025 à 9h", date(2025, 8, 1)),
        ("17 de octubre de 2023", date(2023, 10, 17)),
        ("3 luglio 2021", date(2021, 7, 3)),
        ("2 set 2021", date(2021, 9, 2)),
        ("9 de março de 2020", date(2020, 3, 9)),
        ("8 oktober 2019", date(2019, 10, 8)),
        ("12 października 2022", date(2022, 10, 12)),
        ("4 ağustos 2018", date(2018, 8, 4)),
        ("21 ноября 2024 г.", date(2024, 11, 21)),
        ("2026. március 5.", date(2026, 3, 5)),
        ("송고시간2025-09-19 10:30", date(2025, 9, 19)),
        ("2025. 9. 19. 오전 9:10", date(2025, 9, 19)),
        ("2025年9月19日", date(2025, 9, 19)),
        ("25/03/2024", date(2024, 3, 25)),
        ("03/25/2024", date(2024, 3, 25)),
    ],
)
def test_a_full_date_is_read(stamp: str, day: date) -> None:
    assert read_date(stamp) == day


@pytest.mark.parametrize("stamp", ["04/03/2024", "31.02.2024", "5 March", "1.2.3.2024", "2024"])
def test_what_is_no_certain_day_is_not_read(stamp: str) -> None:
    assert read_date(stamp) is None


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("Updated March 5, 2026", None),
        ("Last updated on Thu, 5 March 2026", None),
        ("Aktualisiert am 05.03.2026", None),
        ("Mis à jour le 5 mars 2026", None),
        ("Actualizado el 5 de marzo de 2026", None),
        ("수정 2025.09.20 11:00", None),
        ("Updated: 6 March 2026 | Published: 5 March 2026", date(2026, 3, 5)),
        ("입력 2025.09.19 10:30 수정 2025.09.20 11:00", date(2025, 9, 19)),
    ],
)
def test_the_day_of_a_change_is_not_that_of_publication(stamp: str, day: date | None) -> None:
    assert read_date(stamp) == day


@pytest.mark.parametrize(
    "stamp", ["송고시간2025-09-19 10:30", "Publié le 5 mars 2026", "05.03.2026, 14:05 Uhr"]
)
def test_a_stamp_holds_nothing_else(stamp: str) -> None:
    assert has_stamp(stamp)
    assert not strip_stamp(stamp).strip(" ,:")


@pytest.mark.parametrize("stamp", ["an hour ago", "Updated a week\u00a0AGO", "３일 전", "2h ago"])
def test_an_age_in_words_or_figures_is_a_stamp(stamp: str) -> None:
    assert has_stamp(stamp)


@pytest.mark.parametrize(
    ("line", "opens"),
    [
        ("Thu, 5 March 2026: the ferry sails again", True),
        ("12 May 2021 in pictures", True),
        ("2026.3.5 나루시 소식", True),
        ("3 days ago the ferry sailed", False),
        ("Monday, the ferry sails on 12 May 2021", False),
        ("The ferry of 12 May 2021", False),
    ],
)
def test_a_line_opens_with_a_date_or_its_day_of_the_week(line: str, opens: bool) -> None:
    assert opens_with_date(line) == opens


@pytest.mark.parametrize("line", ["Our 10 set menus", "4 out of 5 cats", "Ferry 12 lists to port"])
def test_a_word_that_also_names_a_month_is_no_stamp(line: str) -> None:
    assert not has_stamp(line)


@pytest.mark.parametrize(
    ("stated", "moment"),
    [
        ("2026-03-05T23:30:00-05:00", datetime(2026, 3, 6, 4, 30, tzinfo=UTC)),
        ("2026-03-05T08:03:11.250Z", datetime(2026, 3, 5, 8, 3, 11, 250_000, UTC)),
        ("2026-03-05 08:03+0900", datetime(2026, 3, 4, 23, 3, tzinfo=UTC)),
        ("Thu, 05 Mar 2026 08:03:00 GMT", datetime(2026, 3, 5, 8, 3, tzinfo=UTC)),
        ("Thu, 5 Mar 2026 08:03:00 EST", datetime(2026, 3, 5, 13, 3, tzinfo=UTC)),
        ("Thu, 05 Mar 2026 08:03:00 -0000", datetime(2026, 3, 5, 8, 3, tzinfo=UTC)),
    ],
)
def test_a_time_with_its_zone_is_a_moment(stated: str, moment: datetime) -> None:
    assert read_moment(stated) == moment


@pytest.mark.parametrize(
    "stated",
    [
        "2026-03-05",
        "2026-03-05T08:03:00",
        "2026-03-05T00:00:00+09:00",
        "Thu, 05 Mar 2026 08:03:00",
        "Thu, 05 Mar 2026 00:00:00 GMT",
        "2026-13-05T08:03:00Z",
        "0001-01-01T00:30:00+09:00",
        "8:03",
        "",
    ],
)
def test_a_day_alone_and_a_time_of_no_zone_are_none(stated: str) -> None:
    assert read_moment(stated) is None
