"""Excel in: a workbook of people's rows to records, through the one door."""
