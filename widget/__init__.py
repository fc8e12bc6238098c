"""The scripts and style sheets of the form and the launcher: `src` as it is written, `built` as it is served."""
