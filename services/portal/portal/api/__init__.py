"""The HTTP API for HR systems and other programs (giao diện cho phần mềm nhân sự): ``/api/v1``."""
