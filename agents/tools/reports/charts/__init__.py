"""The charts of our pages: what each shows as facts, and where its parts lie. Templates beside write them as HTML and SVG.

A chart is drawn by the browser's own layout and needs no script: widths are shares of the place it has, heights are pixels, so that its
texts have the size of other texts on a telephone and on a wide screen. Colours are classes (`c0` to `c8`), one set for light and one for
dark. Every text of a chart is escaped by the template's environment.
"""
