"""What an auditor (kiểm tra) does, who trusts neither the server nor the database owner.

Judge anew, ask why, compare and tell are pure functions over the books as read (``books.py``);
proofs and the ledgers as stored need no service at all. The terminal's commands are put together
in ``console/audit_commands.py``.
"""
