"""Where a text goes over from one problem to another, as learned from texts that do and texts that do not.

`laid_text` lays a text out in words and tells what every stretch of them is about; `cues` are the words by which people
go on or turn to something else; `features` describe each place where a new problem might begin; `trees` judge them;
`cutter` puts it together. See docs/decisions/one-problem.md.
"""
