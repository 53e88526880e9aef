"""Figures for print, drawn with matplotlib; `registry` lists them, `style` is their look."""
