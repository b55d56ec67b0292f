"""By which power of the number of paragraphs each figure grows: 1 is in step, 0 not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bench.growing import Growing
from bench.report import LEFT_OUT, Table
from bench.speed import Speed

# At each size, by name; None where it was not measured.
_Figures = Sequence[Mapping[str, float | None]]


def growth_table(measured: Sequence[Speed], grown: Sequence[Growing]) -> Table:
    """Return the exponent of each figure over the sizes at which it was measured."""
    sizes = [speed.paragraphs for speed in measured]
    figures: _Figures = [
        _list_figures(speed, growing) for speed, growing in zip(measured, grown, strict=True)
    ]
    names = dict.fromkeys(name for at_size in figures for name in at_size)
    rows = []
    for name in names:
        exponent = find_exponent(sizes, [at_size.get(name) for at_size in figures])
        rows.append((name, LEFT_OUT if exponent is None else f"{exponent:.2f}"))
    return Table("Growth with the number of paragraphs", ("What", "Exponent"), tuple(rows))


def find_exponent(sizes: Sequence[int], figures: Sequence[float | None]) -> float | None:
    """Return the slope of the line through the logarithms; None for fewer than two figures."""
    pairs = [(size, value) for size, value in zip(sizes, figures, strict=True) if value]
    if len(pairs) < 2:
        return None
    logarithms = np.log(np.array(pairs, dtype=np.float64))
    slope, _ = np.polyfit(logarithms[:, 0], logarithms[:, 1], 1)
    return float(slope)


def _list_figures(speed: Speed, growing: Growing) -> Mapping[str, float | None]:
    ask = speed.ask_speed
    return {
        **{f"{engine.name}, build": engine.build_s for engine in speed.engines},
        **{f"{engine.name}, query": engine.median for engine in (*speed.engines, speed.limit)},
        "/ask": ask.correct.median,
        "/ask, misspelt": ask.misspelt.median,
        "indexing": ask.correct.build_s,
        "memory": ask.megabytes,
        "an article added": float(np.median(speed.add_ms)),
        "a start": growing.again.total,
        "an article taken in": float(np.median(growing.taking.total_ms)),
    }
