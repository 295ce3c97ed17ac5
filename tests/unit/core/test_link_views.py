"""What the pages behind links show of watches and tags."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.core.model import Alert
from monitor.core.people.link_views import FollowableWatch, FollowedWatch, alert_of
from monitor.core.people.sign_up import Wish

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("key", "is_tag"), [("tag:vald", True), ("county", False)])
def test_a_tag_is_told_from_a_watch_by_its_key(key: str, is_tag: bool) -> None:  # noqa: FBT001  parametrised
    assert FollowedWatch(key, "Våld", Wish(), NOW).is_tag is is_tag
    assert FollowableWatch(key, "Våld", "material").is_tag is is_tag


@pytest.mark.parametrize(
    ("alerts", "together"), [(("material", "any"), "any"), (("material", "content"), "material"), ((), "material")]
)
def test_several_watches_together_tell_of_any_change_if_one_of_them_does(
    alerts: tuple[Alert, ...], together: Alert
) -> None:
    assert alert_of(alerts) == together
