"""What programs open: workbook, layers, calendar, PDF."""
