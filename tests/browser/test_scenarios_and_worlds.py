"""Scenario editor, worlds and snapshots."""

import re

import pytest
from browser_constants import type_text
from playwright.sync_api import Page, expect

from mockapi.client.mockapi import MockApi
from mockapi.resources import scenarios


def wait_until_ready(page: Page) -> Page:
    page.locator("main[data-ready]").wait_for()
    return page


@pytest.fixture
def worlds(mockapi):
    """Client of a server without named worlds, which are deleted before and after."""
    delete_named_worlds(mockapi)
    yield mockapi
    delete_named_worlds(mockapi)


def delete_named_worlds(mockapi) -> None:
    for name in mockapi.worlds():
        mockapi.named_world(name).delete()


def open_editor(demo, name: str) -> Page:
    page = wait_until_ready(demo.open(f"/console/scenarios/{name}"))
    page.locator("main[data-checked=ok]").wait_for()
    return page


def replace_text(page: Page, text: str) -> None:
    """Replace the text in the editor, and wait until it is checked."""
    type_text(page, text)
    page.locator("main[data-checked]").wait_for()


@pytest.mark.parametrize("name", ["demo", "vendor-samples", "a-year-of-a-campus"])
def test_scenario_text_is_unchanged(demo, name):
    page = open_editor(demo, name)
    text = (scenarios() / f"{name}.yaml").read_text("utf-8")

    assert page.locator("#text").input_value() == text
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.path().read_text("utf-8") == text
    expect(page.locator(".cm-line").first).to_have_text(text.splitlines()[0])


def test_yaml_is_highlighted(demo):
    page = open_editor(demo, "demo")
    colours = {
        text: page.locator(".cm-line span", has_text=text).first.evaluate(
            "(each) => getComputedStyle(each).color"
        )
        for text in ("seed", "# A small world")
    }

    assert (
        len(
            {
                *colours.values(),
                page.locator("h1").evaluate("(each) => getComputedStyle(each).color"),
            }
        )
        == 3
    )


INSIDE = """() => {
  const inside = document.getElementById("code-editor").shadowRoot;
  const [text, editor] = [".cm-finding", ".cm-scroller"].map((each) => inside.querySelector(each));
  return text.getBoundingClientRect().right <= editor.getBoundingClientRect().right;
}"""


def test_errors_are_shown_at_their_lines(demo):
    page = open_editor(demo, "demo")
    expect(page.locator("#check-result")).to_have_text("Valid: 2 customers, 12 sites.")
    text = page.locator("#text").input_value()
    invalid = text.replace("interval: PT1H", "intervall: PT1H")
    line = invalid[: invalid.index("intervall")].count("\n") + 1
    replace_text(page, invalid)

    expect(page.locator("#check-result")).to_have_text("1 error. Fix it to start a world.")
    expect(page.locator("#findings li .name")).to_have_text(
        "error intervall: unknown keyDid you mean interval?"
    )
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_disabled()
    page.get_by_role("button", name=re.compile(f"^Go to line {line},")).click()
    marked = page.locator(".cm-line.bad")
    expect(marked).to_have_text("intervall: PT1H")
    # Below the line, where a long text is not cut off.
    text = page.locator(".cm-line.bad + .cm-finding")
    expect(text).to_have_text("unknown key: Did you mean interval?")
    page.set_viewport_size({"width": 380, "height": 860})
    page.wait_for_function(INSIDE)
    page.set_viewport_size({"width": 1280, "height": 860})
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    place, box = marked.bounding_box(), page.locator(".editor").bounding_box()
    assert box["y"] < place["y"] < box["y"] + box["height"]
    assert demo.violations() == []
    page.get_by_role("button", name="Undo all changes").click()
    page.locator("main[data-checked=ok]").wait_for()
    expect(page.locator("#findings li")).to_have_count(0)
    expect(page.locator(".cm-line.bad")).to_have_count(0)


# The text before the cursor, an option that is offered there, and one that is not.
PLACES = {
    "keys of a scenario": ("se", "seed", "building"),
    "keys of a site": ("sites:\n  - name: A\n    bu", "building", "seed"),
    "list without indentation": ("sites:\n- name: A\n  bu", "building", "seed"),
    "key in brackets": ("sites:\n  - {name: A, bu", "building", "name"),
    "key in lines of brackets": ("sites:\n  - {name: A,\n     bu", "building", "seed"),
    "value of an enumeration": ("sites:\n  - building: off", "office", "seed"),
    "value in brackets": ("sites:\n  - {building: off", "office", "seed"),
    "kind of a fault": ("faults:\n  - kind: lat", "latency", "status_code"),
    "keys of that kind": ("faults:\n  - kind: latency\n    se", "seconds", "body_status"),
    "nested mapping": ("faults:\n  - kind: latency\n    when:\n      pro", "probability", "kind"),
    "list in a list": ("customers:\n  - email: a@b.c\n    sites:\n      - bu", "building", "email"),
    "event": ("timeline:\n  - {event: gate", "gateway_outage", "latency"),
    "after a comment": ("sites:\n  # seed: 1\n  - bu", "building", "seed"),
}


@pytest.mark.parametrize(("before", "offered", "missing"), PLACES.values(), ids=PLACES)
def test_schema_completes_at_place_of_cursor(demo, before, offered, missing):
    page = demo.open("/console/scenarios/empty")
    found = page.evaluate(
        "async (text) => (await import('/static/console/scenario_completion.js'))"
        ".complete(text.split('\\n'))",
        before,
    )
    labels = [each["label"] for each in found["options"]]

    assert offered in labels
    assert missing not in labels
    assert before.endswith(offered[: found["length"]])


def test_completion_is_chosen_by_keyboard(demo):
    page = open_editor(demo, "empty")
    replace_text(page, "")
    options = page.locator(".cm-tooltip-autocomplete li")

    def choose(text: str, expected: str) -> None:
        page.keyboard.type(text)
        expect(options.first).to_have_text(expected)
        # The editor ignores keys just after the options appear, to prevent mistakes.
        page.wait_for_timeout(150)
        page.keyboard.press("Enter")

    page.locator(".cm-content").focus()
    choose("sit", "sites")
    page.keyboard.press("Enter")
    choose("- {buil", "building")
    choose("sch", "school")
    choose(", city: Lyo", "Lyon")
    page.keyboard.type("}")

    expect(page.locator("#check-result")).to_have_text("Valid: 1 customer, 1 site.")


@pytest.mark.parametrize("text", ["x", "seed: 1\nsede: 2\n"])
def test_typed_text_replaces_selected_lines(demo, text):
    page = open_editor(demo, "demo")
    type_text(page, text)

    expect(page.locator(".cm-content")).to_have_text(re.compile("^x|^seed: 1sede: 2"))
    expect(page.locator("#check-result")).to_contain_text("1 error")


def test_text_area_remains_if_editor_cannot_be_loaded(demo):
    demo.page.route("**/codemirror.min.js", lambda route: route.abort())
    page = wait_until_ready(demo.open("/console/scenarios/empty"))
    page.locator("#text").fill("seed: 1\nsede: 2\n")
    page.get_by_role("button", name="Go to line 2").click()
    selection = "(text) => text.value.slice(text.selectionStart, text.selectionEnd)"

    assert page.locator("#text").evaluate(selection) == "sede: 2"


def test_text_is_checked_without_scripts(chromium, server_url):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server_url()}/console/scenarios/empty")
    page.locator("#text").fill("seed: 1\nsede: 2\n")
    page.get_by_role("button", name="Check").click()

    expect(page.locator("#check-result")).to_have_text("1 error.")
    expect(page.locator("#findings li")).to_contain_text("sede unknown key")
    assert page.locator("#text").input_value() == "seed: 1\nsede: 2\n"
    context.close()


def test_edited_copy_is_started_as_world(demo, worlds):
    page = open_editor(demo, "empty")
    replace_text(
        page,
        "extends: empty\ndescription: Mine.\n"
        "sites:\n  - {building: school, city: Munich, name: My School}\n",
    )
    expect(page.locator("#check-result")).to_have_text("Valid: 1 customer, 1 site.")
    page.get_by_label("World name").fill("mine")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page).to_have_url(f"{demo.url}/w/mine/")
    expect(page.locator("main")).to_contain_text("Mine.")
    page.get_by_role("link", name="Sites", exact=True).click()
    expect(page.locator("#found tbody th")).to_have_text(["My School"])

    wait_until_ready(demo.open("/w/mine/console/scenario"))
    expect(page.locator(".cm-content")).to_contain_text("name: My School")
    assert worlds.worlds() == ["mine"]


def test_copy_keeps_name_of_original(demo, worlds):
    page = open_editor(demo, "messy-data")
    page.get_by_label("World name").fill("messy")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page).to_have_url(f"{demo.url}/w/messy/")
    expect(page.locator("h1")).to_have_text("messy-data")

    page = open_editor(demo, "empty")
    replace_text(page, "description: Mine.\n")
    page.get_by_label("World name").fill("mine")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page).to_have_url(f"{demo.url}/w/mine/")
    expect(page.locator("h1")).to_have_text("empty-edited")


def test_world_cannot_be_called_default(demo, worlds):
    page = wait_until_ready(demo.open("/console/worlds"))
    page.locator("#start").get_by_label("Name").fill("default")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#notification")).to_contain_text("the name of the default world")
    assert worlds.worlds() == []


def test_seed_of_a_world_is_exact_up_to_its_maximum(demo, worlds):
    page = wait_until_ready(demo.open("/console/worlds"))
    page.locator("#start").get_by_label("Name").fill("blue")
    field = page.get_by_label("Seed", exact=True)
    # A larger number is not exact in JavaScript.
    field.fill(str(2**53))
    page.get_by_role("button", name="Start", exact=True).click()
    assert field.evaluate("(each) => each.validity.rangeOverflow")
    assert worlds.worlds() == []
    field.fill(str(2**53 - 1))
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page).to_have_url(f"{demo.url}/w/blue/")
    assert worlds.named_world("blue").world()["seed"] == 2**53 - 1


def test_worlds_are_started_switched_and_deleted(demo, worlds):
    page = wait_until_ready(demo.open("/console/worlds"))
    page.locator("#start").get_by_label("Name").fill("blue")
    page.get_by_label("Scenario", exact=True).select_option("dst")
    page.get_by_label("Seed", exact=True).fill("7")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page).to_have_url(f"{demo.url}/w/blue/")
    page.get_by_role("link", name="Clock", exact=True).click()
    page.locator(".world-menu summary").click()
    page.get_by_role("navigation", name="Worlds").get_by_role("link", name="default").click()
    expect(page).to_have_url(f"{demo.url}/console/clock")
    assert worlds.named_world("blue").world()["seed"] == 7

    wait_until_ready(demo.open("/w/blue/console/worlds"))
    page.get_by_role("button", name="Delete this world").click()
    page.get_by_role("button", name="Cancel").click()
    assert worlds.worlds() == ["blue"]
    page.get_by_role("button", name="Delete this world").click()
    expect(page.get_by_role("dialog")).to_contain_text("Delete blue?")
    page.get_by_role("dialog").get_by_role("button", name="Yes, delete").click()
    expect(page).to_have_url(f"{demo.url}/console/worlds")
    assert worlds.worlds() == []


def test_world_menu_closes_with_escape(demo, worlds):
    worlds.create_world("blue", scenario="empty")
    page = demo.open("/console/clock")
    menu = page.get_by_role("navigation", name="Worlds")
    page.locator(".world-menu summary").focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(page.locator(".world-menu summary")).to_be_focused()


def test_snapshot_is_saved_restored_and_uploaded(demo, mockapi, tmp_path):
    page = wait_until_ready(demo.open("/console/worlds"))
    page.get_by_label("Save the current state").fill("morning")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#notification")).to_have_text("Snapshot morning is saved.")
    mockapi.clock.advance("P1D")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download morning").click()
    path = tmp_path / "evening state.sqlite"
    download.value.save_as(path)
    assert path.read_bytes().startswith(b"SQLite format 3")
    page.get_by_role("button", name="Restore morning").click()
    page.get_by_role("button", name="Yes, restore").click()
    expect(page.locator("#notification")).to_contain_text("morning is restored")
    expect(page.locator("#status")).to_contain_text("2026-06-01 09:00:00")
    page.get_by_role("button", name="Delete morning").click()
    page.get_by_role("button", name="Yes, delete").click()
    expect(page.locator("#notification")).to_have_text("Snapshot morning is deleted.")
    page.get_by_label("Upload a snapshot file").set_input_files(path)
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.locator("#notification")).to_have_text("Snapshot evening-state is saved.")

    assert [each["name"] for each in mockapi.snapshots()] == ["before-last-change", "evening-state"]
    for each in mockapi.snapshots():
        mockapi.delete_snapshot(each["name"])


def test_snapshot_of_other_world_is_rejected(demo, worlds, tmp_path):
    other = worlds.create_world("other", scenario="empty")
    other.snapshot("theirs")
    path = tmp_path / "theirs.sqlite"
    path.write_bytes(other.snapshot_file("theirs"))
    page = wait_until_ready(demo.open("/console/worlds"))
    page.get_by_label("Upload a snapshot file").set_input_files(path)
    page.get_by_role("button", name="Upload", exact=True).click()

    expect(page.locator("#notification")).to_contain_text(
        "The file contains a world of scenario 'empty'"
    )


def test_world_is_reset_to_initial_state(demo, mockapi):
    page = wait_until_ready(demo.open("/console/worlds"))
    mockapi.clock.advance("P1D")
    page.get_by_role("button", name="Reset", exact=True).click()
    page.get_by_role("button", name="Yes, reset it").click()
    expect(page.locator("#notification")).to_contain_text(
        "reset to the initial state of its scenario"
    )
    expect(page.locator("#status")).to_contain_text("2026-06-01 09:00:00")


@pytest.mark.parametrize("change", ["reset", "restore"])
def test_change_of_world_is_undone(demo, mockapi, change):
    for each in mockapi.snapshots():
        mockapi.delete_snapshot(each["name"])
    mockapi.snapshot("early")
    mockapi.clock.advance("P1D")
    page = wait_until_ready(demo.open("/console/worlds"))
    page.get_by_role("button", name="Reset" if change == "reset" else "Restore early").click()
    page.get_by_role("button", name=f"Yes, {change}").click()
    expect(page.locator("#status")).to_contain_text("2026-06-01 09:00:00")
    page.locator("#notification").get_by_role("button", name="Undo").click()
    expect(page.locator("#notification")).to_contain_text("as it was at 2026-06-02 09:00:00 UTC")
    expect(page.locator("#status")).to_contain_text("2026-06-02 09:00:00")

    assert mockapi.clock.now().isoformat() == "2026-06-02T09:00:00+00:00"
    # Restoring the state before the change keeps the snapshot that is restored.
    page.get_by_role("button", name="Restore before-last-change").click()
    page.get_by_role("button", name="Yes, restore").click()
    expect(page.locator("#notification")).to_have_text("Snapshot before-last-change is restored.")


def test_reset_without_room_for_snapshot_has_no_undo(demo, mockapi):
    for each in mockapi.snapshots():
        mockapi.delete_snapshot(each["name"])
    for number in range(20):
        mockapi.snapshot(f"s{number}")
    page = wait_until_ready(demo.open("/console/worlds"))
    page.get_by_role("button", name="Reset", exact=True).click()
    page.get_by_role("button", name="Yes, reset it").click()
    expect(page.locator("#notification")).to_contain_text("The world is reset")
    expect(page.locator("#notification").get_by_role("button")).to_have_count(0)
    for each in mockapi.snapshots():
        mockapi.delete_snapshot(each["name"])


def test_scenario_text_is_escaped(demo, worlds):
    hostile = "<img src=x onerror=alert(1)>"
    MockApi(demo.url).create_world(
        "bad", scenario_text=f"description: '{hostile}'\n# </code>{hostile}\n"
    )
    page = wait_until_ready(demo.open("/w/bad/console/scenario"))
    expect(page.locator("main")).to_contain_text(hostile)
    replace_text(page, f"'{hostile}': 1\n")
    page.locator("main[data-checked=invalid]").wait_for()

    expect(page.locator("#findings")).to_contain_text(hostile)
    assert page.locator("main img:not(.cm-widgetBuffer)").count() == 0


def test_scenario_file_is_loaded_again(show, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("seed: 3\n")
    view = show(scenario=str(file))
    worlds_page = wait_until_ready(view.open("/console/worlds"))
    expect(worlds_page.locator(".pairs").first).to_contain_text(str(file))
    file.write_text("seed: 4\n")
    worlds_page.get_by_role("button", name="Load the file again").click()
    worlds_page.get_by_role("button", name="Yes, load it").click()
    expect(worlds_page.locator("#notification")).to_have_text("The scenario file is loaded again.")

    assert MockApi(view.url).world()["seed"] == 4
    file.write_text("sede: 5\n")
    worlds_page.get_by_role("button", name="Load the file again").click()
    worlds_page.get_by_role("button", name="Yes, load it").click()
    expect(worlds_page.locator("#notification")).to_contain_text("sede: unknown key")
