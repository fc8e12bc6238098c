"""The form page over HTTP, as plain form posts use it."""

import re
from pathlib import Path

import pytest

from gateway.actions.enter_agencies import EnterAgencies
from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.pictures import camera_jpeg, gps
from tests.web.pages import (
    ENTER,
    GOOD,
    REVIEW,
    SEND,
    TOPICS,
    Page,
    case_of,
    number_in,
    open_form,
    open_page,
    post,
    send_form,
)

PDF = b"%PDF-1.4\n%%EOF"
FORM_BYTES, STYLE_BYTES = 60_000, 13_000


@pytest.fixture
def gateway(standing_gateway: ServedGateway) -> ServedGateway:
    return standing_gateway


# Before anything is typed


async def test_form_says_what_it_takes_before_any_text_is_typed(gateway: ServedGateway) -> None:
    page = await open_form(gateway)
    before = page.answer.text.partition("<textarea")[0]
    assert "Это не обращение по закону №\N{NO-BREAK SPACE}59-ФЗ" in before
    assert "за 10 дней" in before
    assert "за 30" in before
    ways = page.one("details", class_="ways")
    assert "https://portal.example/appeals" in ways.text
    assert "ул. Школьная, 5" in ways.text
    assert "по четвергам" in ways.text


async def test_steps_come_in_the_order_of_the_form(gateway: ServedGateway) -> None:
    page = await open_form(gateway)
    names = [name for name, _ in page.fields(page.form_of(SEND))]
    asked = ["text", "gist", "topic", "place.address", "contact.name", "contact.email", "contact.phone"]
    assert [name for name in names if name in asked] == asked
    assert page.one("input", type="file")["name"] == "files"
    assert page.one("input", type="checkbox")["name"] == "consent"


async def test_form_is_small_and_has_no_code_in_it(gateway: ServedGateway) -> None:
    page = await open_form(gateway)
    assert len(page.answer.content) <= FORM_BYTES
    assert page.all("style") == []
    assert [e for e in page.all("script") if not e.get("src") and e["type"] != "application/json"] == []
    assert not [e for e in page.elements if e.get("style") or any(name.startswith("on") for name in e.attributes)]
    style = await gateway.http.get(page.all("link", rel="stylesheet")[0]["href"])
    assert len(style.content) <= STYLE_BYTES


async def test_only_the_agencys_sites_may_frame_the_form(gateway: ServedGateway) -> None:
    headers = (await open_form(gateway)).answer.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    frames = policy["frame-ancestors"].split()
    assert {"'self'", "https://school.example", "https://www.school.example"} <= set(frames)
    assert "https://clinic.example" not in frames
    assert "X-Frame-Options" not in headers
    assert "Set-Cookie" not in headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Referrer-Policy"] == "same-origin"


async def test_every_blank_form_has_a_key_of_its_own(gateway: ServedGateway) -> None:
    keys = {(await open_form(gateway)).values("idempotency_key")[0] for _ in range(3)}
    assert len(keys) == 3
    assert all(len(key) >= 22 for key in keys)


async def test_link_may_carry_topic_and_address(gateway: ServedGateway) -> None:
    page = await open_form(gateway, "?topic=0116&address=" + "ул. Мира, 1")
    assert set(page.values("topic")) == {"0116"}
    assert page.values("place.address") == ["ул. Мира, 1"]


async def test_topic_of_a_link_that_is_unknown_is_passed_over(gateway: ServedGateway) -> None:
    page = await open_form(gateway, "?topic=9999&address=" + "я" * 500)
    assert page.status == 200
    assert page.values("topic") == [""]
    assert len(page.values("place.address")[0]) == 300


async def test_form_speaks_the_language_that_is_asked_for_and_keeps_it(gateway: ServedGateway) -> None:
    page = await open_form(gateway, "?lang=en")
    assert page.one("html")["lang"] == "en"
    assert "Report a problem" in page.title
    refused = Page(await post(gateway, page, SEND))
    assert refused.problems["text"] == "Tell us what happened."
    sent = await post(gateway, refused, SEND, **GOOD)
    assert "lang=en" in sent.headers["Location"]
    assert "Your message is sent" in (await open_page(gateway, sent.headers["Location"])).text


async def test_other_language_is_a_link_away(gateway: ServedGateway) -> None:
    page = await open_page(gateway, f"/f/{AGENCY}?topic=0116")
    english = await open_page(gateway, page.one("a", hreflang="en")["href"])
    assert english.one("html")["lang"] == "en"
    assert set(english.values("topic")) == {"0116"}


async def test_browser_that_reads_english_gets_english(gateway: ServedGateway) -> None:
    page = await open_page(gateway, f"/f/{AGENCY}", **{"Accept-Language": "de, en;q=0.8, ru;q=0.5"})
    assert page.one("html")["lang"] == "en"
    assert "lang=" not in page.form_of(SEND)["action"]


# Mistakes


async def test_everything_that_is_wrong_is_said_at_once(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), SEND, text="яма", contact__email="нет", gist="я" * 121))
    assert page.status == 422
    assert page.title.startswith("Ошибка: ")
    assert list(page.problems) == ["text", "gist", "place.address", "contact.name", "contact.email", "consent"]


async def test_each_problem_stands_at_its_field_in_the_same_words(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), SEND, contact__email="нет"))
    assert page.problems
    for id, words in page.problems.items():
        control = page.by_id(id)
        assert control.tag in ("input", "textarea", "select")
        assert control["aria-invalid"] == "true"
        described = [page.by_id(other).text for other in control["aria-describedby"].split()]
        assert any(words in text for text in described)


async def test_summary_of_problems_takes_the_focus(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), SEND))
    summary = page.by_id("problems")
    assert summary["tabindex"] == "-1"
    assert [element for element in page.elements if "autofocus" in element.attributes] == [summary]
    assert page.one("div", role="alert").within[-1] is summary


async def test_what_was_typed_is_kept_over_an_error(gateway: ServedGateway) -> None:
    typed = {**GOOD, "text": '\n <b>"Яма"</b> & лужа\n\nвторая строка', "topic": "0116", "contact__email": "нет"}
    first = await open_form(gateway)
    page = Page(await post(gateway, first, SEND, **typed))
    assert page.status == 422
    for name, value in typed.items():
        assert page.values(name.replace("__", "."))[0] == value
    assert page.values("idempotency_key") == first.values("idempotency_key")


async def test_problem_that_was_mended_is_gone(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), SEND, **GOOD | {"text": "яма"}))
    assert list(page.problems) == ["text"]
    sent = await post(gateway, page, SEND, text=GOOD["text"])
    assert sent.status_code == 303


async def test_characters_that_nobody_can_read_are_a_problem(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), SEND, **GOOD | {"text": "нулевой \0 знак в тексте"}))
    assert list(page.problems) == ["text"]


async def test_topic_that_does_not_exist_is_a_problem(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), SEND, **GOOD, topic="9999"))
    assert page.problems == {"topic": "Такой темы нет. Выберите тему из списка."}


async def test_coordinates_that_are_no_numbers_are_a_problem_at_the_place(gateway: ServedGateway) -> None:
    typed = GOOD | {"place__lat": "север", "place__lon": "37,6"}
    page = Page(await post(gateway, await open_form(gateway), SEND, **typed))
    assert list(page.problems) == ["place.address"]


async def test_consent_to_a_text_that_has_changed_is_asked_again(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), SEND, **GOOD, consent_version="позавчера"))
    assert list(page.problems) == ["consent"]
    assert page.values("consent") == []
    sent = await post(gateway, page, SEND, consent="true")
    assert sent.status_code == 303


# Files


async def test_files_are_kept_over_an_error_and_sent(gateway: ServedGateway) -> None:
    files = [("яма.jpg", camera_jpeg(place=gps(55.7656, 37.6057))), ("акт.pdf", PDF)]
    page = Page(await post(gateway, await open_form(gateway), SEND, files=files))
    assert page.status == 422
    assert [item.text.split()[0] for item in page.all("span", class_="kept-name")] == ["яма.jpg", "акт.pdf"]
    sent = await post(gateway, page, SEND, **GOOD)
    case = await case_of(gateway, sent.headers["Location"])
    assert [file.name for file in case.files] == ["яма.jpg", "акт.pdf"]


async def test_photo_is_shown_small_and_without_another_request(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), SEND, files=[("яма.jpg", camera_jpeg())]))
    assert page.one("img")["src"].startswith("data:image/jpeg;base64,")


async def test_files_that_cannot_be_taken_are_named_and_the_others_kept(tmp_path: Path) -> None:
    async with served(settings_for(tmp_path, form={"file_bytes": 20_000})) as gateway:
        files = [("вирус.jpg", b"MZ" * 10), ("большой.pdf", PDF + b" " * 30_000), ("хороший.pdf", PDF)]
        page = Page(await post(gateway, await open_form(gateway), SEND, files=files, **GOOD))
        assert page.status == 422
        assert "вирус.jpg" in page.by_id("files-problem").text
        assert "большой.pdf" in page.by_id("files-problem").text
        assert "до 20 КБ" in page.by_id("files-problem").text
        assert list(page.problems) == ["files"]
        assert [item.text.split()[0] for item in page.all("span", class_="kept-name")] == ["хороший.pdf"]
        sent = await post(gateway, page, SEND)
        assert [file.name for file in (await case_of(gateway, sent.headers["Location"])).files] == ["хороший.pdf"]


async def test_one_file_too_many_is_named(tmp_path: Path) -> None:
    async with served(settings_for(tmp_path, form={"files_max": 2})) as gateway:
        one, two, three = [(f"{n}.pdf", PDF + n.encode()) for n in ("один", "два", "три")]
        first = Page(await post(gateway, await open_form(gateway), SEND, files=[one]))
        page = Page(await post(gateway, first, SEND, files=[two, three], **GOOD))
        assert [item.text.split()[0] for item in page.all("span", class_="kept-name")] == ["один.pdf", "два.pdf"]
        assert "«три.pdf» не добавлен" in page.problems["files"]


async def test_file_chosen_again_is_kept_once(gateway: ServedGateway) -> None:
    photo = ("яма.jpg", camera_jpeg())
    first = Page(await post(gateway, await open_form(gateway), SEND, files=[photo, photo]))
    page = Page(await post(gateway, first, SEND, files=[photo]))
    assert len(page.values("attachments")) == 1


async def test_file_is_dropped_by_its_button(gateway: ServedGateway) -> None:
    files = [("один.pdf", PDF + b"1"), ("два.pdf", PDF + b"2")]
    first = Page(await post(gateway, await open_form(gateway), SEND, files=files, text=GOOD["text"]))
    page = Page(await post(gateway, first, ("remove", first.values("attachments")[0])))
    assert page.status == 200
    assert page.problems == {}
    assert [item.text.split()[0] for item in page.all("span", class_="kept-name")] == ["два.pdf"]
    assert page.values("text") == [GOOD["text"]]
    assert "autofocus" in page.by_id("files").attributes


async def test_file_that_is_not_there_any_more_is_asked_for_again(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), SEND, **GOOD, attachments="x" * 24))
    assert list(page.problems) == ["files"]
    assert page.values("attachments") == []


async def test_place_of_a_photo_is_offered_and_used(gateway: ServedGateway) -> None:
    photo = ("яма.jpg", camera_jpeg(place=gps(55.765621, 37.605679)))
    page = Page(await post(gateway, await open_form(gateway), SEND, files=[photo]))
    offer = page.one("input", name="place.point")
    assert "checked" not in offer.attributes
    assert "Фото снято здесь: 55.76562, 37.60568" in page.text
    typed = GOOD | {"place__address": ""}
    sent = await post(gateway, page, SEND, **typed, place__point=offer["value"])
    place = (await case_of(gateway, sent.headers["Location"])).place
    assert place is not None
    assert place.point is not None
    assert (place.point.lat, place.point.lon) == pytest.approx((55.765621, 37.605679), abs=1e-4)


async def test_point_that_was_chosen_stays_chosen_and_can_be_given_up(gateway: ServedGateway) -> None:
    typed = GOOD | {"text": "", "place__point": "55.5,37.5"}
    page = Page(await post(gateway, await open_form(gateway), SEND, **typed))
    assert "checked" in page.one("input", name="place.point").attributes
    sent = await post(gateway, page, SEND, text=GOOD["text"], place__point=None)
    place = (await case_of(gateway, sent.headers["Location"])).place
    assert place is not None
    assert place.point is None


# The topic


async def test_topics_are_found_by_the_text(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), TOPICS, text="На дороге огромная яма, выбоина"))
    assert page.status == 200
    assert page.problems == {}
    found = page.all("input", type="radio", name="topic")
    assert 2 <= len(found) <= 6
    assert "Ямы, выбоины" in page.by_id("found_topics").text
    assert "autofocus" in page.by_id("found_topics").attributes
    sent = await post(gateway, page, SEND, **GOOD, topic=found[0]["value"])
    assert (await case_of(gateway, sent.headers["Location"])).topic_code == found[0]["value"]


async def test_words_for_a_topic_come_before_the_text(gateway: ServedGateway) -> None:
    typed = {"text": "На дороге огромная яма", "topic_query": "запись к врачу"}
    page = Page(await post(gateway, await open_form(gateway), TOPICS, **typed))
    assert "врач" in page.by_id("found_topics").text.lower()
    assert page.values("topic_query") == ["запись к врачу"]


async def test_topic_that_is_chosen_counts_more_than_the_one_that_the_page_carries(gateway: ServedGateway) -> None:
    found = Page(await post(gateway, await open_form(gateway, "?topic=0116"), TOPICS, **GOOD))
    fields = [pair for pair in found.fields(found.form_of(SEND)) if pair[0] != "topic"]
    fields += [("topic", "0116"), ("topic", "0107"), SEND]  # what the page carries, then the row that is checked
    answer = await gateway.http.post(f"/f/{AGENCY}", files=[(name, (None, value)) for name, value in fields])
    assert (await case_of(gateway, answer.headers["Location"])).topic_code == "0107"


async def test_words_that_fit_no_topic_are_told_so(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), TOPICS, topic_query="ъъъъъ"))
    assert "Ничего не нашлось" in page.text
    assert page.all("input", type="radio") == []


async def test_message_without_a_topic_is_taken(gateway: ServedGateway) -> None:
    assert (await case_of(gateway, await send_form(gateway, topic="-"))).topic_code is None


# The key Enter


async def test_first_button_of_the_form_is_not_one_that_sends(gateway: ServedGateway) -> None:
    page = await open_form(gateway)
    first = page.all("button")[0]
    assert (first["name"], first["value"]) == ENTER
    assert first["tabindex"] == "-1"
    assert first["aria-hidden"] == "true"


async def test_enter_in_a_field_shows_what_would_be_sent(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), ENTER, **GOOD))
    assert "Проверьте перед отправкой" in page.title


async def test_enter_after_words_for_a_topic_finds_topics(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), ENTER, **GOOD, topic_query="яма"))
    assert page.all("input", type="radio", name="topic")
    review = Page(await post(gateway, page, ENTER))  # the words have been looked for: Enter was for something else
    assert "Проверьте перед отправкой" in review.title


# The review


async def test_review_shows_everything_and_sends_it(gateway: ServedGateway) -> None:
    typed = GOOD | {"topic": "0116", "contact__phone": "8 912 345-67-89"}
    files = [("яма.jpg", camera_jpeg())]
    page = Page(await post(gateway, await open_form(gateway), REVIEW, files=files, **typed))
    assert page.status == 200
    for shown in (typed["text"], "ул. Садовая, 12", "Житель дома", "resident@example.org", "Ямы, выбоины", "яма.jpg"):
        assert shown in page.text
    sent = await post(gateway, page, SEND)
    case = await case_of(gateway, sent.headers["Location"])
    assert (case.text, case.topic_code, case.contact.phone) == (typed["text"], "0116", "+79123456789")
    assert [file.name for file in case.files] == ["яма.jpg"]
    assert case.consent is not None


async def test_review_offers_the_place_of_a_photo_too(gateway: ServedGateway) -> None:
    photo = ("яма.jpg", camera_jpeg(place=gps(55.765621, 37.605679)))
    review = Page(await post(gateway, await open_form(gateway), REVIEW, files=[photo], **GOOD))
    offer = review.one("input", name="place.point")
    chosen = Page(await post(gateway, review, REVIEW, place__point=offer["value"]))
    assert "55.76562, 37.60568" in chosen.text
    assert chosen.all("input", name="place.point") == []
    sent = await post(gateway, chosen, SEND)
    place = (await case_of(gateway, sent.headers["Location"])).place
    assert place is not None
    assert place.point is not None


async def test_gist_is_the_first_sentence_until_it_is_edited(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), REVIEW, **GOOD))
    assert page.values("gist") == ["У дома 12 большая яма"]
    sent = await post(gateway, page, SEND, gist="Яма у дома 12")
    assert (await case_of(gateway, sent.headers["Location"])).gist == "Яма у дома 12"


async def test_review_finds_the_same_mistakes(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), REVIEW, text="яма"))
    assert page.status == 422
    assert list(page.problems) == ["text", "place.address", "contact.name", "contact.email", "consent"]


@pytest.mark.parametrize("name", ["text", "topic", "place.address", "contact.phone", "consent", "files"])
async def test_review_leads_back_to_each_field_with_everything_kept(gateway: ServedGateway, name: str) -> None:
    review = Page(await post(gateway, await open_form(gateway), REVIEW, **GOOD))
    fields = [*review.fields(), ("edit", name)]
    page = Page(await gateway.http.post(f"/f/{AGENCY}", files=[(name, (None, value)) for name, value in fields]))
    assert review.all("button", name="edit", value=name)
    assert "autofocus" in page.by_id(name).attributes
    for control, value in GOOD.items():
        assert page.values(control.replace("__", ".")) == [value]


# Sending, and sending again


async def test_sent_message_leads_to_its_thanks(gateway: ServedGateway) -> None:
    answer = await post(gateway, await open_form(gateway), SEND, **GOOD)
    assert answer.status_code == 303
    assert re.fullmatch(r"/track/\d{3}-\d{3}-\d{4}\?key=[\w-]{22,}&sent=1", answer.headers["Location"])
    assert answer.headers["Cache-Control"] == "no-store"


async def test_same_form_sent_again_is_the_same_message(gateway: ServedGateway) -> None:
    form = await open_form(gateway)
    photo = [("яма.jpg", camera_jpeg())]
    first = await post(gateway, form, SEND, files=photo, **GOOD)
    again = await post(gateway, form, SEND, files=photo, **GOOD)
    assert again.status_code == 303
    assert again.headers["Location"] == first.headers["Location"]


async def test_message_whose_files_were_uploaded_before_is_the_same_when_it_comes_again(gateway: ServedGateway) -> None:
    form = await open_form(gateway)
    upload = await gateway.http.post(f"/api/v1/attachments?agency={AGENCY}", files={"file": ("яма.jpg", camera_jpeg())})
    file = upload.json()["id"]
    first = await post(gateway, form, SEND, **GOOD, attachments=file)
    again = await post(gateway, form, SEND, **GOOD, attachments=file)
    assert again.headers.get("Location") == first.headers["Location"]


async def test_review_sent_again_is_the_same_message(gateway: ServedGateway) -> None:
    files = [("яма.jpg", camera_jpeg())]
    review = Page(await post(gateway, await open_form(gateway), REVIEW, files=files, **GOOD))
    first = await post(gateway, review, SEND)
    again = await post(gateway, review, SEND)
    assert again.headers["Location"] == first.headers["Location"]


async def test_form_sent_again_behind_its_review_is_the_same_message(gateway: ServedGateway) -> None:
    form, files = await open_form(gateway), [("яма.jpg", camera_jpeg())]
    review = Page(await post(gateway, form, REVIEW, files=files, **GOOD))
    first = await post(gateway, review, SEND)
    again = await post(gateway, form, SEND, files=files, **GOOD)
    assert again.headers.get("Location") == first.headers["Location"]


async def test_message_changed_after_sending_is_not_sent_twice_but_may_be_sent_anew(gateway: ServedGateway) -> None:
    form = await open_form(gateway)
    files = [("яма.jpg", camera_jpeg())]
    first = await post(gateway, form, SEND, files=files, **GOOD)
    changed = GOOD | {"text": "Теперь здесь две ямы, и обе глубокие."}
    page = Page(await post(gateway, form, SEND, files=files, **changed))
    assert page.status == 409
    assert "уже принято" in page.text
    assert page.values("text") == [changed["text"]]
    link = page.one("a", class_="sent-before")["href"]
    assert link == first.headers["Location"].removesuffix("&sent=1")
    anew = await post(gateway, page, ("do", "send_new"))
    assert anew.status_code == 303
    assert number_in(anew.headers["Location"]) != number_in(first.headers["Location"])
    assert (await case_of(gateway, anew.headers["Location"])).text == changed["text"]


async def test_files_of_the_first_message_do_not_hinder_the_second(gateway: ServedGateway) -> None:
    files = [("яма.jpg", camera_jpeg())]
    review = Page(await post(gateway, await open_form(gateway), REVIEW, files=files, **GOOD))
    await post(gateway, review, SEND)
    page = Page(await post(gateway, review, SEND, gist="Другое"))
    assert page.status == 409
    assert page.values("attachments") == []
    assert "Файлы добавьте ещё раз" in page.text
    assert (await post(gateway, page, ("do", "send_new"))).status_code == 303


async def test_message_of_the_page_is_told_from_one_of_the_api(gateway: ServedGateway) -> None:
    case = await case_of(gateway, await send_form(gateway))
    assert (case.channel, case.lang) == ("page", "ru")


async def test_plain_post_of_any_client_is_understood(gateway: ServedGateway) -> None:
    page = await open_form(gateway)
    fields = {name.replace("__", "."): value for name, value in GOOD.items()}
    version = page.values("consent_version")[0]
    answer = await gateway.http.post(f"/f/{AGENCY}", data=fields | {"consent_version": version})
    assert answer.status_code == 303


# Who may not, and what cannot be


async def test_unknown_agency_gets_a_page_that_says_so(gateway: ServedGateway) -> None:
    page = await open_page(gateway, "/f/nobody")
    assert page.status == 404
    assert "Такой формы нет" in page.text


async def test_foreign_site_cannot_send_the_form(gateway: ServedGateway) -> None:
    form = await open_form(gateway)
    for origin in ("https://evil.example", "null", "https://clinic.example"):
        page = Page(await post(gateway, form, SEND, headers={"Origin": origin}, **GOOD))
        assert page.status == 403
        assert "не указан у ведомства" in page.text
    own = await post(gateway, form, SEND, headers={"Origin": gateway.url}, **GOOD)
    assert own.status_code == 303


async def test_body_that_is_no_form_gets_a_page_that_says_so(gateway: ServedGateway) -> None:
    answer = await gateway.http.post(f"/f/{AGENCY}", content=b"{}", headers={"Content-Type": "application/json"})
    assert Page(answer).status == 400
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = await gateway.http.post(f"/f/{AGENCY}", content=b"--b\r\nbroken", headers=headers)
    assert Page(answer).status == 400


async def test_agency_whose_duty_it_is_asks_for_no_consent(tmp_path: Path) -> None:
    async with served(settings_for(tmp_path)) as gateway:
        row = {"key": "office", "name": "Управа", "legal_basis": "duty", "answer_way": "phone", "name_required": "no"}
        await EnterAgencies(agencies=gateway.app.agencies, texts=gateway.app.texts)([(1, row)])
        page = await open_page(gateway, "/f/office")
        assert page.all("input", name="consent") == page.all("input", name="consent_version") == []
        typed = {"text": GOOD["text"], "place__address": "ул. Мира, 1"}
        refused = Page(await post(gateway, page, SEND, **typed))
        assert refused.problems == {"contact.phone": "Укажите телефон."}
        sent = await post(gateway, refused, SEND, contact__phone="8 912 345-67-89")
        case = await case_of(gateway, sent.headers["Location"])
        assert case.consent is None
        assert case.contact.phone == "+79123456789"


async def test_style_sheet_may_be_kept_forever_under_its_name(gateway: ServedGateway) -> None:
    href = (await open_form(gateway)).all("link", rel="stylesheet")[0]["href"]
    answer = await gateway.http.get(href)
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert Page(await gateway.http.get("/assets/form.0000000000000000.css")).status == 404
