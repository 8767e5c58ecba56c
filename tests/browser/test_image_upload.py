"""An image for messages in Chromium, straight from a page to the bucket by its presigned form."""

import base64

import pytest
from browsers import in_chromium
from support.authors import Author
from support.pictures import make_png

IMAGE = make_png(640, 480)
# Posts the form as the console does; gives the status, or that the browser refused.
POST_FORM = """
async ([form, image]) => {
  const bytes = Uint8Array.from(atob(image), (letter) => letter.charCodeAt(0));
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append("file", new Blob([bytes], {type: "image/png"}), "badge.png");
  try {
    return (await fetch(form.url, {method: "POST", body})).status;
  } catch (error) {
    return "blocked";
  }
}
"""
SHOW = """
async (url) => {
  const image = new Image();
  image.src = url;
  await image.decode().catch(() => 0);
  return [image.naturalWidth, image.naturalHeight];
}
"""
POST_BLINDLY = POST_FORM.replace('method: "POST", body', 'method: "POST", mode: "no-cors", body')


@pytest.fixture
def author(system):
    return Author(system)


@pytest.fixture
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


def begin(author):
    asked = {"content_type": "image/png", "size_bytes": len(IMAGE)}
    status, form = author.send("POST", "/media", asked)
    assert status == 201, form
    return form


@in_chromium
def test_a_page_of_the_console_uploads_an_image_and_shows_it(system, author, page):
    form = begin(author)
    page.goto(system.base_url)
    sent = page.evaluate(POST_FORM, [form, base64.b64encode(IMAGE).decode()])
    assert sent == 204
    status, media = author.send("POST", f"/media/{form['id']}/confirm")
    assert (status, media["status"], media["width"], media["height"]) == (
        200,
        "confirmed",
        640,
        480,
    )
    assert page.evaluate(SHOW, media["url"]) == [640, 480]


@in_chromium
@pytest.mark.parametrize("post", [POST_FORM, POST_BLINDLY], ids=["cors", "no-cors"])
def test_a_page_of_another_origin_uploads_nothing_with_the_same_form(author, page, elsewhere, post):
    form = begin(author)
    page.goto(elsewhere)
    sent = page.evaluate(post, [form, base64.b64encode(IMAGE).decode()])
    assert sent in ("blocked", 0)  # 0 is all that a page learns of a response without CORS
    status, problem = author.send("POST", f"/media/{form['id']}/confirm")
    assert (status, problem["message"]) == (409, "nothing was uploaded yet")
