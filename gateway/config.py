"""The settings, read once from the environment and `otklik.toml`, then handed down."""

import re
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

_SHORTEST_TOKEN = 8
_TILES = re.compile(r"https?://[^{}\s/]+/(?:[^{}\s]|\{[xyz]\})*\Z")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BlobSettings(_Section):
    """An S3 store, where OTKLIK_BLOBS_URL names a bucket."""

    endpoint: str | None = Field(None, description="address of the S3 server; unset is Amazon's")
    region: str | None = Field(None, description="region of the bucket")
    access_key_id: str | None = Field(None, description="key id; unset is whatever the machine provides")
    secret_access_key: SecretStr | None = Field(None, description="secret key")


class CoreSettings(_Section):
    """Where appeals are carried to."""

    kind: Literal["embedded", "http"] = Field(
        "embedded", description="`embedded` keeps cases here; `http` forwards them to another Otklik's core door"
    )
    url: str | None = Field(None, description="address of that other Otklik")
    token: SecretStr | None = Field(None, description="Bearer token that opens its core door")
    timeout_seconds: float = Field(20.0, gt=0, description="how long to wait for its answer")
    poll_seconds: float = Field(1.0, gt=0, description="how often to ask the core store for changes")


class DoorSettings(_Section):
    """The core door: other gateways forward their appeals to this one's core store."""

    tokens: dict[str, SecretStr] = Field(
        default_factory=dict,
        description="one Bearer token a gateway, by the gateway's name; empty keeps the door shut",
    )

    @field_validator("tokens")
    @classmethod
    def _tokens_open_something(cls, tokens: dict[str, SecretStr]) -> dict[str, SecretStr]:
        if "local" in tokens:
            raise ValueError("`local` is this gateway's own name; give the other one another")
        if short := [name for name, token in tokens.items() if len(token.get_secret_value().strip()) < _SHORTEST_TOKEN]:
            raise ValueError(f"a token needs {_SHORTEST_TOKEN} characters or more: {', '.join(short)}")
        return tokens


class LimitSettings(_Section):
    """How much is taken in what time."""

    per_address: int = Field(30, ge=0, description="submissions a minute from one address; 0 switches the limit off")
    per_agency: int = Field(600, ge=0, description="submissions a minute to one agency; 0 switches the limit off")
    json_bytes: int = Field(256 * 1024, ge=1024, description="largest JSON body, in bytes")
    upload_seconds: float = Field(300.0, gt=0, description="longest time that one upload may take")
    idle_seconds: float = Field(30.0, gt=0, description="longest pause within a body that is being sent")
    reading_seconds: float = Field(
        2.0, gt=0, description="longest time that a text is read; what takes longer is taken for one problem"
    )


class FormSettings(_Section):
    """What the form takes."""

    text_min: int = Field(10, ge=1, description="shortest text, in characters")
    text_max: int = Field(4_000, ge=100, description="longest text, in characters")
    gist_max: int = Field(120, ge=20, description="longest gist, in characters")
    files_max: int = Field(10, ge=0, description="most files of one appeal")
    file_bytes: int = Field(10 * 1024 * 1024, ge=1024, description="largest file, in bytes")
    address_max: int = Field(300, ge=50, description="longest address of a problem, in characters")
    detail_max: int = Field(200, ge=50, description="longest answer to a question of a topic, in characters")
    name_max: int = Field(150, ge=20, description="longest name of a resident, in characters")
    comment_max: int = Field(2_000, ge=100, description="longest comment to a rating, in characters")


class MapSettings(_Section):
    """The map on which residents point at a place; off while no tiles are set."""

    tiles: str | None = Field(
        None,
        description="address of the tiles with `{z}`, `{x}` and `{y}` in it; residents' browsers fetch them",
    )
    attribution: str | None = Field(None, description="whose map it is, as its licence wants it said")
    attribution_url: str | None = Field(None, pattern=r"^https?://", description="where that leads")
    lat: float = Field(55.75, ge=-90, le=90, description="latitude of the middle when the map opens, in degrees")
    lon: float = Field(37.62, ge=-180, le=180, description="longitude of the middle, in degrees")
    zoom: int = Field(10, ge=0, le=22, description="zoom when the map opens without a point")
    max_zoom: int = Field(18, ge=1, le=22, description="largest zoom that the tiles are drawn for")

    @field_validator("tiles")
    @classmethod
    def _tiles_are_found(cls, tiles: str | None) -> str | None:
        if tiles is None:
            return None
        if _TILES.match(tiles) is None or not all(tiles.count(place) == 1 for place in ("{z}", "{x}", "{y}")):
            raise ValueError("tiles need an address like `https://tiles.example.org/{z}/{x}/{y}.png`")
        return tiles


class GeocoderSettings(_Section):
    """A service that finds addresses which the gazetteer does not know; off until one is chosen."""

    kind: Literal["none", "nominatim", "photon", "dadata"] = Field(
        "none", description="whose way of asking it understands; what residents type as an address is sent to it"
    )
    url: str | None = Field(
        None, pattern=r"^https?://", description="address of the service; only `dadata` has one without it"
    )
    token: SecretStr | None = Field(None, description="token that the service wants; `dadata` needs one")
    timeout_seconds: float = Field(1.5, gt=0, description="how long to wait for its answer, all in all")
    bounds: tuple[float, float, float, float] | None = Field(
        None, description="where to look: south, west, north, east in degrees, as a JSON list"
    )

    @field_validator("bounds")
    @classmethod
    def _bounds_hold_something(
        cls, bounds: tuple[float, float, float, float] | None
    ) -> tuple[float, float, float, float] | None:
        if bounds is None:
            return None
        south, west, north, east = bounds
        if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
            raise ValueError("bounds are south, west, north, east in degrees, like `[54.3, 35.9, 54.7, 36.5]`")
        return bounds

    @model_validator(mode="after")
    def _service_can_be_asked(self) -> Self:
        if self.kind in ("nominatim", "photon") and self.url is None:
            raise ValueError(f"`{self.kind}` needs the `url` of a server")
        if self.kind == "dadata" and self.token is None:
            raise ValueError("`dadata` needs a `token`")
        return self


class TermSettings(_Section):
    """Days to answer where a topic does not say."""

    fast_track_days: int = Field(10, ge=1, description="for a topic on the fast track, in calendar days")
    days: int = Field(30, ge=1, description="for all others (59-ФЗ art. 12), in calendar days")


class SmtpSettings(_Section):
    """The mail server that letters to residents go through."""

    host: str | None = Field(None, description="mail server; unset: no letters are sent, and pages say so")
    port: int = Field(587, description="its port")
    security: Literal["starttls", "tls", "none"] = Field("starttls", description="how the connection is protected")
    user: str | None = Field(None, description="user, if the server wants one")
    password: SecretStr | None = Field(None, description="password of that user")
    sender: str = Field("otklik@localhost", description="address that letters come from")


class DialogSettings(_Section):
    """Conversations in messengers."""

    draft_days: int = Field(30, ge=1, description="days until a form that nobody touches is forgotten")
    remind_days: int = Field(3, ge=0, description="days until its resident is reminded of it, once; 0: never")
    person_hours: float = Field(12.0, gt=0, description="hours that the bot keeps quiet after a person has written")
    gather_seconds: float = Field(1.5, ge=0, description="how long the rest of an album is waited for")
    appeals_an_hour: int = Field(30, ge=0, description="appeals of one chat in an hour; 0 switches the limit off")
    tries: int = Field(4, ge=1, description="tries to read a delivery that fails before it is set aside")
    lease_seconds: float = Field(30.0, gt=0, description="how soon another process takes up what a killed one held")
    send_tries: int = Field(24, ge=1, description="tries to send a message, over about half a day")


class NearbySettings(_Section):
    """Open cases of a public place that others may join."""

    metres: float = Field(
        150.0, ge=0, le=5_000, description="how near an open case of the same topic is shown; 0: no case is shown"
    )


class LogSettings(_Section):
    """The log, on standard error."""

    level: Literal["debug", "info", "warning", "error"] = Field("info", description="least important line to write")


class Settings(BaseSettings):
    """Everything that can be set; `OTKLIK_PORT=8081`, `OTKLIK_CORE__KIND=http` or the same names in `otklik.toml`."""

    model_config = SettingsConfigDict(
        env_prefix="OTKLIK_",
        env_nested_delimiter="__",
        toml_file="otklik.toml",
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,  # a mistyped token must not end up in a log
    )

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port to listen on")
    public_url: str | None = Field(None, description="address that residents see; unset: the one they came by")
    data_dir: Path = Field(Path("otklik-data"), description="folder of the embedded store: database and files")
    database_url: str | None = Field(None, description="`postgresql://…`; unset is SQLite in the data folder")
    blobs_url: str | None = Field(None, description="`s3://bucket/prefix`; unset is the data folder")
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = Field(
        (), description="networks whose X-Forwarded-For is believed, as a JSON list"
    )
    blobs: BlobSettings = BlobSettings()
    core: CoreSettings = CoreSettings()
    door: DoorSettings = DoorSettings()
    limits: LimitSettings = LimitSettings()
    form: FormSettings = FormSettings()
    map: MapSettings = MapSettings()
    geocoder: GeocoderSettings = GeocoderSettings()
    terms: TermSettings = TermSettings()
    smtp: SmtpSettings = SmtpSettings()
    log: LogSettings = LogSettings()
    dialogs: DialogSettings = DialogSettings()
    nearby: NearbySettings = NearbySettings()
    channels: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        repr=False,
        description="messengers, one section each; see the channels' own settings",
    )

    @property
    def database(self) -> str:
        """The address of the database in force."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'otklik.db'}"

    @property
    def address(self) -> str:
        """The address under which residents reach the gateway, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
