"""A resident's mistake: which field, what is wrong, and the values that its sentence needs."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to mend: `field` is a dotted control name (`place.address`), `code` keys the texts `problem.*`."""

    field: str
    code: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)
