"""What was measured, as a table for people."""

from typing import Any


def print_report(report: dict[str, Any]) -> None:
    """Rates, ratios, and where the time goes."""
    for engine in ("sqlite", "postgres"):
        if engine in report:
            _print_engine(engine, report[engine])


def _print_engine(name: str, found: dict[str, Any]) -> None:
    print(f"\n{name}: requests a second (2xx only), median of the rounds")
    print(f"{'':8}" + "".join(f"{c + ' conn.':>22}" for c in found["rates"]["play"]))
    for kind, rates in found["rates"].items():
        cells = (f"{e['rate']:.0f}  p50 {e['p50_ms']:.1f} p99 {e['p99_ms']:.0f}" for e in rates.values())
        print(f"{kind:8}" + "".join(f"{cell:>22}" for cell in cells))
    print("play ÷ empty route: " + ", ".join(f"{r['median']:.2f} at {c}" for c, r in found["play ÷ empty"].items()))
    print(f"play ÷ plain ORM, best against best: {found['play ÷ orm']:.1f}")
    if "play ÷ pgbench" in found:
        print(f"play ÷ pgbench at its best client count: {found['play ÷ pgbench']:.2f} ({found['pgbench']})")
    if "parts_us" in found:
        parts = ", ".join(f"{name} {us:.0f}" for name, us in found["parts_us"].items())
        print(f"a play in a batch of 64, microseconds: {parts}")
        print(f"bytes on disk per million plays: {found['bytes per million plays'] / 1e9:.2f} GB")
