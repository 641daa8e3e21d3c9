"""Counters and durations of one process, in the text form that Prometheus reads."""

import threading
from typing import Final, final

_BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of durations in seconds: from a page in memory to a person's patience."""


@final
class Metrics:
    """How many answers there were and how long they took, by route, method and status.

    Labels are names of routes, never paths, so that their number is small and they name nobody.
    Several threads may use one.

    >>> metrics = Metrics()
    >>> metrics.note("token", "POST", 200, 0.004)
    >>> print(metrics.render("issuer").splitlines()[2])
    krid_http_answers_total{app="issuer",route="token",method="POST",status="200"} 1
    """

    def __init__(self) -> None:
        self._lock: Final = threading.Lock()
        self._answers: Final[dict[tuple[str, str, int], int]] = {}
        self._buckets: Final[dict[str, list[int]]] = {}
        self._seconds: Final[dict[str, float]] = {}

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answer."""
        with self._lock:
            key = (route, method, status)
            self._answers[key] = self._answers.get(key, 0) + 1
            buckets = self._buckets.setdefault(route, [0] * (len(_BOUNDS) + 1))
            buckets[-1] += 1
            for place, bound in enumerate(_BOUNDS):
                buckets[place] += seconds <= bound
            self._seconds[route] = self._seconds.get(route, 0.0) + seconds

    def render(self, app: str) -> str:
        """Write everything in the text format of Prometheus, version 0.0.4."""
        with self._lock:
            lines = [*self._counts(app), *self._durations(app)]
        return "\n".join([*lines, ""])

    def _counts(self, app: str) -> list[str]:
        name = "krid_http_answers_total"
        lines = [f"# HELP {name} Answers by route and status.", f"# TYPE {name} counter"]
        lines += [
            f'{name}{{app="{app}",route="{route}",method="{method}",status="{status}"}} {count}'
            for (route, method, status), count in sorted(self._answers.items())
        ]
        return lines

    def _durations(self, app: str) -> list[str]:
        name = "krid_http_answer_seconds"
        lines = [f"# HELP {name} How long answers took.", f"# TYPE {name} histogram"]
        for route, buckets in sorted(self._buckets.items()):
            labels = f'app="{app}",route="{route}"'
            bounds = [*map(str, _BOUNDS), "+Inf"]
            lines += [
                f'{name}_bucket{{{labels},le="{bound}"}} {count}'
                for bound, count in zip(bounds, buckets, strict=True)
            ]
            lines.append(f"{name}_sum{{{labels}}} {self._seconds[route]:.6f}")
            lines.append(f"{name}_count{{{labels}}} {buckets[-1]}")
        return lines
