"""Page of settings."""

from documents.markdown import code, page, table
from documents.shapes import default_of, type_of
from mockapi.settings import WORLD_SETTINGS, Settings


def page_text() -> str:
    schemas = Settings.model_json_schema(mode="validation")
    properties = schemas["properties"]

    def kind(name: str) -> str:
        schema = properties[name]
        if "$ref" in schema:
            schema = schemas["$defs"][schema["$ref"].rpartition("/")[2]] | schema
            schema.pop("$ref")
        return type_of(schema)

    rows = (
        (
            code(f"MOCKAPI_{name.upper()}"),
            code("--" + name.replace("_", "-")),
            kind(name),
            default_of(properties[name]),
            field.description or "",
            "world" if name in WORLD_SETTINGS else "server",
        )
        for name, field in Settings.model_fields.items()
    )
    return page(
        "Settings",
        "Each setting is an environment variable and an option of `mockapi serve`; the option "
        "has priority. Commands also read variables from `.env` in the working directory, or from "
        "the file of `mockapi --env-file FILE serve`; the environment has priority. A setting of "
        "a *world* may differ between the worlds of one server: "
        "`POST /__admin/worlds` and `MockApi.create_world` accept it by its name in lower case.",
        table(("variable", "option", "values", "default", "meaning", "of the"), rows),
    )
