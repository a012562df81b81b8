"""The day's rides on paper and screen: table, document, run sheets, lists and calendars."""
