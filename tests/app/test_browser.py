"""The app in a real browser: every page in both languages, no request to anywhere else, decisions that stay."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from made_world import HOSTILE, a_question, fill

from foresight.i18n import Texts
from foresight.store.archive import Archive
from foresight.store.generations import Generations
from foresight.store.ledger import Ledger

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PAGES = ("", "radar", "trends", "trend?id=t-voice", "scenarios?id=s-kauppa", "sources", "about")
CHARTS = ("", "radar", "trends", "trend?id=t-voice", "scenarios?id=s-kauppa")
CHART = '[data-testid="stVegaLiteChart"] svg'
TROUBLE = '[data-testid="stException"], [data-testid="stAlertContentError"]'

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"there is no {CHROMIUM} to look with"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one published generation and one scenario."""
    folder = tmp_path_factory.mktemp("data")
    archive = Archive(folder / "work.duckdb")
    fill(archive)
    Generations(folder, keep=3).publish(archive)
    archive.close()
    ledger = Ledger(folder / "ledger.sqlite")
    ledger.save_scenario(a_question())
    ledger.close()
    return folder


@pytest.fixture(scope="module")
def address(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The running app."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    log = tmp_path_factory.mktemp("log") / "app.log"
    with log.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *options],
            cwd=ROOT,
            env={**os.environ, "FORESIGHT_DATA": str(data)},
            stdout=told,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}/_stcore/health", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own server on the loopback
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the app did not answer: {log.read_text()}")


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    """A browser page that keeps what was requested in `page.asked` and what went wrong in `page.wrong`."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        shown = browser.new_page(viewport={"width": 1400, "height": 1000})
        shown.asked, shown.wrong = [], []
        shown.on("request", lambda request: shown.asked.append(request.url))
        shown.on("websocket", lambda opened: shown.asked.append(opened.url))
        shown.on("pageerror", lambda error: shown.wrong.append(str(error)))
        yield shown
        browser.close()


def open_page(page: Any, address: str, name: str, lang: str) -> None:
    path, _, query = name.partition("?")
    page.goto(f"{address}/{path}?lang={lang}" + (f"&{query}" if query else ""))
    page.wait_for_selector("h1", timeout=30_000)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=30_000)


@pytest.mark.parametrize("lang", ["fi", "en"])
def test_every_page_is_drawn_and_asks_nothing_of_the_world(page: Any, address: str, lang: str) -> None:
    page.asked.clear()
    for name in PAGES:
        open_page(page, address, name, lang)
        assert page.locator(TROUBLE).all_inner_texts() == [], name
        if name in CHARTS:
            page.locator(CHART).first.wait_for(state="attached")  # on a tab that is not open it is not seen
    host = address.removeprefix("http://")
    outside = [url for url in page.asked if not url.startswith((f"http://{host}", f"ws://{host}", "data:", "blob:"))]
    assert outside == []
    assert page.wrong == []


def test_a_trend_renamed_in_the_app_keeps_its_name_after_a_reload(page: Any, address: str) -> None:
    say = Texts("fi")
    open_page(page, address, "trend?id=t-repair", "fi")
    page.get_by_role("button", name=say("ui.edit"), exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(say("ui.your_name")).fill("Aino")
    dialog.get_by_label(say("ui.your_name")).press("Enter")
    dialog.get_by_label(say("ui.new_title")).fill("Korjaajan **uusi** aika")
    dialog.get_by_label(say("ui.new_title")).press("Enter")
    dialog.get_by_role("button", name=say("ui.save"), exact=True).first.click()
    page.get_by_role("heading", name="Korjaajan **uusi** aika").wait_for(timeout=15_000)
    open_page(page, address, "trend?id=t-repair", "en")
    page.get_by_role("heading", name="Korjaajan **uusi** aika").wait_for(timeout=15_000)


def test_a_hostile_headline_is_shown_letter_by_letter(page: Any, address: str) -> None:
    open_page(page, address, "trend?id=t-voice", "en")
    page.get_by_role("button", name=Texts("en")("ui.all_evidence")).click()
    shown = page.get_by_role("link", name="onerror")
    shown.wait_for(timeout=15_000)
    assert shown.inner_text().replace("\u2060", "") == HOSTILE
    assert page.locator("img[src='x'], a[href^='javascript']").count() == 0


def test_a_click_on_the_radar_opens_the_trend_s_card(page: Any, address: str) -> None:
    open_page(page, address, "radar", "fi")
    mark = page.locator(f"{CHART} .mark-symbol path[aria-label*='Puheavustajat asiakaspalvelussa']").first
    mark.click()
    page.locator(".st-key-card_radar_t-voice").wait_for(timeout=15_000)


def test_a_brief_is_handed_over_as_a_file(page: Any, address: str) -> None:
    say = Texts("en")
    open_page(page, address, "trend?id=t-voice", "en")
    page.get_by_role("button", name=say("ui.brief")).click()
    with page.expect_download(timeout=20_000) as handed:
        page.get_by_role("button", name=say("ui.format_html")).click()
    content = Path(handed.value.path()).read_text(encoding="utf-8")
    assert "Voice assistants answer the helpline" in content
    assert "<script" not in content
