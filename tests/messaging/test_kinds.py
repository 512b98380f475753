"""Every kind of message that the product knows has words for the app and words for what leaves the house."""

import pytest
from django.template.loader import get_template

from messaging.models import KIND_NAMES, PURPOSES
from messaging.models.messages import worded_by


@pytest.mark.parametrize("kind", sorted(KIND_NAMES.keys() - PURPOSES.keys()))  # patients read templates
@pytest.mark.parametrize("ending", ["html", "txt"])
def test_every_kind_is_worded(kind: str, ending: str) -> None:
    assert get_template(worded_by(kind, ending))
