"""Sentences: where they end, and where a stop is that of an abbreviation, an hour or a date."""

from __future__ import annotations

import pytest

from bot.text.sentences import split_sentences


def split(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


# Each line is a text; a bar stands where a sentence ends.
@pytest.mark.parametrize(
    "line",
    [
        "The balloon came down at 5:24 p.m. CST on Feb. 22. | It was found by a farmer.",
        "The balloon came down at 3:07 a.m. EDT, Feb. 8, near Harl. | It was torn.",
        "It left at 3 a.m. GMT. | The crew slept.",
        "It left at 10 p.m. ET/PT on Sunday. | The crew slept.",
        "It left at 9 a.m. Eastern time. | The crew slept.",
        "It left at 9 a.m. Pacific Daylight Time on Monday. | The crew slept.",
        "It left at 9 p.m. New Tessel time. | The crew slept.",
        "It left at 9 a.m. local time. | The crew slept.",
        "The ferry leaves at 9 a.m. Monday from pier 4. | It is full.",
        "The ferry left at 11:20 a.m. Tuesday, March 5, from pier 4. | It was full.",
        "The ferry left at 3:27 a.m. Aug. 26 from pier 4. | It was full.",
        "The ferry left at 3:27 a.m. 26 August from pier 4. | It was full.",
        "The ferry left at 3 a.m. (0200 GMT) on Friday. | It was full.",
        "It opens at 8 a.m. and closes at 6 p.m. | Tickets cost four crowns.",
        "The meeting ended at 5 p.m. | The mayor left.",
        "The meeting ended at 5 p.m. | Mayor Ann Okafor left.",
        "The meeting ended at 5 p.m. | Monday is a holiday.",
        "The game is on Tues. Jan. 5 in Harl. | Come early.",
    ],
)
def test_an_hour_goes_on_with_its_zone_day_or_date(line: str) -> None:
    expected = line.split(" | ")
    assert split(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Lt. Col. Ann Okafor met Gen. Bo Ek, Adm. Cy Fox and Sgt. 1st Class Di Orr. | They talked.",
        "Rep. Ann Okafor, D-Harl, and Sen. Bo Ek, R-Tex., agreed. | Gov. Cy Fox did not.",
        "The Rev. Ann Okafor and the Hon. Bo Ek left. | Mr. and Mrs. Ek slept.",
        "She lives in St. Tessel near Mt. Harl. | He lives in Ft. Brandt.",
        "She lives on Main St. | He lives on Oak Ave. near the park.",
        "Acme Corp. President Ann Okafor and Harl Co. Chairman Bo Ek left. | She was tired.",
        "She works for Acme Inc. | He does not.",
        "The U.S. Army and the U.K. Treasury agreed. | The visit to the U.S. was short.",
        "She came from the U.S. | The visit was short.",
        "It is No. 5 of Vol. 3, pp. 5-7, Fig. 2. | See No. 6 too.",
        "It weighs approx. 40 kilograms, i.e. too much. | The bridge bears e.g. Bo Ek.",
        "The match was Tessel vs. Harl. | Tessel won.",
        "John Q. Ek voted. | J. R. R. Okafor did not.",
        "She holds a Ph.D. in physics. | Dr. Ek, M.D., does not.",
        "It rained on Jan. 5, Sept. 6 and Dec. 7. | It grew by 3.5 percent.",
        "Take 1 tsp. salt and 2 tbsp. oil. | Stir.",
    ],
)
def test_an_abbreviation_goes_on_with_what_it_announces(line: str) -> None:
    expected = line.split(" | ")
    assert split(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Der Bürgermeister kam am 3. Mai um 10 Uhr. | Er ging am 4. August.",
        "Das Amt zahlt ca. 40 Mio. Euro, z. B. für Brücken. | Es spart bzw. kürzt.",
        "Das kostet 40 Mio. | Die Stadt zahlt.",
        "Das 20. Jahrhundert begann. | Nach § 3 Abs. 2 Nr. 4 gilt das.",
        "El Sr. López y la Sra. Gil salieron. | Durmieron.",
        "시장은 “가겠다.”라고 말했다. | 그는 4일 떠났다.",
        '시장은 "가겠습니까?"고 물었다. | 그는 4일 떠났다.',
        "시장은 “가겠다”고 말했다. | 2024. 3. 5. 그는 돌아왔다.",
        "시장은 2024. 3. 5. 떠났다. | 그는 돌아왔다.",
        '시장은 "가겠다." 라고 말했다. | 그는 4일 떠났다.',
        '주민들은 "나가라!" 를 외쳤다. | 다리는 닫혔다.',
        "시장은 '가겠다. 꼭 가겠다.'고 말했다. | 그는 4일 떠났다.",
        "시장은 ‘가겠다. 언제 갈까?’라며 웃었다. | 그는 4일 떠났다.",
        '시장은 "간다. 못 온다."며 "미안하다."고 말했다.[2] | 그는 떠났다.',
        "“다리는 닫혔다.” | 그는 4일 떠났다.",
        "市長は「行く。」と言った。 | 橋は閉まった。",
        "Возьмите 2 ст. л. масла и 3 ч. л. соли. | Смешайте.",
    ],
)
def test_abbreviations_ordinals_and_quotations_of_other_languages(line: str) -> None:
    expected = line.split(" | ")
    assert split(" ".join(expected).replace("。 ", "。")) == expected


@pytest.mark.parametrize(
    "line",
    [
        "The Riddle! host who left last week was back on Monday. | He sang.",
        "Use the print! macro which writes a line, or make! for lists. | It is quick.",
        "He sold Do You Know? to a rival, a quiz of his own. | It ended in May.",
        "Will it hold? | Nobody knows. | It fell! | Tessel.org is down.",
        "Will it hold? | tessel.org has the answer.",
        "what a day! | we went to the sea and swam.",
    ],
)
def test_a_mark_within_a_name_ends_no_sentence(line: str) -> None:
    expected = line.split(" | ")
    assert split(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "line",
    [
        "“Will we go?” Ann Okafor asked. | She left.",
        "“Will we go?” | The hall was silent.",
        "(The bridge was closed.) | The ferry ran.",
        "He said, “She told me, ‘It is simple.’” | The council laughed.",
        "He saw a series of reliefs. | Buddhist art came later.",
        "It hung in a museum of art. | Brandt sold it.",
        "It appeared on the website Full Sail. | “We have left the harbour,” it said.",
        "They call him Bo L. “Rusty” Ek. | He laughs.",
        "It was late… | The crew slept.",
        "Who had closed the bridge? | There was no answer.",
        "1. Close the bridge. | 2. Open the ferry.",
        "The 'bridge of sighs' is closed. | The masters' houses are not.",
    ],
)
def test_quotations_brackets_and_numbers_of_a_list(line: str) -> None:
    expected = line.split(" | ")
    assert split(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "sentences",
    [
        ('A 27" screen was bought.', '"It is large," said Ann Okafor.', "We like it."),
        ('The pipe is 5" wide.', 'The other, an 8" one, broke.', '"Nobody saw it," he said.'),
        ('The "Harl" had 6" guns.', "It sank in 1931.", 'A 12" shell was found.'),
        ('"We are over 40", he said.', 'The rain was 3" deep.', "It froze."),
    ],
)
def test_the_mark_of_inches_is_no_quotation_mark(sentences: tuple[str, ...]) -> None:
    text = " ".join(sentences)
    assert tuple(text[slice(*span)] for span in split_sentences(text)) == sentences
