"""Curves as SVG, without a library: sizes by powers of ten across, milliseconds up."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import log10

_WIDTH, _HEIGHT, _EDGE = 640, 360, 56
_HEADROOM = 1.6  # for the names above the curves
_COLOURS = ("#1f5f99", "#b3541e", "#3c7a3c", "#7a4f9a")


def plot(title: str, curves: Mapping[str, Mapping[int, float]]) -> str:
    """Return a drawing of the curves, each a line with its name at its end."""
    sizes = sorted(next(iter(curves.values())))
    top = max(max(curve.values()) for curve in curves.values()) * _HEADROOM
    parts = [_frame(title, sizes, top)]
    for number, (name, curve) in enumerate(curves.items()):
        parts.append(_line(name, curve, sizes, top, _COLOURS[number % len(_COLOURS)], number))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="12" role="img" aria-label="{escape(title)}">\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _frame(title: str, sizes: list[int], top: float) -> str:
    base, left, right = _HEIGHT - _EDGE, _EDGE, _WIDTH - _EDGE
    marks = "".join(
        f'<text x="{_across(size, sizes):.0f}" y="{base + 18}" text-anchor="middle">{size:,}</text>'
        for size in sizes
    )
    return (
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>'
        f'<path d="M{left} {_EDGE - 20}V{base}H{right}" fill="none" stroke="#444444"/>'
        f'<text x="{left - 6}" y="{_EDGE - 12}" text-anchor="end">{top:.1f}</text>'
        f'<text x="{left - 6}" y="{base}" text-anchor="end">0</text>'
        f'<text x="{left}" y="20">milliseconds (median) by {escape(title)}</text>{marks}'
    )


def _line(
    name: str, curve: Mapping[int, float], sizes: list[int], top: float, colour: str, number: int
) -> str:
    points = " ".join(f"{_across(size, sizes):.1f},{_up(curve[size], top):.1f}" for size in sizes)
    legend = _EDGE + 16 * number - 14
    return (
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        f'<text x="{_WIDTH - _EDGE}" y="{legend}" text-anchor="end" fill="{colour}">'
        f"{escape(name)}</text>"
    )


def _across(size: int, sizes: list[int]) -> float:
    least, most = log10(sizes[0]), log10(sizes[-1])
    return _EDGE + (log10(size) - least) / (most - least) * (_WIDTH - 2 * _EDGE)


def _up(value: float, top: float) -> float:
    return _HEIGHT - _EDGE - value / top * (_HEIGHT - 2 * _EDGE)
