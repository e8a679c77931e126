"""Báo cáo sản phẩm: what is its own beside acceptance, the visit that it is the product of."""

from __future__ import annotations

from visits.product import product

from .acts import (
    enter_product,
    logged,
    product_accepted,
    product_submitted,
    submit_product,
    voided,
)
from .world import before, day


def test_a_product_is_of_the_visits_cadre_and_year() -> None:
    of_cb_2 = logged(cadre="cb-2", line="dk-2")
    before(product, of_cb_2).when(submit_product()).then(product_submitted(cadre="cb-2"))


def test_a_product_of_no_visit_is_refused() -> None:
    before(product).when(submit_product()).refused("unknown-visit")
    before(product).when(enter_product()).refused("unknown-visit")


def test_the_author_of_a_product_is_the_visits_cadre() -> None:
    of_leader = logged(cadre="ld-a", line="")
    before(product, of_leader).when(enter_product(accepted_by="ld-a")).refused("own-act")
    before(product, of_leader).when(enter_product(accepted_by="ld-b")).refused("not-authorised")
    assert before(product, of_leader).when(enter_product(accepted_by="tc")).refusal is None


def test_the_kind_of_the_visit_need_not_demand_a_product() -> None:
    for kind in ("regular", "thematic"):
        before(product, logged(kind=kind)).when(submit_product()).then(product_submitted())


def test_a_product_may_be_handed_in_before_the_visit_ends_and_after_it_is_voided() -> None:
    early = {"submitted_on": day(3, 1)}
    before(product, logged()).when(submit_product(**early)).then(product_submitted(**early))
    before(product, logged(), voided()).when(enter_product()).then(
        product_submitted(text=""), product_accepted()
    )


def test_an_accepter_who_is_nobody_comes_before_an_unknown_visit() -> None:
    before(product).when(enter_product(accepted_by="cb-9")).refused("unknown-cadre")
