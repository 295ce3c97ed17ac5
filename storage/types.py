"""Column types that return what was stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from monitor.errors import StorageError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
Id = BigInteger().with_variant(Integer(), "sqlite")
"""A number of 64 bits; on SQLite, where any integer has as many, the row's own number."""


def microseconds(at: datetime) -> int:
    """Return a time as microseconds since 1970, exactly. Raises ValueError for a naive time."""
    if at.utcoffset() is None:
        raise ValueError(f"{at!r} has no time zone")
    return (at - EPOCH) // MICROSECOND


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time: refuses a naive one, returns UTC.

    SQLite has no type for times and would return naive ones, so there it is a number: microseconds since 1970, a third
    of the bytes of a text and in the right order. Everywhere else it is the database's own type.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use a number on SQLite."""
        native = BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(native)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | datetime | None:
        """Convert for the database. Raises ValueError for a naive time."""
        if value is None:
            return None
        number = microseconds(value)
        return number if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: int | datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  the signature
        """Convert from the database to an aware time. Raises StorageError for what is no time."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        try:
            return EPOCH + timedelta(microseconds=value)
        except (OverflowError, TypeError) as error:  # a damaged file can hold anything
            raise StorageError(f"the database is damaged: {value!r} is no time") from error


class Sha256(TypeDecorator[str]):
    """A SHA-256: hexadecimal in the program, 32 bytes in the database."""

    impl = LargeBinary(32)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002  the signature
        """Convert for the database."""
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002  the signature
        """Convert from the database."""
        return None if value is None else value.hex()
