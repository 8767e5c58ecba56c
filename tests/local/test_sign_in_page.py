"""The hosted sign-in page: it names the demo user where that is on this machine alone."""

import html
import urllib.parse
import urllib.request

import pytest
from support.local_system import local, running_emulator

from infra.local.emulator.sign_in_page import add_hint
from infra.local.provision.provision import provision


@pytest.fixture
def sign_in_page(tmp_path):
    """The page of an emulator, guarded as in `make run` or as in a rehearsal, and the outputs."""

    def show(*, guarded):
        config = local(tmp_path)
        with running_emulator(config, guarded=guarded):
            outputs = provision(config).outputs
            query = {
                "client_id": outputs["UserPoolClientId"],
                "redirect_uri": config.console_url,
                "response_type": "code",
                "scope": "openid",
            }
            url = f"{config.endpoint_url}/oauth2/authorize?{urllib.parse.urlencode(query)}"
            with urllib.request.urlopen(url, timeout=10) as page:  # noqa: S310 our own
                return page.read().decode(), outputs

    return show


def test_the_local_sign_in_page_names_the_demo_user_and_the_password(sign_in_page):
    page, outputs = sign_in_page(guarded=True)
    assert "<form" in page
    assert f"<code>{outputs['DemoUser']}</code>" in page
    assert f"<code>{outputs['DemoPassword']}</code>" in page


def test_the_sign_in_page_of_a_rehearsal_does_not(sign_in_page):
    page, outputs = sign_in_page(guarded=False)
    assert "<form" in page
    assert outputs["DemoUser"] not in page
    assert outputs["DemoPassword"] not in page


def test_the_hint_is_above_the_form_and_text_alone():
    page = add_hint("<h1>Sign in</h1><form></form><p>&lt;form</p>", "<b>")
    above, _, below = page.partition("<form>")
    assert f"<code>{html.escape('<b>')}</code>" in above
    assert below == "</form><p>&lt;form</p>"
