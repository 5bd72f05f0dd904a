"""The REST API: Flask-AppBuilder's addresses and bodies over the one door for reading and writing."""
