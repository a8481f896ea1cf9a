"""Every page at 400 %: 1280 × 1024 becomes 320 × 256 (WCAG 1.4.10, 2.4.11, 1.4.4).

Nothing scrolls sideways, no button loses a part of its words, and what sticks to an edge leaves
two thirds of the screen to what is read.
"""

from urllib.parse import urlsplit

import pytest

from engagement import links
from engagement.models import Message
from tests.browser.test_accessibility import company, extension_pages, pages_of
from tests.conftest import sign_in_browser

__all__ = ["company"]  # the fixture
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]
SCREEN = {"width": 320, "height": 256}
_MEASURE = """() => {
  const wrong = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) {
    const out = [...document.body.querySelectorAll('*')].find((one) => {
      const box = one.getBoundingClientRect();
      return box.width && box.right > innerWidth + 1 && getComputedStyle(one).position !== 'fixed';
    });
    wrong.push(`${root.scrollWidth} wide: ${out ? out.outerHTML.slice(0, 90) : ''}`);
  }
  for (const button of document.querySelectorAll('button, .button, [role=button], summary')) {
    const box = button.getBoundingClientRect();
    if (!box.width || !button.checkVisibility({ visibilityProperty: true })) continue;
    if (button.closest('.visually-hidden')) continue;
    const hides = (one) => ['hidden', 'clip'].includes(getComputedStyle(one).overflowX);
    for (const one of [button, ...button.querySelectorAll('*')]) {
      const isCut = hides(one) && one.scrollWidth > one.clientWidth + 1;
      const isLow = hides(one) && one.scrollHeight > one.clientHeight + 1;
      if (one.clientWidth > 1 && !one.closest('svg, .visually-hidden') && (isCut || isLow)) {
        wrong.push(`cut off: ${button.textContent.trim().slice(0, 60)}`);
        break;
      }
    }
    if (box.right > innerWidth + 1 && !button.closest('[data-scrolls], .table-wrap, .board')) {
      wrong.push(`outside: ${button.textContent.trim().slice(0, 60)}`);
    }
  }
  scrollTo(0, root.scrollHeight / 2);
  let covered = 0;
  for (const one of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(one);
    if (!['fixed', 'sticky'].includes(style.position) || style.visibility === 'hidden') continue;
    if (one.closest('dialog, [hidden]')) continue;
    const box = one.getBoundingClientRect();
    if (box.width < innerWidth / 3 || !box.height) continue;
    const top = Math.max(0, box.top), bottom = Math.min(innerHeight, box.bottom);
    const atEdge = box.top <= 1 || box.bottom >= innerHeight - 1;
    const stuck = style.position === 'fixed' || atEdge;
    if (stuck && bottom > top) covered += bottom - top;
  }
  if (covered > innerHeight / 3) wrong.push(`${Math.round(covered)} of ${innerHeight} covered`);
  return wrong;
}"""


def problems_at(page, addresses: dict[str, str]) -> dict[str, list[str]]:
    page.set_viewport_size(SCREEN)
    problems = {}
    for name, address in addresses.items():
        page.goto(address)
        if wrong := page.evaluate(_MEASURE):
            problems[f"{name} ({urlsplit(address).path})"] = wrong
    return problems


def test_pages_of_colleagues_at_400_percent(page, live_server, company):
    sign_in_browser(page, live_server.url, company)
    addresses = {
        name: live_server.url + address
        for name, address in pages_of(company).items()
        if page.request.head(live_server.url + address).headers["content-type"][:9] == "text/html"
    }

    assert problems_at(page, addresses) == {}


def test_pages_of_candidates_at_400_percent(page, console_guard, live_server, company):
    console_guard.allow("status of 404")  # a broken link in an email answers so
    message = Message.objects.filter(candidate__name="Rosa Osei", campaign__isnull=False).first()
    rosa = message.candidate
    by_link = {
        "choices": links.preference_url(rosa, message),
        "stop": links.stop_url(rosa, message),
        "pause": links.pause_url(rosa, message),
        "why": links.why_url(message),
        "own page": links.url(links.Purpose.STATUS, rosa.public_id),
        **extension_pages(),
        "broken": links.preference_url(rosa)[:-5],
    }
    paths = {name: urlsplit(address).path for name, address in by_link.items()}
    paths |= {
        path: path for path in ("/careers", "/careers/talent-community", "/complain", "/s/lost")
    }

    addresses = {name: live_server.url + path for name, path in paths.items()}

    assert problems_at(page, addresses) == {}


_OPEN_MENUS = """() => [...document.querySelectorAll('details[data-menu]')].flatMap((menu) => {
  if (!menu.checkVisibility()) return [];
  menu.open = true;
  menu.scrollIntoView({ block: 'center' });
  const items = menu.querySelector('.menu-items');
  const box = items.getBoundingClientRect();
  const name = menu.querySelector('summary').textContent.trim().slice(0, 40);
  const isOut = box.left < -1 || box.right > innerWidth + 1;
  const isLost = box.height > innerHeight && getComputedStyle(items).overflowY === 'visible';
  const wide = document.documentElement.scrollWidth > innerWidth;
  menu.open = false;
  const where = `${name}: ${Math.round(box.left)} to ${Math.round(box.right)}`;
  return isOut || isLost || wide ? [where] : [];
})"""


def test_opened_menus_stay_on_the_screen_at_400_percent(page, live_server, company):
    sign_in_browser(page, live_server.url, company)
    page.set_viewport_size(SCREEN)
    found = pages_of(company)
    names = ["today", "candidates:people", "applications:job", "applications:pipeline"]

    problems = {}
    for name in names:
        page.goto(live_server.url + found[name])
        if wrong := page.evaluate(_OPEN_MENUS):
            problems[name] = wrong

    assert problems == {}
