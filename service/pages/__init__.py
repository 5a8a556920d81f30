"""Staff pages: what people of the clinic see and do in a browser, rendered here.

`install_staff_pages(app)` adds them under `/staff`. Each subject is a module with its views; their
HTML lies in `staff/`. `guard.page` says of each view who may see it and what the audit trail notes.
"""

from service.pages.install import install_staff_pages

__all__ = ["install_staff_pages"]
