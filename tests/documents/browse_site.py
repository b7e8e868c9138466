#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Clicks through a built site in a headless Chromium: browse_site.py SITE [SCREENSHOTS]

Needs selenium (scripts/setup-site), Chromium and its driver. Exit code 77 and the reason if one is missing. The last line
is `N passed, N failed`."""

import base64
import functools
import http.server
import inspect
import json
import re
import shutil
import sys
import tempfile
import threading
import zlib
from pathlib import Path

try:
    from selenium import webdriver
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait
except ImportError:
    print("skipped: selenium is not installed; scripts/setup-site brings it")
    sys.exit(77)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Site:
    def __init__(self, folder, screenshots):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.root = f"http://127.0.0.1:{self.server.server_port}/"
        self.screenshots = screenshots
        self.profile = tempfile.mkdtemp()
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900",
                     f"--user-data-dir={self.profile}", "--disable-background-networking",
                     "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
        self.browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
        self.browser.set_page_load_timeout(60)

    def end(self):
        self.browser.quit()
        self.server.shutdown()
        shutil.rmtree(self.profile, ignore_errors=True)

    def open(self, page, width=1280):
        self.browser.set_window_size(width, 900)
        self.browser.get(self.root + page)

    def wait(self, condition, what):
        WebDriverWait(self.browser, 30).until(lambda _: condition(), what)

    def find(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def text(self):
        return self.browser.find_element(By.TAG_NAME, "article").text

    def shoot(self, name):
        self.browser.save_screenshot(str(self.screenshots / f"{name}.png"))

    def printed(self):
        """The page as a PDF, on the paper that its style names."""
        return base64.b64decode(self.browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])

    def search(self, words):
        self.browser.execute_script("document.querySelector('[data-md-toggle=search]').click()")
        field = self.find("input.md-search__input")[0]
        self.wait(field.is_displayed, "the search field")
        field.send_keys(words)
        self.wait(lambda: self.find(".md-search-result__link"), f"results for {words}")
        return self.find(".md-search-result__link")


def papers(pdf):
    """[(width, height)] of the pages of a PDF, in millimetres."""
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert len(boxes) == len(re.findall(rb"/Type\s*/Page\b", pdf)) > 0
    return [(round(float(width) / 72 * 25.4), round(float(height) / 72 * 25.4)) for width, height in boxes]


def letter_sizes(pdf):
    """{points: how many strings} of a PDF, as they are on the paper: a browser makes small what is too wide for it."""
    sizes = {}
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        try:
            text = zlib.decompress(stream).decode("latin-1")
        except zlib.error:
            continue
        if " Tf" not in text:
            continue
        scale, font, matrix, saved, numbers = 1.0, 0.0, 1.0, [], []
        for token in re.sub(r"\((?:\\.|[^()\\])*\)", " ", text).replace("[", " [ ").replace("]", " ] ").split():
            if re.fullmatch(r"[+-]?[\d.]+", token):
                numbers.append(float(token))
                continue
            if token == "q":
                saved.append(scale)
            elif token == "Q":
                scale = saved.pop()
            elif token == "cm":
                scale *= abs(numbers[-3])
            elif token == "Tf":
                font = numbers[-1]
            elif token == "BT":
                matrix = 1.0
            elif token == "Tm":
                matrix = abs(numbers[-3])
            elif token in ("Tj", "TJ"):
                size = round(font * matrix * scale, 2)
                sizes[size] = sizes.get(size, 0) + 1
            numbers = []
    return sizes


def the_cheat_sheet_is_one_page_that_can_be_read(site):
    site.open("cheat_sheet.html")
    pdf = site.printed()
    sizes = letter_sizes(pdf)
    assert papers(pdf) == [(210, 297)], f"it is {papers(pdf)} mm"
    assert sum(sizes.values()) > 100 and min(sizes) >= 7.49, f"letters of {sizes} points"


def the_first_page_shows_a_program_and_a_diagram(site):
    site.open("index.html")
    assert "int main()" in site.text() and "greet_one_client" in site.text()
    site.wait(lambda: any(each.size["height"] > 100 for each in site.find("div.mermaid")), "the diagram of states")
    site.shoot("first_page")


def search_finds_listen(site):
    site.open("index.html")
    results = site.search("listen")
    said = [result.get_attribute("textContent").lower() for result in results]
    assert any("listen" in each for each in said), said
    site.shoot("search")
    target = next(result for result, text in zip(results, said) if "listen" in text)
    site.browser.get(target.get_attribute("href"))
    assert "listen" in site.text().lower()


def the_page_of_a_connected_socket_shows_send(site):
    site.open("reference/index.html")
    link = next(each for each in site.find("article a") if each.get_attribute("href").endswith("reference/tcp/Connected.html"))
    link.click()
    site.wait(lambda: "TCP: Connected" in site.text(), "the page")
    assert "socket.send(ConstBuffer bytes)" in site.text() and "shutdown_send" in site.text()
    assert "accept" not in site.text()
    site.shoot("reference")


def the_page_of_a_connected_socket_that_never_waits_has_its_own_calls(site):
    site.open("reference/tcp/Connected.html")
    next(each for each in site.find("article a") if each.text == "that never wait").click()
    site.wait(lambda: "TCP that never waits: Connected" in site.text(), "the page")
    assert "estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<F>>> socket;" in site.text()
    assert "socket.recv(MutableBuffer buffer)" in site.text() and "it would block" in site.text()
    assert "interest::duplex" in site.text() and "set_blocking" in site.text()
    assert not {"recv_exact", "send_all", "finish", "Deadline"} & set(re.findall(r"\w+", site.text()))  # what only waiting can do


def the_page_of_a_connected_socket_in_coroutines_shows_what_is_awaited(site):
    site.open("reference/tcp_nonblocking/Connected.html")
    next(each for each in site.find("article a") if each.text == "in coroutines").click()
    site.wait(lambda: "TCP in coroutines: Connected" in site.text(), "the page")
    assert "estate::Async<estate::ConnectedSocket<estate::NonBlocking<estate::Tcp<F>>>> socket;" in site.text()
    assert "co_await socket.recv_exact(MutableBuffer buffer[, Deadline until])" in site.text() and "accept" not in site.text()


def the_page_of_a_unix_domain_listener_names_its_type(site):
    site.open("reference/unixstream/Listening.html")
    assert "estate::ListeningSocket<estate::UnixStream> socket;" in site.text() and "accept" in site.text()


def the_reference_has_value_types_and_what_umbrellas_declare(site):
    for page, names in (("addresses", ("from_octets", "is_loopback")), ("sockets", ("connect_any", "into_asio")),
                        ("readiness", ("Poller", "PollPoller")), ("rings", ("Ring", "BufferSlab")), ("simulation", ("try_all", "Fault"))):
        site.open(f"reference/{page}.html")
        missing = [name for name in names if name not in site.text()]
        assert not missing, f"{page} has no {missing}"


def a_chapter_of_the_tutorial_is_reached_from_the_first_page(site):
    site.open("index.html")
    next(each for each in site.find("article a") if each.text == "tutorial").click()
    site.wait(lambda: "Tutorial" in site.browser.title, "the tutorial")
    next(each for each in site.find("article a") if "two terminals" in each.text).click()
    site.wait(lambda: "two terminals" in site.browser.title, "the chapter")
    assert "greet_all" in site.text()
    site.wait(lambda: all(each.size["height"] > 100 for each in site.find("div.mermaid")), "its diagrams")
    site.shoot("tutorial")


def an_error_of_the_compiler_is_found(site):
    site.open("index.html")
    results = site.search("no member named 'accept'")
    assert any("errors.html" in result.get_attribute("href") for result in results)


def it_has_a_dark_mode(site):
    site.open("index.html")
    before = site.find("body")[0].get_attribute("data-md-color-scheme")
    site.browser.execute_script("[...document.querySelectorAll('[data-md-component=palette] label')].find(l => !l.hidden).click()")
    site.wait(lambda: site.find("body")[0].get_attribute("data-md-color-scheme") != before, "another scheme")
    site.shoot("dark")


def a_phone_does_not_scroll_sideways(site):
    for page in ("index.html", "tutorial/3_two_terminals.html", "errors.html", "reference/tcp/Connected.html"):
        site.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                     {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True})
        site.browser.get(site.root + page)
        width = site.browser.execute_script("return document.documentElement.scrollWidth")
        assert width <= 390, f"{page} is {width} wide"
    site.shoot("phone")
    site.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def no_other_host_was_asked(site):
    asked = set()
    for entry in site.browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.add(message["params"]["request"]["url"])
    foreign = [url for url in asked if url.startswith("http") and not url.startswith(site.root)]
    assert asked and not foreign, foreign


def main():
    folder = Path(sys.argv[1])
    screenshots = Path(sys.argv[2] if len(sys.argv) > 2 else folder.parent / "screenshots")
    for tool in ("chromium", "chromedriver"):
        if not shutil.which(tool):
            print(f"skipped: {tool} is not installed")
            return 77
    screenshots.mkdir(parents=True, exist_ok=True)
    site = Site(folder, screenshots)
    passed = failed = 0
    try:
        for name, check in list(globals().items()):
            if not inspect.isfunction(check) or "site" not in inspect.signature(check).parameters:
                continue
            try:
                check(site)
                passed += 1
            except Exception as error:  # a browser has many ways to fail
                failed += 1
                print(f"FAILED {name}: {type(error).__name__}: {error}")
    finally:
        site.end()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
