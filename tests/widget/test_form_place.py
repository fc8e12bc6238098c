"""The step "place" with scripts: a point from a photo, from the device, from a map; words are always enough."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, expect
from pydantic import ValidationError

from gateway.config import MapSettings
from gateway.domain.place import Point
from gateway.domain.transfer import NewCase
from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.browser import DESKTOP, PHONE, assert_accessible, open_page
from tests.loopback import serve
from tests.widget.form import frames, heard, is_at, open_form, send
from tests.widget.tiles import TileServer, serve_tiles

HERE = {"latitude": 55.765621, "longitude": 37.605679, "accuracy": 20.0}
BOX = "[name='place.point']"
SMALLEST_TARGET = """() => Math.min(
  ...[...document.querySelectorAll(".step:has(.map) :is(button, .choice)")].map(target => target.offsetHeight)
)"""
POLICY, SENSORS = "Content-Security-Policy", "Permissions-Policy"


@pytest.fixture(scope="module")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedGateway]:
    """A gateway without a map."""
    async with served(settings_for(tmp_path_factory.mktemp("place"))) as gateway:
        yield gateway


@pytest.fixture
async def tiles() -> AsyncIterator[TileServer]:
    async with serve_tiles() as tiles:
        yield tiles


@pytest.fixture
async def gateway_with_map(tmp_path: Path, tiles: TileServer) -> AsyncIterator[ServedGateway]:
    async with served(settings_for(tmp_path, map=tiles.settings)) as gateway:
        yield gateway


def point_of(case: NewCase) -> Point:
    assert case.place is not None
    assert case.place.point is not None
    return case.place.point


async def give_point(page: Page, lat: float, lon: float, source: str) -> None:
    """Tell the form of a point, as the step with the photos does."""
    await page.evaluate(
        "detail => document.querySelector('main form').dispatchEvent(new CustomEvent('otklik:point', { detail }))",
        {"lat": lat, "lon": lon, "from": source},
    )


# From the device


async def test_place_of_the_device_is_taken_when_the_resident_asks(gateway: ServedGateway, page: Page) -> None:
    await page.context.grant_permissions(["geolocation"])
    await page.context.set_geolocation(HERE)
    await open_form(page, gateway)
    assert await page.locator(BOX).count() == 0
    await page.click(".ask-device")
    await expect(page.locator(BOX)).to_be_checked()
    await expect(page.locator(".place-point")).to_contain_text("Вы сейчас здесь: 55.76562, 37.60568")
    await heard(page, "Место указано.")
    assert await is_at(page, ".ask-device")
    await assert_accessible(page)
    point = point_of(await send(page, gateway, place=""))
    assert (point.lat, point.lon) == pytest.approx((55.765621, 37.605679), abs=1e-6)


async def test_rough_place_is_taken_and_words_are_asked_for(gateway: ServedGateway, page: Page) -> None:
    await page.context.grant_permissions(["geolocation"])
    await page.context.set_geolocation({**HERE, "accuracy": 3000.0})
    await open_form(page, gateway)
    await page.click(".ask-device")
    await heard(page, "с точностью до 3000 м")
    await expect(page.locator(BOX)).to_be_checked()


@pytest.mark.parametrize(
    ("permissions", "words"), [([], "Браузер не сказал, где вы."), (["geolocation"], "Не получилось узнать, где вы.")]
)
async def test_device_that_does_not_tell_leaves_the_words(
    gateway: ServedGateway, page: Page, permissions: list[str], words: str
) -> None:
    await page.context.grant_permissions(permissions)
    await page.context.set_geolocation(None)
    await open_form(page, gateway)
    await page.click(".ask-device")
    await heard(page, words)
    await expect(page.locator(".place-said")).to_contain_text("напишите адрес словами", ignore_case=True)
    await assert_accessible(page)
    case = await send(page, gateway)
    assert case.place is not None
    assert (case.place.address, case.place.point) == ("ул. Садовая, 12", None)


async def test_question_about_the_place_that_is_never_answered_can_be_asked_again(
    gateway: ServedGateway, page: Page
) -> None:
    await page.clock.install()
    await page.add_init_script("Geolocation.prototype.getCurrentPosition = () => {}")
    await page.goto(f"{gateway.url}/f/{AGENCY}")
    await page.click(".ask-device")
    await expect(page.locator(".ask-device[aria-disabled]")).to_have_count(1)
    said = await page.inner_text(".place-said")
    await page.clock.fast_forward(60_000)
    await expect(page.locator(".ask-device[aria-disabled]")).to_have_count(0)
    assert await page.inner_text(".place-said") not in ("", said)


async def test_page_over_plain_http_offers_no_device(gateway: ServedGateway, page: Page) -> None:
    await page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    await open_form(page, gateway)
    await give_point(page, 55.5, 37.5, "photo")  # what is still there works
    await expect(page.locator(BOX)).to_be_visible()
    assert await page.locator(".place-ways *").count() == 0


async def test_agencys_site_may_lend_the_frame_its_permission(gateway: ServedGateway, page: Page) -> None:
    async def show(request: web.Request) -> web.Response:
        frame = f'<iframe title="Форма" allow="{request.query["allow"]}" src="{gateway.url}/f/{AGENCY}"></iframe>'
        return web.Response(
            text=f'<!doctype html><html lang="ru"><title>Школа</title>{frame}', content_type="text/html"
        )

    app = web.Application()
    app.router.add_get("/", show)
    async with serve(app) as url:
        await page.context.grant_permissions(["geolocation"])
        await page.context.set_geolocation(HERE)
        form = page.frame_locator("iframe")
        await page.goto(f"{url}/?allow=geolocation")
        await form.locator(".ask-device").click()
        await expect(form.locator(BOX)).to_be_checked()
        await page.goto(f"{url}/?allow=")
        await form.locator(".ask-device").click()
        await expect(form.locator(".place-said")).to_contain_text("Браузер не сказал, где вы.")


async def test_only_the_form_may_ask_for_camera_and_place(gateway: ServedGateway) -> None:
    form = (await gateway.http.get(f"/f/{AGENCY}")).headers[SENSORS]
    assert "camera=(self)" in form
    assert "geolocation=(self)" in form
    other = (await gateway.http.get("/")).headers[SENSORS]
    assert "camera=()" in other
    assert "geolocation=()" in other


# From a photo


async def test_place_of_a_photo_is_offered_and_nothing_chosen_gives_way_to_it(
    gateway: ServedGateway, page: Page
) -> None:
    await open_form(page, gateway)
    await give_point(page, 55.765621, 37.605679, "photo")
    await expect(page.locator(".place-point")).to_contain_text("Фото снято здесь: 55.76562, 37.60568")
    await expect(page.locator(BOX)).not_to_be_checked()
    await assert_accessible(page)
    await give_point(page, 59.93, 30.36, "device")
    await expect(page.locator(".place-point")).to_contain_text("59.93000, 30.36000")
    await give_point(page, 55.765621, 37.605679, "photo")
    await frames(page)
    assert await page.locator(BOX).count() == 1
    point = point_of(await send(page, gateway))
    assert (point.lat, point.lon) == (59.93, 30.36)


async def test_point_that_came_back_with_an_error_is_kept(gateway: ServedGateway, page: Page) -> None:
    await open_form(page, gateway)
    await give_point(page, 59.93, 30.36, "device")
    await page.click("button[value=send]")
    await expect(page.locator("#problems")).to_be_visible()
    await expect(page.locator(BOX)).to_be_checked()
    await give_point(page, 55.7, 37.6, "photo")
    await frames(page)
    assert await page.input_value(BOX) == "59.93,30.36"


# From the map


async def test_point_is_taken_from_the_map_by_keyboard_alone(
    gateway_with_map: ServedGateway, tiles: TileServer, page: Page
) -> None:
    await open_form(page, gateway_with_map)
    await page.focus("[name='place.address']")
    assert tiles.asked == []
    assert not [asset for asset in await loaded(page) if "/assets/map" in asset]
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    assert await is_at(page, ".open-map")
    await page.keyboard.press("Enter")
    await expect(page.locator(".map-ground")).to_be_focused()
    await page.locator(".leaflet-tile-loaded").first.wait_for()
    assert {zoom for zoom, _, _ in tiles.asked} == {11}
    assert tiles.referers == {f"{gateway_with_map.url}/"}  # and not the address of the page
    await assert_accessible(page)
    await page.keyboard.press("ArrowRight")
    await heard(page, ", 37.67")
    await page.keyboard.press("ArrowUp")
    await heard(page, "Метка: 55.78")
    await page.keyboard.press("Enter")
    await expect(page.locator(BOX)).to_be_focused()
    await expect(page.locator(BOX)).to_be_checked()
    assert await page.locator(".map").count() == 0
    point = point_of(await send(page, gateway_with_map, place=""))
    degrees = 80 * 360 / (256 * 2**11)  # 80 pixels a key at this zoom
    assert point.lon == pytest.approx(37.62 + degrees, abs=degrees / 4)
    assert 55.75 + degrees / 2 < point.lat < 55.75 + degrees


async def test_point_is_taken_from_the_map_by_touch(
    gateway_with_map: ServedGateway, tiles: TileServer, browser: Browser
) -> None:
    async with open_page(browser, PHONE, touch=True) as page:
        await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        await open_form(page, gateway_with_map)
        await give_point(page, 59.93, 30.36, "photo")
        await page.locator(".open-map").tap()
        await page.locator(".leaflet-tile-loaded").first.wait_for()
        assert {zoom for zoom, _, _ in tiles.asked} == {16}  # where the photo was taken
        assert await page.locator(".leaflet-fade-anim, .leaflet-zoom-anim").count() == 0
        await assert_accessible(page)
        assert await page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
        assert await page.evaluate(SMALLEST_TARGET) >= 44
        await expect(page.locator(".map-attribution a")).to_have_text("© Те, кто рисует карту")
        assert "Leaflet" not in await page.inner_text(".map")
        view = await page.locator(".map-ground").bounding_box()
        assert view is not None
        middle = (view["width"] / 2, view["height"] / 2)
        await page.locator(".map-in").tap()
        await page.wait_for_function("() => document.querySelector('.leaflet-tile[src*=\"/17/\"]')")
        await page.locator(".map-ground").tap(position={"x": middle[0] - 100, "y": middle[1]})
        await page.locator(".map-take").tap()
        point = point_of(await send(page, gateway_with_map))
        degrees = 100 * 360 / (256 * 2**17)
        assert point.lon == pytest.approx(30.36 - degrees, abs=degrees / 20)
        assert point.lat == pytest.approx(59.93, abs=degrees / 20)


async def test_map_that_is_closed_gives_nothing_and_the_focus_back(
    gateway_with_map: ServedGateway, browser: Browser
) -> None:
    async with open_page(browser, DESKTOP) as page:
        await open_form(page, gateway_with_map)
        for close in (".map-close", ".open-map", "Escape"):
            await page.click(".open-map")
            await expect(page.locator(".open-map")).to_have_attribute("aria-expanded", "true")
            await expect(page.locator(".map-ground")).to_be_focused()
            await (page.keyboard.press(close) if close == "Escape" else page.click(close))
            await expect(page.locator(".open-map")).to_be_focused()
            await expect(page.locator(".open-map")).to_have_attribute("aria-expanded", "false")
        assert await page.locator(f"{BOX}, .map").count() == 0


async def test_map_without_tiles_says_so_in_words(
    gateway_with_map: ServedGateway, tiles: TileServer, page: Page
) -> None:
    tiles.refuses = True
    await open_form(page, gateway_with_map)
    await page.click(".open-map")
    await heard(page, "Карта не загрузилась. Напишите адрес словами.")
    await assert_accessible(page)


async def test_map_that_cannot_be_loaded_says_so_and_opens_at_the_next_try(
    gateway_with_map: ServedGateway, page: Page
) -> None:
    await page.route("**/assets/map*", lambda route: route.abort())
    await open_form(page, gateway_with_map)
    await page.click(".open-map")
    await heard(page, "Карта не загрузилась. Напишите адрес словами.")
    await page.unroute("**/assets/map*")
    await page.click(".open-map")
    await expect(page.locator(".map-ground")).to_be_focused()
    await expect(page.locator(".map-pin")).to_have_css("position", "absolute")


async def test_only_the_form_with_a_map_takes_pictures_from_the_tile_server(
    gateway: ServedGateway, gateway_with_map: ServedGateway, tiles: TileServer, page: Page
) -> None:
    server = urlsplit(tiles.url)
    source = f"img-src 'self' data: blob: {server.scheme}://{server.netloc};"
    assert source in (await gateway_with_map.http.get(f"/f/{AGENCY}")).headers[POLICY]
    refused = await gateway_with_map.http.post(f"/f/{AGENCY}", files=[("text", (None, "Яма"))])
    assert source in refused.headers[POLICY]
    assert server.netloc not in (await gateway_with_map.http.get(f"/f/{AGENCY}/lost")).headers[POLICY]
    assert "img-src 'self' data: blob:;" in (await gateway.http.get(f"/f/{AGENCY}")).headers[POLICY]
    await open_form(page, gateway)
    assert await page.locator(".open-map").count() == 0


@pytest.mark.parametrize(
    "tiles",
    [
        "tiles.example/{z}/{x}/{y}.png",
        "ftp://tiles.example/{z}/{x}/{y}.png",
        "https://{s}.tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}.png",
        "https://tiles.example/{z}/{x}/{y}{r}.png",
        "https://tiles.example/{z}/{x}/{y}.png; script-src *",
    ],
)
def test_address_that_cannot_be_one_of_tiles_is_refused_at_the_start(tiles: str) -> None:
    with pytest.raises(ValidationError, match="tiles need an address like"):
        MapSettings(tiles=tiles)


async def loaded(page: Page) -> list[str]:
    """What the page has fetched besides itself."""
    return list(await page.evaluate("() => performance.getEntriesByType('resource').map(entry => entry.name)"))
