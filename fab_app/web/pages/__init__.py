"""The prepared values that templates draw: one frozen class a part, one a page.

Every word in them is already in the reader's language, every address is complete, every right has
been judged: what may not be done is left out, what may be done later carries its reason.
"""

from fab_app.web.pages.detail import (
    DetailItem,
    DetailPage,
    DetailSection,
    RelatedTable,
    Step,
    TimelineEntry,
)
from fab_app.web.pages.doors import (
    ApiPage,
    Browser,
    ChartCard,
    EntryPage,
    ErrorPage,
    ExplainPage,
    HelpPage,
    HomePage,
    LoginPage,
    Notice,
    PasswordPage,
    PortalsPage,
    PortalTile,
    Tile,
    Todo,
)
from fab_app.web.pages.form import (
    ChildRow,
    ChildTable,
    ConfirmPage,
    Dialog,
    FileItem,
    FormField,
    FormPage,
    FormSection,
    Submit,
)
from fab_app.web.pages.listing import About, Column, Counters, ListPage, Pager, Query, QueryField, Row
from fab_app.web.pages.parts import (
    Action,
    Alert,
    Confirm,
    Crumb,
    Empty,
    MenuNode,
    Shell,
    Tab,
    Ticked,
    Toast,
    Tree,
    TreeNode,
)
from fab_app.web.pages.phone import PhoneHome, SeatChoice

__all__ = [
    "About",
    "Action", "Alert", "ApiPage", "Browser", "ChartCard", "ChildRow", "ChildTable", "Column", "Confirm", "ConfirmPage",
    "Counters", "Crumb", "DetailItem", "DetailPage", "DetailSection", "Dialog", "Empty", "EntryPage", "ErrorPage",
    "ExplainPage", "FileItem", "FormField", "FormPage", "FormSection", "HelpPage", "HomePage",
    "ListPage", "LoginPage", "MenuNode",
    "Notice", "Pager", "PasswordPage", "PhoneHome", "PortalTile", "PortalsPage", "Query", "QueryField",
    "RelatedTable", "Row", "SeatChoice", "Shell", "Step", "Submit", "Tab", "Ticked", "Tile", "TimelineEntry", "Toast",
    "Todo", "Tree", "TreeNode",
]  # fmt: skip
