"""Where rows and files are kept: engine, tables, plan and apply, files, numbers, trees."""
