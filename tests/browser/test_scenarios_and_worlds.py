"""Scenario editor, worlds and snapshots."""

import re

import pytest
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


def edit_copy(demo, name: str) -> Page:
    page = wait_until_ready(demo.open(f"/console/scenarios/{name}"))
    page.get_by_role("button", name="Edit a copy").click()
    page.locator("main[data-checked=ok]").wait_for()
    return page


@pytest.mark.parametrize("name", ["demo", "vendor-samples", "a-year-of-a-campus"])
def test_scenario_text_is_unchanged(demo, name):
    page = wait_until_ready(demo.open(f"/console/scenarios/{name}"))
    text = (scenarios() / f"{name}.yaml").read_text("utf-8")

    assert page.locator(".source code").text_content() == text
    comments = page.locator(".source .comment").all_text_contents()
    assert comments[0] == text.splitlines()[0]
    assert all(each.startswith("#") for each in comments if each)


def test_errors_are_shown_at_their_lines(demo):
    page = edit_copy(demo, "demo")
    expect(page.locator("#check-result")).to_have_text("Valid: 2 customers, 12 sites.")
    text = page.locator("#text")
    invalid = text.input_value().replace("interval: PT1H", "intervall: PT1H")
    line = invalid[: invalid.index("intervall")].count("\n") + 1
    text.fill(invalid)
    page.locator("main[data-checked=invalid]").wait_for()

    expect(page.locator("#check-result")).to_have_text("1 error. Fix them to start a world.")
    expect(page.locator("#findings li .name")).to_have_text(
        "error intervall: unknown keyDid you mean interval?"
    )
    assert page.locator(".gutter .bad").all_inner_texts() == [f"{line}\n"]
    assert page.locator(".underlay .bad .line-copy").text_content() == "intervall: PT1H"
    assert (
        page.locator(".underlay .bad .finding-text").text_content()
        == "unknown key: Did you mean interval?"
    )
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_disabled()
    page.get_by_role("button", name=re.compile(f"^Go to line {line},")).click()
    selection = "(text) => text.value.slice(text.selectionStart, text.selectionEnd)"
    assert text.evaluate(selection) == "intervall: PT1H"
    place = page.locator(".underlay .bad").bounding_box()
    box = page.locator(".editor").bounding_box()
    assert box["y"] < place["y"] < box["y"] + box["height"]
    text.fill(invalid.replace("intervall", "interval"))
    page.locator("main[data-checked=ok]").wait_for()
    expect(page.locator("#findings li")).to_have_count(0)


def test_edited_copy_is_started_as_world(demo, worlds):
    page = edit_copy(demo, "empty")
    page.locator("#text").fill(
        "extends: empty\ndescription: Mine.\n"
        "sites:\n  - {building: school, city: Munich, name: My School}\n"
    )
    expect(page.locator("#check-result")).to_have_text("Valid: 1 customer, 1 site.")
    page.get_by_label("World name").fill("mine")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page).to_have_url(f"{demo.url}/w/mine/")
    expect(page.locator("main")).to_contain_text("Mine.")
    page.get_by_role("link", name="Sites", exact=True).click()
    expect(page.locator("#found tbody th")).to_have_text(["My School"])

    wait_until_ready(demo.open("/w/mine/console/scenario"))
    expect(page.locator(".source")).to_contain_text("name: My School")
    assert worlds.worlds() == ["mine"]


def test_copy_keeps_name_of_original(demo, worlds):
    page = edit_copy(demo, "messy-data")
    page.get_by_label("World name").fill("messy")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page).to_have_url(f"{demo.url}/w/messy/")
    expect(page.locator("h1")).to_have_text("messy-data")

    page = edit_copy(demo, "empty")
    page.locator("#text").fill("description: Mine.\n")
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
    page.get_by_role("button", name="Edit a copy").click()
    page.locator("#text").fill(f"'{hostile}': 1\n")
    page.locator("main[data-checked=invalid]").wait_for()

    expect(page.locator("#findings")).to_contain_text(hostile)
    assert page.locator("main img").count() == 0


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
