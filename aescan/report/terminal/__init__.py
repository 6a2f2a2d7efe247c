"""The parts of the text report, each a few lines of styled text: pure, for any width, with and without colour."""
