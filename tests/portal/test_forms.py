"""Forms: what comes back, beside which field, and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.forms import Form, command_of
from shared.clock import today
from shared.language.planning import TransferCadre
from shared.language.visits import LogVisit
from shared.refused import Refused

LOGGED = {
    **{"visit": "lv-1", "cadre": "cb-1", "unit": "X09163", "kind": "regular"},
    **{"from": "2019-03-04", "to": "2019-03-04"},
}
TOMORROW = (today() + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("language", "said"), [("vi", "Ngày này chưa tới."), ("en", "This day has not come yet.")]
)
def test_an_act_is_not_dated_ahead(language: str, said: str) -> None:
    assert command_of(LogVisit, Form({**LOGGED, "logged_on": today().isoformat()}))
    form = Form({**LOGGED, "logged_on": TOMORROW})
    with pytest.raises(Refused, match="malformed") as refused:
        command_of(LogVisit, form)
    assert form.refused(refused.value, language).errors == {"logged_on": said}  # type: ignore[arg-type]


def test_what_holds_from_a_day_on_may_be_said_before() -> None:
    form = Form({"cadre": "cb-1", "department": "ban-b", "on": TOMORROW})
    assert command_of(TransferCadre, form)


def test_a_refusal_beside_a_field_tells_the_days_that_stand_in_the_way() -> None:
    refused = Refused("out-of-turn", on="2019-03-04", submitted_on="2019-03-20")
    errors = Form({"on": "2019-03-04"}).refused(refused, "vi").errors
    assert errors["on"].endswith("(ngày nộp 20/03/2019)")
