"""The report in a real browser: offline, quiet, and with its answer in the first screen."""

import importlib.util
import itertools
import pathlib
import shutil

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

import sakimori
from sakimori.report import RunView, build

CHROMIUM, DRIVER = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
SYNTHETIC = pathlib.Path(__file__).parents[1] / "unit" / "report" / "synthetic.py"
LAND = pathlib.Path(sakimori.__file__).parent / "data" / "geo" / "land-50m.json"
WIDTH, HEIGHT = 1280, 900

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver")

VISIBLE_TEXT = """
const box = arguments[0].getBoundingClientRect();
return [box.left, box.top, box.right, box.bottom, arguments[0].innerText];
"""
CLIPPED = """
return [...document.querySelectorAll('figure svg')].flatMap(svg => {
  const all = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(t => {
    const b = t.getBoundingClientRect();
    const sideways = b.left < all.left - 1 || b.right > all.right + 1;
    return b.width && (sideways || b.top < all.top - 1 || b.bottom > all.bottom + 1);
  }).map(t => t.textContent);
});
"""
OVERLAPPING = """
return [...document.querySelectorAll('figure svg')].flatMap(svg => {
  // The box of a slanted label is larger than the label: those are left to the eye.
  const level = [...svg.querySelectorAll('text')].filter(t => !/rotate\\((?!-90)/.test(t.getAttribute('transform')));
  const boxes = level.map(t => [t.textContent, t.getBoundingClientRect()])
    .filter(([s, b]) => s.trim() && b.width);
  const found = [];
  boxes.forEach(([s, a], i) => boxes.slice(0, i).forEach(([t, b]) => {
    const same = s === t && Math.abs(a.left - b.left) < 1 && Math.abs(a.top - b.top) < 1;
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const tall = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (!same && wide > 1 && tall > 4) found.push(s + ' / ' + t);
  }));
  return found;
});
"""
CONTRAST = """
const light = c => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(x => { x /= 255;
  return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
  if (!/^rgba.*, 0\\)$/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
return [...document.querySelectorAll('body *')].filter(e => !e.closest('svg') && [...e.childNodes].some(
  n => n.nodeType === 3 && n.textContent.trim())).map(e => {
    const a = light(getComputedStyle(e).color), b = light(behind(e));
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.textContent.trim().slice(0, 40)];
  }).filter(([ratio]) => ratio < 4.5);
"""


@pytest.fixture(scope="module")
def browser():
    options = Options()
    options.binary_location = CHROMIUM
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", f"--window-size={WIDTH},{HEIGHT}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd(
        "Network.emulateNetworkConditions",
        {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0},
    )
    yield driver
    driver.quit()


def pages():
    spec = importlib.util.spec_from_file_location("synthetic_run", SYNTHETIC)
    assert spec
    assert spec.loader
    synthetic = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(synthetic)
    document, tables = synthetic.watched()
    yield "defence", RunView(synthetic.manifest(60), synthetic.study(), synthetic.tables(60), LAND)
    yield "tied", RunView(synthetic.manifest(60), synthetic.study(), synthetic.tables(60, close=True), LAND)
    yield "detection", RunView(synthetic.manifest(30), document, tables, LAND)
    yield "unfinished", RunView(synthetic.manifest(99), synthetic.study(), synthetic.tables(60), LAND)


@pytest.fixture(scope="module", params=["defence", "tied", "detection", "unfinished"])
def page(request, browser, tmp_path_factory):
    view = dict(pages())[request.param]
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(build(view), "utf-8")
    browser.get_log("browser")
    browser.get_log("performance")
    browser.get(path.as_uri())
    return browser


def test_the_console_stays_silent_and_only_the_file_is_asked_for(page):
    assert page.get_log("browser") == []
    asked = [
        entry["message"] for entry in page.get_log("performance") if "Network.requestWillBeSent" in entry["message"]
    ]
    assert asked
    assert not [message for message in asked if '"url":"http' in message]
    for element in page.find_elements(By.CSS_SELECTOR, "[src], [href]"):
        where = element.get_dom_attribute("src") or element.get_dom_attribute("href")
        assert where.startswith(("#", "data:"))
    assert page.find_elements(By.TAG_NAME, "script") == []


def test_the_answer_is_in_the_first_screen(page):
    left, top, right, bottom, text = page.execute_script(VISIBLE_TEXT, page.find_element(By.CSS_SELECTOR, "#answer h2"))
    assert top >= 0
    assert bottom < HEIGHT / 3
    assert left >= 0
    assert right <= WIDTH
    assert "Resolved" in text or "Not resolved" in text
    for sentence in page.find_elements(By.CSS_SELECTOR, "#answer .say, #answer .warn"):
        assert sentence.rect["y"] + sentence.rect["height"] < HEIGHT
    rows = page.find_elements(By.CSS_SELECTOR, "#answer tbody tr")
    assert rows[1].rect["y"] + rows[1].rect["height"] < HEIGHT  # the best option with its interval


def test_the_measures_that_help_most_and_what_would_change_that_are_in_the_first_screen(page):
    """Order, cost, year, how sure: seen without scrolling, wherever anything helps."""
    tables = [t for t in page.find_elements(By.CSS_SELECTOR, "#answer table") if "How sure" in t.text]
    if "helps most" not in page.find_element(By.ID, "answer-title").text:
        return
    _, _, right, bottom, text = page.execute_script(VISIBLE_TEXT, tables[0])
    assert bottom <= HEIGHT
    assert right <= WIDTH
    assert all(word in text for word in ("1.", "Cost", "Available", "in this place"))
    found = page.find_element(By.XPATH, "//section[@id='answer']//p[contains(., 'What would change it.')]")
    assert page.execute_script(VISIBLE_TEXT, found)[3] <= HEIGHT


def test_pictures_have_words_and_headings_their_order(page):
    pictures = page.find_elements(By.CSS_SELECTOR, "figure [role=img]")
    assert pictures
    assert all(p.get_attribute("aria-label") and p.find_elements(By.TAG_NAME, "svg") for p in pictures)
    levels = [int(h.tag_name[1]) for h in page.find_elements(By.CSS_SELECTOR, "h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    assert page.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"
    assert page.title


def test_labels_of_figures_are_neither_cut_nor_on_top_of_each_other(page):
    assert page.execute_script(CLIPPED) == []
    assert page.execute_script(OVERLAPPING) == []


def test_text_stands_out_from_its_background(page):
    assert page.execute_script(CONTRAST) == []  # WCAG 2.1, 1.4.3: at least 4.5 to 1


def test_the_page_does_not_scroll_sideways(page):
    assert page.execute_script("return document.documentElement.scrollWidth") <= WIDTH


def test_every_entry_of_the_contents_leads_somewhere(page):
    for link in page.find_elements(By.CSS_SELECTOR, "nav a"):
        assert page.find_elements(By.ID, link.get_dom_attribute("href")[1:])
