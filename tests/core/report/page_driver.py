"""Opens an interactive report in headless Chromium and moves it with real mouse and key events.

Usage: page_driver.py CHROMIUM PAGE. Speaks the DevTools protocol through a pipe, which needs no library.
"""

import json
import os
import subprocess
import sys
import tempfile
import time


class Browser:
    def __init__(self, chromium, page):
        self.profile = tempfile.TemporaryDirectory()
        to_read, self.to = os.pipe()
        self.back, back_write = os.pipe()

        def wire():
            # Chromium reads from 3 and writes to 4. Both are moved away first, as they may be 3 or 4.
            a, b = os.dup(to_read), os.dup(back_write)
            a, b = os.dup2(a, 100), os.dup2(b, 101)
            os.dup2(a, 3)
            os.dup2(b, 4)

        self.process = subprocess.Popen(
            [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
             "--disable-dev-shm-usage", "--window-size=1280,800", f"--user-data-dir={self.profile.name}",
             "about:blank"], preexec_fn=wire, close_fds=False, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(back_write)
        self.rest, self.count, self.events = b"", 0, []
        target = self.ask("Target.createTarget", url="file://" + os.path.abspath(page))["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.page("Runtime.enable")
        self.wait("document.readyState === 'complete' && typeof show === 'function'")

    def ask(self, method, session=None, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.rest:
                got = os.read(self.back, 1 << 20)
                if not got:
                    raise RuntimeError("Chromium has gone.")
                self.rest += got
            text, self.rest = self.rest.split(b"\0", 1)
            answer = json.loads(text)
            if answer.get("method") == "Runtime.exceptionThrown":
                raise RuntimeError(json.dumps(answer["params"]["exceptionDetails"])[:500])
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def page(self, method, **parameters):
        return self.ask(method, self.session, **parameters)

    def value(self, expression):
        result = self.page("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {json.dumps(result['exceptionDetails'])[:300]}")
        return result["result"].get("value")

    def wait(self, expression):
        for _ in range(300):
            if self.value(expression):
                return
            time.sleep(0.1)
        raise RuntimeError(f"never came true: {expression}")

    def place(self, selector):
        return self.value(f"(e => (e.scrollIntoView({{block: 'nearest'}}), (r => [r.x + r.width / 2, "
                          f"r.y + r.height / 2, r.height])(e.getBoundingClientRect())))"
                          f"(document.querySelector({json.dumps(selector)}))")

    def mouse(self, kind, x, y, buttons=0):
        self.page("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=buttons, clickCount=1)

    def click(self, selector):
        x, y, _ = self.place(selector)
        self.mouse("mousePressed", x, y, 1)
        self.mouse("mouseReleased", x, y)

    def key(self, name):
        for kind in ("keyDown", "keyUp"):
            self.page("Input.dispatchKeyEvent", type=kind, key=name, code=name,
                      windowsVirtualKeyCode={"ArrowUp": 38, "ArrowDown": 40, "ArrowLeft": 37, "ArrowRight": 39,
                                             "Tab": 9}[name])

    def picture(self, path):
        import base64
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.page("Page.captureScreenshot")["data"]))

    def close(self):
        try:
            self.ask("Browser.close")
        except RuntimeError:
            pass
        self.process.wait(20)
        self.profile.cleanup()


def check(what, is_so):
    if not is_so:
        raise AssertionError(what)


def drive(browser):
    value = browser.value
    data = value("({pairs: data.pairs.length, plans: data.plans.length, targets: targets.length})")
    check("a card for each pair", value("document.querySelectorAll('.pair').length") == data["pairs"])
    check("a bar for each group", value("document.querySelectorAll('#plan rect').length === data.groups.length"))
    check("a point for each plan", value("document.querySelectorAll('#pareto .point').length") == data["plans"])

    # The target by its slider and keys: all to the right is the highest.
    browser.click("#target")
    for _ in range(data["targets"]):
        browser.key("ArrowRight")
    check("the highest target", value("state.target") == data["targets"] - 1)
    shown = value("by('count').textContent")
    check("the count is that plan's", shown.startswith(str(value("current().count"))))
    answers = value("[...document.querySelectorAll('.pair')].map(c => [c.dataset.pair, "
                    "c.querySelectorAll('.answer')[1].textContent.slice(2)])")
    for number, said in answers:
        expected = value(f"data.texts[current().answers[{number}]]") or "(nothing)"
        check(f"pair {number} says what the plan's model said", said == expected)

    # A component by its button, by a drag of a bar, and by a key.
    before = value("current().achieved")
    browser.click("#less0")
    check("less is pruned", value("state.shifts[0]") == -1 and value("current().achieved") < before)
    browser.click("#reset")
    check("reset", value("state.shifts[0]") == 0)
    x, y, height = browser.place("#plan .handle")
    browser.mouse("mousePressed", x, y, 1)
    browser.mouse("mouseMoved", x, y - value("data.step * 240 * by('plan').getBoundingClientRect().height / 300"), 1)
    check("the bar follows", value("state.shifts[0]") == 1)
    browser.mouse("mouseReleased", x, y)
    value("document.querySelector('#plan .handle').focus()")
    browser.key("ArrowDown")
    check("the key moves it back", value("state.shifts[0]") == 0)
    check("the keyboard stays there", value("document.activeElement.classList.contains('handle')"))

    # Only what flipped, marked by more than colour.
    value("(e => (e.value = 'flipped', e.dispatchEvent(new Event('change'))))(by('show'))")
    check("flips alone", value("[...document.querySelectorAll('.pair')].every(c => "
                               "/flipped|mended/.test(c.className))"))
    value("(e => (e.value = 'all', e.dispatchEvent(new Event('change'))))(by('show'))")
    browser.click("#pareto .point")
    check("a point is a plan", value("current() === data.plans[0]"))


def main():
    browser = Browser(sys.argv[1], sys.argv[2])
    try:
        drive(browser)
        for path in sys.argv[3:]:
            browser.picture(path)
    finally:
        browser.close()


if __name__ == "__main__":
    main()
