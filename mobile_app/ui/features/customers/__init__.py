"""Customers: the list, the page, and the forms for customers and the people there."""

from mobile_app.ui.features.customers.account_screen import CustomerForm
from mobile_app.ui.features.customers.person_screen import ContactForm
from mobile_app.ui.features.customers.screens import CustomerPane, CustomerScreen, CustomersScreen

__all__ = ["ContactForm", "CustomerForm", "CustomerPane", "CustomerScreen", "CustomersScreen"]
