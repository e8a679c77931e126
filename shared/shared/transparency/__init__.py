"""The transparency log of a ledger: what lets anyone prove that nothing was altered.

An RFC 6962 Merkle tree over the ledger's entries, published as C2SP tlog-tiles and
tlog-checkpoint (DESIGN.md, "Transparency log").
"""
