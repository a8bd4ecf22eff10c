"""The steps of the offer funnel, one question a file. Each lets a candidate pass or says why not."""
