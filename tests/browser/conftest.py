"""A headless Chromium, where there is one, and the town that it visits."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from towns import Served, served

pytest.importorskip("starlette", reason="needs krid[web]")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

SCREENS = Path(__file__).parents[2] / "out" / "screens"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Start a browser for these tests alone: while it runs, so does a loop in this thread."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    with (
        playwright.sync_playwright() as started,
        started.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser,
    ):
        yield browser


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as found:
        yield found


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[[str, str], Any]]:
    """Open a person's browser in a language, at the width of a phone or a desk."""
    ending = ExitStack()

    def opened(language: str, size: str) -> Any:
        width, height = SIZES[size]
        context = chromium.new_context(
            locale="ko-KR" if language == "ko" else "en-GB",
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
        )
        ending.callback(context.close)
        page = context.new_page()
        page.set_default_timeout(120_000)
        return page

    with ending:  # closes the others, too, where one can't be closed
        yield opened


@pytest.fixture
def shot() -> Callable[[Any, str], None]:
    """Keep a picture of a page under out/."""
    SCREENS.mkdir(parents=True, exist_ok=True)

    def take(page: Any, name: str) -> None:
        page.screenshot(path=SCREENS / f"{name}.png", full_page=True)

    return take
