"""Báo cáo sản phẩm chuyên đề: the product of one visit, from handing in to acceptance.

Stream ``product/<product>``. Its author is the visit's cadre, its year the visit's year;
it goes the way of :mod:`visits.acceptance` (DOMAIN.md §1.5, §4).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from shared.deciding import Decider, Steps, by_word, refuse_first
from shared.language.visits import (
    AcceptProduct,
    EnterProduct,
    ProductAccepted,
    ProductReturned,
    ProductSubmitted,
    ReturnProduct,
    SubmitProduct,
)
from shared.messages import Fact
from shared.refused import Refused
from visits.acceptance import Paper, handed_in_again, judged, lay_accepted, lay_returned
from visits.diary import Visit

if TYPE_CHECKING:
    from visits.known import Known


class Product(Struct, frozen=True, gc=False):
    """Báo cáo sản phẩm as it stands."""

    product: str
    visit: str
    cadre: str
    year: int
    text: str
    paper: Paper

    @property
    def whose(self) -> dict[str, Any]:
        """What every fact of the product carries."""
        return {
            "product": self.product,
            "visit": self.visit,
            "cadre": self.cadre,
            "year": self.year,
        }


def decide(
    product: Product | None,
    command: SubmitProduct | EnterProduct | ReturnProduct | AcceptProduct,
    known: Known,
) -> list[Fact]:
    """What a command comes to on one product report; raises Refused."""
    match command:
        case SubmitProduct():
            return _submit(product, command, known)
        case EnterProduct():
            return _enter(product, command, known)
    if product is None:
        raise Refused("unknown-product", product=command.product)
    fact: ProductReturned | ProductAccepted
    match command:
        case ReturnProduct(by=by, on=on):
            fact = ProductReturned(**product.whose, by=by, on=on, reason=command.reason)
        case AcceptProduct(accepted_by=by, accepted_on=on):
            fact = ProductAccepted(**product.whose, accepted_by=by, accepted_on=on)
        case _:
            raise TypeError(f"no command of a product report: {command!r}")
    if evolve(product, fact) == product:
        return []
    refuse_first(
        chain(
            known.year_faults(product.year),
            judged(product.paper, product.cadre, by, on, known),
        )
    )
    return [fact]


def _submit(product: Product | None, command: SubmitProduct, known: Known) -> list[Fact]:
    on = command.submitted_on
    taken: Iterator[Refused] = iter(())
    if product is not None:
        same_subject = product.visit == command.visit
        if same_subject and product.text == command.text and product.paper.repeated_by(on):
            return []
        taken = handed_in_again(product.paper, same_subject, on, product=product.product)
    visit = known.visit(command.visit)
    refuse_first(chain(taken, _visit_faults(command.visit, visit, known)))
    return [_submitted(_told(command, visit, command.text))]


def _enter(product: Product | None, command: EnterProduct, known: Known) -> list[Fact]:
    by, on = command.accepted_by, command.accepted_on
    paper = Paper(command.submitted_on)
    taken = []
    if product is not None:
        row = (command.visit, (command.submitted_on, on, by))
        if (product.visit, product.paper.row) == row:
            return []
        taken = [Refused("duplicate-id", product=product.product)]
    visit = known.visit(command.visit)
    author = None if visit is None else visit.cadre
    refuse_first(
        chain(
            taken,
            _visit_faults(command.visit, visit, known),
            judged(paper, author, by, on, known),
        )
    )
    told = _told(command, visit, "")
    facts: list[Fact] = [_submitted(told)]
    if by is not None and on is not None:
        facts.append(ProductAccepted(**told.whose, accepted_by=by, accepted_on=on))
    return facts


def _visit_faults(id: str, visit: Visit | None, known: Known) -> Iterator[Refused]:
    """Why the visit may have no product; whether its kind demands one does not matter."""
    if visit is None:
        yield Refused("unknown-visit", visit=id)
    else:
        yield from known.year_faults(visit.year)


def _told(command: SubmitProduct | EnterProduct, visit: Visit | None, text: str) -> Product:
    """The product as the command tells it."""
    if visit is None:
        raise Refused("unknown-visit", visit=command.visit)
    paper = Paper(command.submitted_on)
    return Product(command.product, visit.visit, visit.cadre, visit.year, text, paper)


def _submitted(product: Product) -> ProductSubmitted:
    return ProductSubmitted(
        **product.whose, submitted_on=product.paper.submitted_on, text=product.text
    )


def _lay_submitted(_: Product | None, fact: ProductSubmitted) -> Product:
    paper = Paper(fact.submitted_on)
    return Product(fact.product, fact.visit, fact.cadre, fact.year, fact.text, paper)


_STEPS: Steps[Product | None] = {
    ProductSubmitted: _lay_submitted,
    ProductReturned: lay_returned,
    ProductAccepted: lay_accepted,
}
evolve = by_word(_STEPS)
"""The product report after a fact."""


def _none() -> Product | None:
    return None


product: Decider[Product | None] = Decider("product", _none, decide, evolve, steps=_STEPS)
