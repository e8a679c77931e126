"""Where a ledger departs from what was signed: entry by entry, against the log's leaf tiles."""

from __future__ import annotations

from collections.abc import Sequence

from console.audit.faults import Fault


def differences(
    service: str,
    there: Sequence[tuple[int, bytes]],
    signed: Sequence[bytes],
    first: int,
    where: str,
) -> list[Fault]:
    """What became of the signed leaves from index ``first`` on, among the entries from there on.

    ``there`` holds positions and leaves as they are computed now. Entries behind the signed ones
    are no fault: they will be signed. ``where`` tells who keeps the checkpoint that signs.
    """
    here = {leaf: at for at, (_, leaf) in enumerate(there)}
    was = {leaf: at for at, leaf in enumerate(signed)}
    faults: list[Fault] = []

    def fault(code: str, position: int, **detail: object) -> None:
        faults.append(Fault(code, service, position, detail=detail))

    entry, leaf = 0, 0
    while entry < len(there) and leaf < len(signed):
        position, found = there[entry]
        known, elsewhere = was.get(found), here.get(signed[leaf])
        if known == leaf:
            pass
        elif known is None and elsewhere is not None and elsewhere > entry:
            fault("entry-inserted", position)
            entry += 1
            continue
        elif known is not None and known > leaf and elsewhere is None:
            fault("entry-missing", first + leaf + 1)
            leaf += 1
            continue
        elif known is None:
            fault("entry-altered", position)
        else:
            fault("entry-moved", position, was=first + known + 1)
        entry, leaf = entry + 1, leaf + 1
    if leaf < len(signed):
        begin, end = first + leaf + 1, first + len(signed)
        faults.append(Fault("tail-missing", service, begin, end, {"where": where}))
    return faults
