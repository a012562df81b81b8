"""A person at a browser: goes by what they see, and every page that they come to is accessible and fits."""

from pathlib import Path

from tests.web.chromium import NARROW, WIDE


class Player:
    """A tab of somebody who works; `looks` judges each page that they stop at."""

    def __init__(self, tab, name):
        self.tab, self.page = tab, tab.page
        tab.sign_in(name)

    def go(self, section):
        """By the menu."""
        self.page.click(f'nav.sections a[href="{section}"]')
        self.page.wait_for_url(f"**{section}")

    def follow(self, link, onward):
        """A link, by its selector, to an address of that form."""
        self.page.click(link)
        self.page.wait_for_url(onward)

    def press(self, button):
        """A button that sends its form, and the page that follows."""
        with self.page.expect_navigation():
            self.page.click(button)

    def takes(self, link):
        """A file behind a link, by its selector."""
        with self.page.expect_download() as coming:
            self.page.click(link)
        return Path(coming.value.path()).read_bytes()

    def sees(self, *texts):
        """That the main part of the page holds each text."""
        for text in texts:
            self.page.locator("main", has_text=text).first.wait_for()

    def wait_for(self, solve):
        """Work is done elsewhere; the page becomes its result by itself, without scripts when it is asked for again.

        Chromium reads `<noscript>` as with scripts where they are only held back, so its refresh is not seen here.
        """
        solve()
        if not self.tab.scripts:
            self.page.reload()

    def looks(self, shot=""):
        """A page to stop at: accessible, as wide as the window, and nothing refused; axe is a script itself."""
        if not self.tab.scripts:
            return
        found = self.tab.violations()
        assert found == [], (self.page.url, found)
        assert self.tab.too_wide(NARROW) <= 0, self.page.url
        self.page.set_viewport_size({"width": WIDE, "height": 900})
        assert self.tab.said == [], (self.page.url, self.tab.said)
        if shot:
            self.tab.shot(shot)
