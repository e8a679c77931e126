"""Papers (văn bản) in the shape of the Youth Union's: described once, drawn in three formats.

``paper.py`` says what a paper holds, ``plan.py``, ``report.py`` and ``year_sheet.py`` make one of
what the services answered, ``pdf.py``, ``docx_file.py`` and ``xlsx.py`` draw it, each in a process
of its own (``making.py``; docs/decisions/0021).
"""
