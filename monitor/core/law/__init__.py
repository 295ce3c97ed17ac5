"""Laws: their sources, sections and time marks, what takes effect on a day, and what an act did to each section."""
