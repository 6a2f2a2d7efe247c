"""
The JSON Schemas of the settings and of an inventory, for editors: made from the models that aescan reads them by.

What a schema of this kind can say is said: keys, types, bounds, the form of a text. What depends on several keys, on
other files or on the service catalogue is left to ``aescan --check-config``. Each key is described by its comment in
the sample.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from aescan.inventory.entries import GroupEntry, HostEntry, HostsText, InventoryFile, Shared
from aescan.settings import duration
from aescan.settings.load import SettingsFile
from aescan.settings.validation import Entry
from config.source.comments import Way, comments

FOLDER: Final = Path(__file__).parent.parent


class Group(GroupEntry):
    """A group whose parts are checked together, which aescan does one by one to find every mistake."""

    defaults: Shared = Shared()
    hosts: tuple[HostsText | HostEntry, ...] = ()


class Inventory(InventoryFile):
    """An inventory, likewise."""

    defaults: Shared = Shared()
    groups: tuple[Group, ...] = ()
    hosts: tuple[HostsText | HostEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """
    A schema to be made.

    ``sample``
        Name of the sample, in the same folder.
    ``ways``
        Where the sample has the keys of each model, by its name; the first that has a comment counts.
    ``defaults``
        Whether a key left out means its model's default, and not what stands elsewhere.
    """

    name: str
    title: str
    model: type[Entry]
    sample: str
    ways: Mapping[str, tuple[Way, ...]]
    defaults: bool = True

    @property
    def path(self) -> Path:
        """The file that it is written to."""
        return FOLDER / self.name


SCHEMAS: Final = (
    Schema(
        name="aescan.schema.json",
        title="Settings of aescan",
        model=SettingsFile,
        sample="aescan.yml",
        ways={
            "SettingsFile": ((),),
            "AuthorizationEntry": (("inventory", "http_sd", "authorization"),),
            "BasicAuthEntry": (("inventory", "http_sd", "basic_auth"),),
            "CliffEntry": (("policy", "cliff"),),
            "ClockEntry": (("clock",),),
            "EventsEntry": (("events",),),
            "FileSdEntry": (("inventory", "file_sd"),),
            "HistoryEntry": (("history",),),
            "HttpSdEntry": (("inventory", "http_sd"),),
            "ModuleEntry": (("probe",),),
            "PolicyEntry": (("policy",),),
            "ProbeEntry": (("probe",),),
            "SourceEntry": (("inventory",),),
            "SyslogEntry": (("events",),),
            "ThresholdsEntry": (("policy", "thresholds"),),
            "TlsConfigEntry": (("inventory", "http_sd", "tls_config"),),
            "TrustStoreEntry": (("trust_stores",),),
        },
    ),
    Schema(
        name="inventory.schema.json",
        title="Inventory of aescan",
        model=Inventory,
        sample="inventory.yml",
        ways={
            "Inventory": ((),),
            "Group": (("groups",),),
            "HostEntry": (("defaults",), ("hosts",)),
            "PortEntry": (("defaults", "ports"),),
            "Shared": (("defaults",),),
            "ThresholdsEntry": (("defaults", "thresholds"),),
        },
        defaults=False,
    ),
)


class _Plain(GenerateJsonSchema):
    """Says what the file may say, as the file says it: no titles made of names, no null, defaults as written."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Return the schema of the value, with its default where one can be written out."""
        made = self.generate_inner(schema["schema"])
        match schema.get("default"):
            case None | "" | () | Entry():
                return made
            case timedelta() as span:
                return made | {"default": duration.show(span)}
            case bool() | int() | float() as plain:
                return made | {"default": plain}
            case other:
                return made | {"default": str(other)}

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Return the schema of the value: what is not said is left out."""
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - the library asks of each
        """Whether a key gets a title made of its name."""
        return False

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Return the schema of a mapping that has no keys but those of the form that is said."""
        made = super().dict_schema(schema)
        return made | {"additionalProperties": False} if "patternProperties" in made else made


def made(schema: Schema) -> dict[str, Any]:
    """Return the schema as data."""
    data = schema.model.model_json_schema(schema_generator=_Plain)
    parts = {schema.model.__name__: data, **data["$defs"]}
    keys = {key for part in parts.values() for key in part["properties"]}
    said = comments((FOLDER / schema.sample).read_text(encoding="utf-8"), keys)
    for name, part in parts.items():
        del part["title"], part["description"]
        for key, form in part["properties"].items():
            ways = schema.ways[name]
            places = [*((*way, key) for way in ways), *ways]
            if not schema.defaults:
                form.pop("default", None)
            form["description"] = next(said[place] for place in places if place in said)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": schema.title,
        "description": f"What {schema.sample} may hold, for editors; aescan --check-config tells more.",
        **data,
    }
